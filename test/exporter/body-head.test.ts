// Bodies cost what they are allowed to, one by one and all together.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeBodyBudget } from '../../lib/exporter/body-head.ts';

describe('the head of a body', () => {
  it('is its first bytes, whatever pieces they come in, and the rest is counted', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 3000 })), fc.integer({ min: 1, max: 5000 }), (chunks, most) => {
        const budget = makeBodyBudget(most, 1e6);
        const head = budget.head();
        for (const chunk of chunks) head.add(Buffer.from(chunk));
        const all = Buffer.concat(chunks);
        expect(head.totalBytes).toBe(all.length);
        expect(budget.keptBytes).toBeLessThanOrEqual(most);
        expect(head.take().equals(all.subarray(0, most))).toBe(true);
        expect(budget.keptBytes).toBe(0);
        head.add(Buffer.from('late'));
        expect([head.take().length, budget.keptBytes, head.totalBytes]).toEqual([0, 0, all.length + 4]);
      }),
    );
  });

  it('is not kept where all of them together have no room, and the next one is when there is room again', () => {
    const budget = makeBodyBudget(4096, 10_000);
    const full = Buffer.alloc(4096, 'x');
    const heads = [1, 2, 3].map(() => budget.head());
    for (const head of heads) head.add(full);
    expect(heads.map(({ isCrowded }) => isCrowded)).toEqual([false, false, true]);
    expect(budget.keptBytes).toBeLessThanOrEqual(10_000);
    expect(heads.map((head) => head.take().length)).toEqual([4096, 4096, 0]);
    const next = budget.head();
    next.add(full);
    expect([next.isCrowded, budget.keptBytes]).toEqual([false, 4096]);
  });
});
