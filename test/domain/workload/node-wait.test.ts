// Two start-ups, with room on a node and with a new one: how they are told apart, what is remembered, and which is learned with.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  describeLead,
  leadSeconds,
  type NodeWaits,
  nodeLead,
  type PodStart,
  rememberedWaits,
  type Step,
  startsOf,
} from '../../../lib/domain/workload/node-wait.ts';

const NOW = Date.UTC(2026, 10, 26);
const MINUTE = 60_000;
const DAY = 1440 * MINUTE;

const born = (minutesAgo: number, waits: readonly number[], serves = 45): PodStart[] =>
  waits.map((nodeSeconds) => ({
    createdAt: NOW - minutesAgo * MINUTE,
    nodeSeconds,
    startupSeconds: nodeSeconds + serves,
  }));
const step = (minutesAgo: number, pods: number, waited: boolean): Step => ({
  at: NOW - minutesAgo * MINUTE,
  pods,
  waited,
});
const known = (steps: readonly Step[], newNodeSeconds = 150) => ({ newNodeSeconds, steps });

describe('pods tell', () => {
  it('how long they took with room, and how long where a node had to be added', () => {
    const pods = [...born(90, [0, 1, 0]), ...born(30, [0, 100, 105, 110])];
    expect(startsOf(pods)).toEqual({
      startupSeconds: 45,
      nodeWaits: { newNodeSeconds: 150, steps: [step(90, 3, false), step(30, 4, true)] },
    });
  });

  it('one start-up where none waited, and the same where all did', () => {
    expect(startsOf(born(9, [0, 0]))).toMatchObject({ startupSeconds: 45, nodeWaits: { newNodeSeconds: null } });
    expect(startsOf(born(9, [60, 60]))).toMatchObject({ startupSeconds: 105, nodeWaits: { newNodeSeconds: 105 } });
    expect(startsOf([])).toEqual({ startupSeconds: null, nodeWaits: { newNodeSeconds: null, steps: [] } });
  });

  it('of a wait that still lasts, but not how long it will be', () => {
    const pods = [
      ...born(9, [0]),
      { createdAt: NOW, nodeSeconds: Number.POSITIVE_INFINITY, startupSeconds: Number.NaN },
    ];
    expect(startsOf(pods).nodeWaits).toEqual({ newNodeSeconds: null, steps: [step(9, 1, false), step(0, 1, true)] });
  });
});

describe('what is remembered', () => {
  const seen = (steps: readonly Step[], newNodeSeconds: number | null = 150): NodeWaits => ({ newNodeSeconds, steps });

  it('is nothing where no step waited', () => {
    expect(rememberedWaits(seen([step(9, 4, false)]), undefined, NOW)).toBeNull();
    expect(rememberedWaits(undefined, undefined, NOW)).toBeNull();
  });

  it('counts a step once, also when some of its pods have gone since', () => {
    const before = known([step(60, 6, true)]);
    const again = { ...step(60, 3, true), at: NOW - 60 * MINUTE + 2000 };
    expect(rememberedWaits(seen([again]), before, NOW)).toEqual(before);
  });

  it('is forgotten after a week, and by five steps of the size that found room', () => {
    const before = known([step(60, 4, true)]);
    expect(rememberedWaits(undefined, before, NOW)).toEqual(before);
    expect(rememberedWaits(undefined, before, NOW + 7 * DAY)).toBeNull();
    const found = (count: number) => Array.from({ length: count }, (_, i) => step(50 - i, 5, false));
    expect(rememberedWaits(seen(found(4), null), before, NOW)?.steps).toHaveLength(5);
    expect(rememberedWaits(seen(found(5), null), before, NOW)).toBeNull();
    const small = found(5).map((one) => ({ ...one, pods: 1 }));
    expect(rememberedWaits(seen(small, null), before, NOW)).not.toBeNull();
  });
});

