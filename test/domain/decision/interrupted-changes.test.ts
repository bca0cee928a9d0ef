// What ticks and commands left without an outcome is judged by what is observed later: done, failed, or too early to say.
import { describe, expect, it } from 'vitest';
import type { DecisionRecord } from '../../../lib/domain/decision/decision.ts';
import { recover, type Traces, unknownOutcome } from '../../../lib/domain/decision/interrupted-changes.ts';
import type { Request } from '../../../lib/domain/decision/request.ts';
import type { WorkloadMemory } from '../../../lib/domain/decision/workload-memory.ts';
import { workloadKey } from '../../../lib/domain/workload/identity.ts';
import type { Observation } from '../../../lib/domain/workload/observation.ts';
import { APPLIED, askedOf, entryOf, FAILED, pods, recordOf } from '../../make/records.ts';
import { NOW, observation } from '../../make/workloads.ts';

const MINUTE_MS = 60_000;
const THEN = NOW - 2 * MINUTE_MS;
const KEY = workloadKey(recordOf().decision.workload);

interface World {
  readonly journal?: readonly DecisionRecord[];
  readonly asked?: readonly Request[];
  readonly entry?: WorkloadMemory;
  readonly spec?: number | null;
  readonly of?: Partial<Observation>;
}

/** What is found a minute after the cluster was read, by a tick or a command at NOW. */
function found({ journal = [], asked = [], entry, spec = 10, of = {} }: World) {
  const traces: Traces = {
    journal,
    asked,
    latest: new Map(entry === undefined ? [] : [[KEY, entry]]),
    observations: new Map(spec === null ? [] : [[KEY, observation({ replicas: pods(spec), ...of })]]),
    now: NOW,
    seenFrom: NOW,
  };
  const { latest, records, judged } = recover(traces);
  const kinds = (of: readonly DecisionRecord[]) => of.map(({ outcome }) => outcome.kind);
  return { records, judged, recorded: kinds(records), settled: kinds(judged), entry: latest.get(KEY) };
}

/** 10 → 6, of a tick that died. */
const meant = (at = THEN, change: Parameters<typeof recordOf>[0] = {}) =>
  recordOf({ outcome: unknownOutcome('tick'), ...change, decision: { at, ...change.decision } });
/** The same at a person's request. */
const request = (at = THEN, change: Partial<Request> = {}, decision = {}) =>
  askedOf({ decision: { at, ...decision }, outcome: unknownOutcome('command') }, change);
/** Of a tick that changed nothing. */
const entryAt = (at: number, change: Partial<WorkloadMemory> = {}) =>
  entryOf({ decision: { at, target: 10 }, outcome: { kind: 'unchanged', message: '' } }, change);

describe('a change that a tick had noted and never told of', () => {
  it('is recorded as applied at its own time where its replicas are there', () => {
    const { records, entry } = found({ journal: [meant()], spec: 6 });
    expect(records).toMatchObject([
      {
        decision: { at: THEN },
        outcome: { kind: 'applied', message: 'scaled 10 → 6 replicas; found done by the next tick' },
      },
    ]);
    expect(entry).toMatchObject({ lastScaledAt: THEN, past: [{ at: THEN, from: 10, to: 6 }] });
  });

  it('is recorded as failed where they are not, with what is there, and nothing is built on it', () => {
    const { records, entry } = found({ journal: [meant()], spec: 10 });
    expect(records[0]?.outcome).toEqual({
      kind: 'failed',
      code: 'not_found_done',
      message: `${FAILED.message}; 10 replicas were found`,
    });
    expect(entry).toBeUndefined();
  });

  it('is recorded as failed where the workload is gone', () => {
    expect(found({ journal: [meant()], spec: null }).records[0]?.outcome.message).toMatch(
      /^the Deployment was deleted/,
    );
  });

  it('is judged once: not after the entry knows of it', () => {
    expect(found({ journal: [meant()], entry: entryAt(THEN), spec: 6 }).recorded).toEqual([]);
    expect(found({ journal: [meant()], entry: entryAt(THEN + 1), spec: 6 }).recorded).toEqual([]);
    expect(found({ journal: [meant()], entry: entryAt(THEN - 1), spec: 6 }).recorded).toEqual(['applied']);
  });

  it('is judged again where the answer to its write was lost, by its id', () => {
    const lost = (decision = {}) =>
      entryOf({ decision: { at: THEN, ...decision }, outcome: { ...FAILED, unsettled: true } });
    expect(found({ journal: [meant()], entry: lost(), spec: 6 }).recorded).toEqual(['applied']);
    expect(found({ journal: [meant()], entry: lost({ id: 'another' }), spec: 6 }).recorded).toEqual([]);
    const known = entryOf({ decision: { at: THEN }, outcome: FAILED });
    expect(found({ journal: [meant()], entry: known, spec: 6 }).recorded).toEqual([]);
  });

  it('is not judged by a tick that it overtook', () => {
    expect(found({ journal: [meant(NOW)], spec: 6 }).recorded).toEqual([]);
    expect(found({ journal: [meant(NOW + 1)], spec: 6 }).recorded).toEqual([]);
  });

  it('stands as it was told where it had been: applied, also where somebody scaled since', () => {
    const told = meant(THEN, { outcome: APPLIED });
    expect(found({ journal: [told], spec: 20 }).records).toMatchObject([{ outcome: APPLIED }]);
  });
});

