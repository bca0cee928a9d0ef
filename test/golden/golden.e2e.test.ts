// What the program says today is what it said when the goldens were written; `npm run golden -- --texts DIR` shows what moved.
import { describe, expect, it } from 'vitest';
import golden from './golden.json' with { type: 'json' };
import { GOLDENS } from './goldens.ts';
import { type Golden, goldenOf, type WordTable } from './parts.ts';
import words from './words.json' with { type: 'json' };

const KEPT: Readonly<Record<string, Golden>> = golden;
const TABLE = words as unknown as WordTable;

describe('numbers, outcomes and words stay as they were written down', () => {
  it('for every golden there is, and no other', () => expect(Object.keys(GOLDENS)).toEqual(Object.keys(KEPT)));

  it.each(Object.entries(GOLDENS))('%s', { timeout: 120_000 }, async (name, say) =>
    expect(goldenOf(await say(), TABLE)).toEqual(KEPT[name]),
  );
});
