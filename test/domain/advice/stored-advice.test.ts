// Advice that comes back from the table is believed no more than the LLM: whoever wrote it there, it keeps schema, lengths and bounds.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readStored } from '../../../lib/domain/advice/stored-advice.ts';
import { advised, NOW } from '../../make/workloads.ts';

const LIMITS = { current: 5, min: 2, max: 10 };
const WORDS = 'the load has doubled within the last hour, and the forecast has it rise for hours yet';

function stored(change: Record<string, unknown> = {}, result: Record<string, unknown> = {}) {
  const of = advised(8, { reasoning: WORDS, action: 'scale_up' });
  if (of.kind !== 'advice') throw new Error('no advice');
  return { key: 'k', result: { ...of, at: NOW, ...result, advice: { ...of.advice, ...change } } };
}

const read = (value: unknown, limits = LIMITS) => readStored(JSON.parse(JSON.stringify(value)), NOW, limits);

describe('advice read back', () => {
  it('comes as it was given, marked as cached', () => {
    const got = read(stored());
    expect(got).toMatchObject({ ok: true, key: 'k', result: { kind: 'advice', cached: true, at: NOW } });
    expect(got).toHaveProperty('result.advice.targetReplicas', 8);
  });

  it('is said of the replicas there are now', () => {
    for (const [current, action] of [
      [5, 'scale_up'],
      [8, 'maintain'],
      [9, 'scale_down'],
    ] as const)
      expect(read(stored(), { ...LIMITS, current })).toHaveProperty('result.advice.action', action);
  });

  it.each([
    ['too many replicas', { targetReplicas: 11 }, /outside 2…10/],
    ['too few', { targetReplicas: 1 }, /outside/],
    ['a fraction', { targetReplicas: 7.5 }, /target_replicas/],
    ['a number in words', { targetReplicas: 'eight' }, /target_replicas/],
    ['an action of no list', { action: 'delete' }, /action/],
    ['a confidence over 1', { confidence: 250 }, /confidence/],
    ['a reasoning of a few letters', { reasoning: 'yes' }, /reasoning/],
    ['no reasoning', { reasoning: null }, /reasoning/],
  ])('with %s is none', (_what, change, detail) => {
    expect(read(stored(change))).toEqual({ ok: false, detail: expect.stringMatching(detail) });
  });

  it.each([
    ['a text', 'scale up'],
    ['null', null],
    ['nothing', {}],
    ['another kind', { key: 'k', result: { kind: 'order', replicas: 10 } }],
    ['no time', stored({}, { at: 'now' })],
    ['a time beyond all calendars', stored({}, { at: 1e300 })],
    ['a model as long as a book', stored({}, { model: 'm'.repeat(10_000) })],
    ['a code of no list', { key: 'k', result: { ...failure(), code: 'obey' } }],
  ])('that is %s is none', (_what, value) => {
    expect(read(value)).toMatchObject({ ok: false });
  });

  it('has its texts cut and cleaned as an answer has', () => {
    const factors = Array<string>(30).fill(`\u001b[2J${'x'.repeat(5000)}`);
    const got = read(stored({ reasoning: `${WORDS}\n\u202e${'y'.repeat(9000)}`, factors }));
    if (!got.ok || got.result.kind !== 'advice') throw new Error('none');
    const { advice } = got.result;
    expect(advice.reasoning.length).toBeLessThanOrEqual(2000);
    expect(advice.factors).toHaveLength(10);
    for (const text of [advice.reasoning, ...advice.factors]) expect(text).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    for (const factor of advice.factors) expect(factor.length).toBeLessThanOrEqual(200);
  });

  it('cannot bar a workload from its next call for longer than a call does', () => {
    for (const value of [
      stored({}, { nextCallAt: NOW + 1e10 }),
      { key: 'k', result: { ...failure(), nextCallAt: NOW + 1e10 } },
    ])
      expect(read(value)).toHaveProperty('result.nextCallAt', NOW + 300_000);
  });

  it('brings nothing along that is not known of advice', () => {
    const got = read({ ...stored({ orders: 'all' }, { requestedBy: 'root' }), more: 1 });
    expect(JSON.stringify(got)).not.toMatch(/orders|requestedBy|more/);
  });

  it('law: whatever it is, it is advice within the bounds or none, and never an error', () => {
    fc.assert(
      fc.property(harmed(), (value) => {
        const got = readStored(value, NOW, LIMITS);
        if (!got.ok || got.result.kind !== 'advice') return;
        const { targetReplicas, confidence, reasoning } = got.result.advice;
        expect(Number.isInteger(targetReplicas) && targetReplicas >= 2 && targetReplicas <= 10).toBe(true);
        expect(confidence >= 0 && confidence <= 1 && reasoning.length <= 2000).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});

function failure() {
  return { kind: 'rejection', code: 'timeout', detail: 'late', model: 'm', at: NOW, raw: null } as const;
}

/** Advice with any of its values replaced by anything. */
function harmed() {
  const whole = stored();
  const fields = Object.keys((whole.result as unknown as { advice: object }).advice);
  return fc
    .tuple(
      fc.constantFrom(...fields),
      fc.anything(),
      fc.constantFrom('at', 'model', 'kind', 'key'),
      fc.anything(),
      fc.boolean(),
    )
    .map(([field, value, outer, other, both]) => stored({ [field]: value }, both ? { [outer]: other } : {}));
}
