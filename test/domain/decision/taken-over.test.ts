// How what was done outside a tick's own record gets into the entry that ticks and reads build on: once, and at its own time.
import { describe, expect, it } from 'vitest';
import type { PastDecision } from '../../../lib/domain/assessment/past-decision.ts';
import { PAST_KEPT } from '../../../lib/domain/decision/past-changes.ts';
import { asLeft, isTakenOver, takenOverBy, withRequests } from '../../../lib/domain/decision/take-over.ts';
import { workloadKey } from '../../../lib/domain/workload/identity.ts';
import { APPLIED, askedOf, entryOf, FAILED, HPA, pods, recordOf, underHpa } from '../../make/records.ts';
import { NOW } from '../../make/workloads.ts';

const MINUTE_MS = 60_000;
const KEY = workloadKey(recordOf().decision.workload);
const REFUSED = { kind: 'refused', message: 'on hold' } as const;
const past = (at: number, from = 10, to = 6): PastDecision => ({
  at,
  action: 'scale_down',
  source: 'reactive',
  from,
  to,
  cpuPercentBefore: 30,
  cpuPercentAfter: null,
});
/** Of a tick `minutes` after the record. */
const entryAt = (minutes: number, change: Parameters<typeof entryOf>[1] = {}, spec = 10) =>
  entryOf({ decision: { at: NOW + minutes * MINUTE_MS, current: spec, target: spec }, outcome: REFUSED }, change);

describe('a change is known to an entry', () => {
  it('that has it among its past decisions: same time, same numbers', () => {
    const known = (of: PastDecision) => isTakenOver(entryOf({}, { past: [past(NOW - 1), of] }), recordOf());
    expect([past(NOW), past(NOW + 1), past(NOW, 9), past(NOW, 10, 7)].map(known)).toEqual([true, false, false, false]);
    expect([isTakenOver(undefined, recordOf()), isTakenOver(entryOf({ outcome: REFUSED }), recordOf())]).toEqual([
      false,
      false,
    ]);
  });

  it('whose past is full and begins after it: it was there, and went', () => {
    const full = (first: number, count = PAST_KEPT) =>
      isTakenOver(entryOf({}, { past: Array.from({ length: count }, (_, i) => past(first + i, 3, 4)) }), recordOf());
    expect([full(NOW + 1), full(NOW), full(NOW - 9), full(NOW + 1, PAST_KEPT - 1)]).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });
});

describe('a change found later is taken over', () => {
  it('as the news where the entry is of before it, or of a tick that still saw the count it started from', () => {
    expect(takenOverBy(undefined, recordOf()).record.decision.target).toBe(6);
    expect(takenOverBy(entryAt(-1), recordOf()).record.decision.target).toBe(6);
    expect(takenOverBy(entryAt(0), recordOf()).record.decision.target).toBe(6);
    expect(takenOverBy(entryAt(1), recordOf()).record.decision.target).toBe(6);
    expect(takenOverBy(entryAt(1), recordOf())).toMatchObject({ lastScaledAt: NOW, recordedAt: NOW });
  });

  it('as a past decision under an entry that has seen its effect, or changed something itself', () => {
    const seen = takenOverBy(entryAt(1, {}, 6), recordOf());
    expect(seen.record.decision.target).toBe(6);
    expect(seen.record.outcome).toEqual(REFUSED);
    expect(seen.past.map(({ at }) => at)).toEqual([NOW]);
    const changed = entryOf({ decision: { at: NOW + MINUTE_MS, target: 8 }, outcome: APPLIED });
    expect(takenOverBy(changed, recordOf()).record.decision.target).toBe(8);
    expect(takenOverBy(changed, recordOf()).past.map(({ to }) => to)).toEqual([6, 8]);
  });

  it('among the past decisions in the order of their times, the last five, each once', () => {
    const times = [NOW - 3, NOW + 2, NOW + 4, NOW + 6, NOW + 8];
    const entry = entryAt(1, { past: times.map((at) => past(at, 3, 4)) }, 6);
    expect(takenOverBy(entry, recordOf()).past.map(({ at }) => at)).toEqual([NOW, ...times.slice(1)]);
    const twice = takenOverBy(takenOverBy(entryAt(1, {}, 6), recordOf()), recordOf());
    expect(twice.past.filter(({ at }) => at === NOW)).toHaveLength(1);
  });
});

describe('reads between two ticks', () => {
  const read = (asked: ReturnType<typeof askedOf>, entry = entryAt(-1)) =>
    withRequests(new Map([[KEY, entry]]), [asked]).get(KEY);
  const settled = (parts = {}) => askedOf(parts, { settled: true });

  it('show what people asked for since the last tick', () => {
    expect(read(settled())?.record.decision.target).toBe(6);
    expect(read(settled(), entryAt(0))?.record.decision.target).toBe(6);
  });

  it('not what is unsettled, known, older than the entry, or of a workload no tick has seen', () => {
    expect(read(askedOf())?.record.decision.target).toBe(10);
    expect(read(settled(), entryAt(-1, { past: [past(NOW)] }))?.record.decision.target).toBe(10);
    expect(read(settled(), entryAt(1))?.record.decision.target).toBe(10);
    expect(withRequests(new Map(), [settled()]).size).toBe(0);
  });

  it('keep the observation of the entry where a request failed', () => {
    const of = { annotations: { 'ai4k8s.io/x': 'as it would have been' } };
    expect(read(settled({ of, outcome: FAILED }))?.observation.annotations).toEqual({});
    expect(read(settled({ of }))?.observation.annotations).toEqual(of.annotations);
  });

  it('show all of several requests, the last on top', () => {
    const second = settled({ decision: { at: NOW + 1, current: 6, target: 9 } });
    const entry = withRequests(new Map([[KEY, entryAt(-1)]]), [settled(), second]).get(KEY);
    expect(entry?.record.decision.target).toBe(9);
    expect(entry?.past.map(({ to }) => to)).toEqual([6, 9]);
  });
});

describe('a workload as its last decision left it', () => {
  it('has the count that was set, and nothing else', () => {
    const entry = entryOf();
    expect(asLeft(entry)).toEqual({ ...entry.observation, replicas: { ...pods(10), spec: 6 } });
    expect(asLeft(entryOf({ outcome: REFUSED })).replicas.spec).toBe(10);
  });

  it('under an HPA has its floor, and the minimum of its user beside it', () => {
    const up = { decision: { target: 12 } } as const;
    const left = asLeft(entryOf({ ...up, of: underHpa() }));
    expect(left.replicas.spec).toBe(10);
    expect(left.hpa).toEqual({ ...HPA, minReplicas: 12, ownMinReplicas: 2 });
  });

  it('under an HPA whose floor was given back has no trace of ours', () => {
    const of = underHpa({ minReplicas: 5, ownMinReplicas: 3 });
    const back = asLeft(entryOf({ decision: { current: 10, target: 3, wanted: 1 }, of }));
    expect(back.hpa).toEqual({ ...HPA, minReplicas: 3 });
  });
});
