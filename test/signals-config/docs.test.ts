// Every example of SIGNALS in docs/signals.md is one that an installation may copy.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readSignals } from '../../lib/signals-config/read.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/signals.md'), 'utf8');
const blocks = [...page.matchAll(/```json\n([\s\S]*?)```/g)].map(([, text = '']) => text);
const whole = blocks.filter((text) => text.includes('"sources"'));
const sources = blocks.filter((text) => !text.includes('"sources"')).flatMap((text) => text.trim().split('\n'));
const ALLOW = ['*.internal.example', 'aps-workspaces.eu-west-1.amazonaws.com'];

it('there are some', () => {
  expect([whole.length, sources.length]).toEqual([4, 3]);
});

it.each(whole)('%s', (text) => {
  expect(readSignals(text)).not.toHaveProperty('mistakes');
});

it.each(sources)('%s', (text) => {
  expect(readSignals(JSON.stringify({ allow: ALLOW, sources: [JSON.parse(text)], signals: [] }))).not.toHaveProperty(
    'mistakes',
  );
});