describe('a request whose command never said what became of it', () => {
  it('is settled as what is found, and recorded by nobody else', () => {
    expect(found({ asked: [request()], spec: 6 })).toMatchObject({ settled: ['applied'], recorded: [] });
    expect(found({ asked: [request()], spec: 10 })).toMatchObject({ settled: ['failed'], recorded: [] });
    expect(found({ asked: [request()], spec: 6 }).entry).toMatchObject({ lastScaledAt: THEN });
  });

  it('may be at work still: within a minute nobody says that it failed, though one may see that it is done', () => {
    expect(found({ asked: [request(NOW - MINUTE_MS + 1)], spec: 10 }).settled).toEqual([]);
    expect(found({ asked: [request(NOW - MINUTE_MS)], spec: 10 }).settled).toEqual(['failed']);
    expect(found({ asked: [request(NOW - 1000)], spec: 6 }).settled).toEqual(['applied']);
  });

  it('of anything but a decision is not told by replicas', () => {
    const goal = { kind: 'policy', done: APPLIED } as const;
    expect(found({ asked: [request(THEN, { goal })], spec: 6 }).settled).toEqual([]);
  });
});

describe('a request that is settled', () => {
  const done = (at: number) => askedOf({ decision: { at } }, { settled: true });

  it('is built on, and not settled again', () => {
    expect(found({ asked: [done(THEN)], spec: 6 })).toMatchObject({ settled: [], entry: { lastScaledAt: THEN } });
    expect(found({ asked: [done(THEN)], spec: 20 })).toMatchObject({ settled: [], entry: { lastScaledAt: THEN } });
  });

  it('waits for the next tick where it was done while the cluster was read, and does not show yet', () => {
    expect(found({ asked: [done(NOW - 1000)], spec: 10 }).entry).toBeUndefined();
    expect(found({ asked: [done(NOW - 1000)], spec: 6 }).entry).toMatchObject({ lastScaledAt: NOW - 1000 });
  });

  it('that failed changes nothing', () => {
    const failed = askedOf({ decision: { at: NOW - 1000 }, outcome: FAILED }, { settled: true });
    expect(found({ asked: [failed], spec: 10 })).toMatchObject({ settled: [], entry: undefined });
  });

  it('is taken over once', () => {
    const entry = found({ asked: [done(THEN)], spec: 6 }).entry;
    expect(entry).toBeDefined();
    if (entry !== undefined) expect(found({ asked: [done(THEN)], entry, spec: 6 }).entry).toBe(entry);
  });
});

describe('several changes of one workload', () => {
  it('are judged in the order of their times, each by those before and after it', () => {
    const [first, second] = [meant(THEN), request(THEN + 90_000, {}, { current: 6, target: 8 })];
    const { recorded, settled, entry } = found({ journal: [first], asked: [second], spec: 8 });
    // The request was made on 6 replicas: the tick's change was there, whatever is there now.
    expect([recorded, settled]).toEqual([['applied'], ['applied']]);
    expect(entry?.past.map(({ to }) => to)).toEqual([6, 8]);
  });

  it('of two that meant the same at once only the one that is known was made', () => {
    const known = askedOf({ decision: { at: THEN + 1000 } }, { settled: true });
    const { recorded, entry } = found({ journal: [meant()], asked: [known], spec: 6 });
    expect(recorded).toEqual(['failed']);
    expect(entry?.past.map(({ at }) => at)).toEqual([THEN + 1000]);
  });

  it('of two that meant the same and never said so, one is taken for made', () => {
    const { settled } = found({ asked: [request(THEN), request(THEN + 1000)], spec: 6 });
    expect(settled).toEqual(['applied', 'failed']);
  });

  it('a past decision of the entry counts as one of them', () => {
    const made = entryOf({ decision: { at: THEN + 1000 } });
    expect(found({ asked: [request()], entry: made, spec: 6 }).settled).toEqual(['failed']);
  });

  it('a settled request is not held against itself as a past decision of the entry', () => {
    const at = NOW - 1000;
    const done = askedOf({ decision: { at } }, { settled: true });
    const taken = found({ asked: [done], spec: 6 }).entry;
    expect(taken?.past).toHaveLength(1);
    const past = taken?.past ?? [];
    const entry = entryAt(THEN, { past });
    // It is known and does not show: nothing came on top of it, so the entry stays as it is.
    expect(found({ asked: [done], entry, spec: 10 }).entry).toBe(entry);
  });

  it('a request that was found undone says nothing of an earlier one', () => {
    const second = request(THEN + 1000, {}, { current: 10, target: 6, id: 'second' });
    const first = request(THEN, {}, { current: 10, target: 7, id: 'first' });
    const { judged } = found({ asked: [second, first], spec: 6 });
    expect(judged.map(({ decision, outcome }) => [decision.id, outcome.kind])).toEqual([
      ['first', 'failed'],
      ['second', 'applied'],
    ]);
  });

  it('other workloads say nothing of this one', () => {
    const other = { workload: { cluster: 'demo', namespace: 'shop', name: 'api' } };
    const known = askedOf({ decision: { at: THEN + 1000, ...other } }, { settled: true });
    expect(found({ journal: [meant()], asked: [known], spec: 6 }).recorded).toEqual(['applied']);
  });
});
