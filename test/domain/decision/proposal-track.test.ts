// Proposals held against what came: laws over any course of need, seen and unseen, in whatever rhythm.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DecisionRecord } from '../../../lib/domain/decision/decision.ts';
import type { Outcome } from '../../../lib/domain/decision/outcome.ts';
import { type ProposalTrack, trackAt, trackedAfter, trackText } from '../../../lib/domain/decision/proposal-track.ts';
import { assessment, NOW } from '../../make/workloads.ts';

const MINUTE = 60_000;
const ASSESSED = assessment();
const PROPOSED: Outcome = { kind: 'recommended', code: 'proposed', message: 'm' };

const record = (minute: number, from: number, to: number, outcome = PROPOSED, requestedBy: string | null = null) =>
  ({
    decision: { at: NOW + minute * MINUTE, current: from, target: to, blockedBy: null },
    outcome,
    requestedBy,
    assessment: ASSESSED,
  }) as DecisionRecord;
const seen = (minute: number, need: number | null) => ({ at: NOW + minute * MINUTE, need, tickSeconds: 60 });
/** One proposal, then a tick a minute that sees these needs and wants nothing more. */
const tracked = (from: number, to: number, needs: readonly (number | null)[]) =>
  needs.reduce<ProposalTrack | undefined>(
    (track, need, i) => trackedAfter(trackAt(track, seen(i + 1, need)), record(i + 1, from, from)),
    trackedAfter(undefined, record(0, from, to)),
  );
const counts = (track: ProposalTrack | undefined) => ({ in: track?.in, out: track?.out, unjudged: track?.unjudged });

const needs = (minutes: number) =>
  fc.array(fc.option(fc.integer({ min: 1, max: 40 }), { freq: 20 }), { minLength: minutes, maxLength: minutes });

describe('a proposed scale-in', () => {
  it('was right where its number carried all of the ten minutes that were seen, and unjudged where some were not', () =>
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 30 }), needs(40), (to, course) => {
        const first = course.slice(0, 10);
        const track = counts(tracked(to + 5, to, course));
        if (first.some((need) => need !== null && need > to)) expect(track.in).toEqual([0, 1]);
        else if (first.includes(null)) expect(track).toEqual({ in: [0, 0], out: [0, 0], unjudged: 1 });
        else expect(track.in).toEqual([1, 1]);
      }),
    ));
});

describe('a proposed scale-out', () => {
  it('was right where more than there was came to be needed within half an hour, and wrong only where all of it was seen', () =>
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), needs(40), (from, course) => {
        const first = course.slice(0, 30);
        const track = counts(tracked(from, from + 3, course));
        if (first.some((need) => need !== null && need > from)) expect(track.out).toEqual([1, 1]);
        else if (first.includes(null)) expect(track).toEqual({ in: [0, 0], out: [0, 0], unjudged: 1 });
        else expect(track.out).toEqual([0, 1]);
      }),
    ));
});

describe('judging', () => {
  it('sees nothing of the future: what was counted by a minute stands, whatever comes', () =>
    fc.assert(
      fc.property(needs(40), needs(40), fc.integer({ min: 1, max: 39 }), (course, other, minute) => {
        const [then, later] = [
          counts(tracked(12, 8, course.slice(0, minute))),
          tracked(12, 8, [...course.slice(0, minute), ...other]),
        ];
        const isCounted = (then.in?.[1] ?? 0) + (then.unjudged ?? 0) > 0;
        if (isCounted) expect(counts(later)).toEqual(then);
      }),
    ));

  it('takes a gap between ticks for unknown', () => {
    const opened = trackedAfter(undefined, record(0, 8, 4));
    expect(counts(trackAt(opened, seen(11, 3)))).toMatchObject({ in: [0, 0], unjudged: 1 });
  });

  it('counts a number that stands for hours once, and again when another is wanted', () => {
    let track: ProposalTrack | undefined;
    for (let minute = 0; minute < 300; minute++)
      track = trackedAfter(trackAt(track, seen(minute, 3)), record(minute, 8, minute < 200 ? 4 : 5));
    expect(counts(track)).toEqual({ in: [2, 2], out: [0, 0], unjudged: 0 });
  });

  it('opens nothing for what was done, refused, blocked, or asked for by a person', () => {
    const others: readonly DecisionRecord[] = [
      record(0, 8, 4, { kind: 'applied', code: 'scaled', message: 'm' }),
      record(0, 8, 4, { kind: 'recommended', code: 'not_enabled', message: 'm' }),
      record(0, 8, 4, { kind: 'refused', code: 'declined', message: 'm' }, 'ann'),
      record(0, 8, 4, PROPOSED, 'ann'),
      record(0, 8, 8),
    ];
    for (const one of others) expect(trackedAfter(undefined, one)).toBeUndefined();
  });

  it('stays small and sound, however much it sees; what an earlier or later release left is begun anew', () =>
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: -5, max: 5 }), fc.option(fc.integer({ min: 1, max: 20 }))), {
          minLength: 300,
          maxLength: 2000,
        }),
        (steps) => {
          let track: ProposalTrack | undefined;
          for (const [i, [by, need]] of steps.entries())
            track = trackedAfter(trackAt(track, seen(5 * i, need)), record(5 * i, 10, 10 + by));
          const { open = [], in: shrinks = [0, 0], out: rises = [0, 0] } = track ?? {};
          expect(open.length).toBeLessThanOrEqual(2);
          for (const [right, of] of [shrinks, rises]) expect(right).toBeLessThanOrEqual(of);
          expect(shrinks[1] + rises[1]).toBeLessThan(200);
          expect(trackAt({ ...track, v: 2 } as never, seen(0, 1))).toBeUndefined();
        },
      ),
      { numRuns: 20 },
    ));
});

describe('in words', () => {
  it('says how many would have been right, each way, and what nobody can say', () => {
    const track: ProposalTrack = { v: 1, open: [], in: [8, 8], out: [4, 6], unjudged: 1 };
    expect(trackText(track)).toBe(
      '12 of 14 proposals would have been right: 8 of 8 scale-ins would have left enough, 4 of 6 scale-outs came to be needed within 30 minutes; 1 could not be judged, since readings were missing',
    );
    expect(trackText(undefined)).toBeNull();
    expect(trackText({ ...track, in: [0, 0], out: [0, 0], unjudged: 0 })).toBeNull();
  });
});