describe('the start-up that is learned with', () => {
  it('is the new node’s where half of the steps of a size waited, and expected by their share below that', () => {
    const of = (waited: number, found: number) => {
      const steps = [...Array(waited).fill(true), ...Array(found).fill(false)].map((did, i) => step(100 - i, 4, did));
      const lead = nodeLead(50, known(steps));
      return lead === null ? null : leadSeconds(lead);
    };
    expect([of(0, 5), of(1, 4), of(2, 3), of(3, 2), of(5, 0)]).toEqual([null, 70, 90, 150, 150]);
  });

  it('is that of the size that waits most, and the sentence says so', () => {
    const steps = [true, false, true, true, false].map((waited, i) => step(60 - i, 4 + i, waited));
    const small = [false, false, true].map((waited, i) => step(30 - i, 1, waited));
    const lead = nodeLead(45, known([...steps, ...small]));
    expect(lead === null ? null : describeLead(lead)).toBe(
      'new pods served after 45 s where a node had room, after 150 s where one had to be added: 3 of the last 5 steps of 4 or more waited',
    );
    expect(lead === null ? null : describeLead({ ...lead, size: 2 })).toMatch(
      /3 of the last 5 steps of 2 or 3 waited$/,
    );
    expect(lead === null ? null : describeLead({ ...lead, size: 1, steps: 1, waited: 1 })).toMatch(
      /the last step of 1 waited$/,
    );
  });

  it('is no other where a new node is no slower', () => {
    expect(nodeLead(150, known([step(9, 4, true)]))).toBeNull();
    expect(nodeLead(90, null)).toBeNull();
  });
});

describe('laws', () => {
  const pods = fc.array(
    fc.record({
      createdAt: fc.integer({ min: NOW - DAY, max: NOW }),
      nodeSeconds: fc.oneof(
        fc.constantFrom(0, 1, Number.NaN, Number.POSITIVE_INFINITY),
        fc.integer({ min: 0, max: 300 }),
      ),
      startupSeconds: fc.oneof(fc.constant(Number.NaN), fc.integer({ min: 0, max: 800 })),
    }),
    { maxLength: 30 },
  );
  const room = fc.integer({ min: 0, max: 600 });

  it('the lead lies between the two start-ups', () => {
    fc.assert(
      fc.property(pods, pods, room, (some, more, roomSeconds) => {
        const before = rememberedWaits(startsOf(some).nodeWaits, undefined, NOW);
        const lead = nodeLead(roomSeconds, rememberedWaits(startsOf(more).nodeWaits, before ?? undefined, NOW));
        if (lead === null) return;
        expect(leadSeconds(lead)).toBeGreaterThan(lead.roomSeconds);
        expect(leadSeconds(lead)).toBeLessThanOrEqual(lead.newNodeSeconds);
        expect(lead.waited).toBeLessThanOrEqual(lead.steps);
        expect(lead.steps).toBeLessThanOrEqual(5);
      }),
    );
  });

  it('seeing the same pods again changes nothing', () => {
    fc.assert(
      fc.property(pods, (some) => {
        const { nodeWaits } = startsOf(some);
        const once = rememberedWaits(nodeWaits, undefined, NOW);
        if (once !== null) expect(rememberedWaits(nodeWaits, once, NOW)).toEqual(once);
      }),
    );
  });

  it('one more step that waited never shortens the lead', () => {
    const steps = fc.array(fc.record({ pods: fc.integer({ min: 1, max: 9 }), waited: fc.boolean() }), {
      maxLength: 12,
    });
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 9 }), (given, size) => {
        const past = given.map(({ pods: count, waited }, i) => step(100 - i, count, waited));
        const lead = (all: readonly Step[]) => {
          const found = nodeLead(45, rememberedWaits(seenOf(all), undefined, NOW));
          return found === null ? 45 : leadSeconds(found);
        };
        expect(lead([...past, step(1, size, true)])).toBeGreaterThanOrEqual(lead(past));
      }),
    );
  });

  function seenOf(steps: readonly Step[]): NodeWaits {
    return { newNodeSeconds: 150, steps };
  }
});
