// What became of proposals: each is held against what came after it, and counted. Stored with the workload, so a few numbers.
import type { Assessment } from '../assessment/assessment.ts';
import { needAtLine } from '../assessment/need-at-line.ts';
import { STABILISATION_MS } from '../workload/pace.ts';
import { DEFAULT_STARTUP_SECONDS } from '../workload/startup-time.ts';
import { type EpochMs, MINUTE_MS } from '../workload/time.ts';
import type { DecisionRecord } from './decision.ts';

/** Another is begun anew. */
const TRACK_VERSION = 1;
/** A rise was needed where demand exceeded what was there within so long. */
const RISE_WINDOW_MS = 30 * MINUTE_MS;
/** A scale-in is judged for as long as it could not have been made good: stabilisation, start-up, and no less than this. */
const LEAST_WINDOW_MS = 10 * MINUTE_MS;
/** So many ticks missed, and nobody saw what came. */
const TICKS_UNTIL_A_GAP = 3;
/** From so many on the counts are halved: what was long ago fades. */
const MOST_COUNTED = 200;

/** A proposal that is being judged, or was and still stands. */
interface ProposalCase {
  readonly at: EpochMs;
  readonly from: number;
  readonly to: number;
  readonly until: EpochMs;
  /** When it was last looked at. */
  readonly last: EpochMs;
  /** Readings were missing: it cannot be right any more. */
  readonly unknown?: true;
  /** It is counted, and no other of its way within its time, or while the same is wanted. */
  readonly judged?: true;
}

type Counted = readonly [right: number, of: number];

export interface ProposalTrack {
  readonly v: typeof TRACK_VERSION;
  /** One per way at most. */
  readonly open: readonly ProposalCase[];
  readonly in: Counted;
  readonly out: Counted;
  /** Of which nobody can say. */
  readonly unjudged: number;
}

const NO_TRACK: ProposalTrack = { v: TRACK_VERSION, open: [], in: [0, 0], out: [0, 0], unjudged: 0 };

/** What is known at a tick. */
interface SeenNeed {
  readonly at: EpochMs;
  /** `needAtLine`; null where it cannot be told. */
  readonly need: number | null;
  readonly tickSeconds: number;
}

export function seenNeed({ now, observation, policy, levels, memory }: Assessment): SeenNeed {
  const need = needAtLine(observation, policy, levels, memory);
  return { at: now, need, tickSeconds: policy.tickSeconds };
}

/** The track after a tick has seen what is needed. @param stored whatever an earlier release left */
export function trackAt(stored: ProposalTrack | undefined, seen: SeenNeed): ProposalTrack | undefined {
  if (stored?.v !== TRACK_VERSION) return undefined;
  return stored.open.reduce<ProposalTrack>((track, one) => judged(track, one, seen), { ...stored, open: [] });
}

function judged(track: ProposalTrack, one: ProposalCase, { at, need, tickSeconds }: SeenNeed): ProposalTrack {
  if (one.judged) return { ...track, open: [...track.open, one] };
  const isGap = at - one.last > TICKS_UNTIL_A_GAP * tickSeconds * 1000;
  const isUnknown = one.unknown === true || need === null || isGap;
  const isIn = one.to < one.from;
  const isTold = need !== null && at <= one.until && need > (isIn ? one.to : one.from);
  // That it fell short, or was needed, one reading can tell; the opposite takes all of them.
  if (isTold) return counted(track, one, !isIn);
  if (at >= one.until)
    return isUnknown ? { ...done(track, one), unjudged: track.unjudged + 1 } : counted(track, one, isIn);
  const waits = { ...one, last: at, ...(isUnknown && { unknown: true as const }) };
  return { ...track, open: [...track.open, waits] };
}

function counted(track: ProposalTrack, one: ProposalCase, isRight: boolean): ProposalTrack {
  const way = one.to < one.from ? 'in' : 'out';
  const [right, of] = track[way];
  const all = { ...done(track, one), [way]: [right + Number(isRight), of + 1] as const };
  return all.in[1] + all.out[1] < MOST_COUNTED ? all : { ...all, in: half(all.in), out: half(all.out) };
}

function half([right, of]: Counted): Counted {
  return [Math.floor(right / 2), Math.floor(of / 2)];
}

function done(track: ProposalTrack, one: ProposalCase): ProposalTrack {
  return { ...track, open: [...track.open, { ...one, judged: true }] };
}

/** What nobody carries out by itself, and a person sees. */
const PROPOSES: ReadonlySet<string | undefined> = new Set(['proposed', 'declined', 'mode_recommend']);

/** The track with what a tick proposes: a new case where another number is wanted than the one that was judged, after its time. */
export function trackedAfter(
  track: ProposalTrack | undefined,
  {
    decision,
    outcome,
    requestedBy,
    assessment,
  }: Pick<DecisionRecord, 'decision' | 'outcome' | 'requestedBy' | 'assessment'>,
): ProposalTrack | undefined {
  if (requestedBy !== null) return track;
  const { at, current: from, target: to } = decision;
  const proposes = outcome.kind === 'recommended' && PROPOSES.has(outcome.code) && decision.blockedBy === null;
  const way = proposes ? Math.sign(to - from) : 0;
  const open = (track?.open ?? []).filter(
    (one) => one.judged !== true || (wayOf(one) === way && (one.to === to || at < one.until)),
  );
  if (way === 0 || open.some((one) => wayOf(one) === way))
    return track === undefined || open.length === track.open.length ? track : { ...track, open };
  const startupMs = 1000 * (assessment.observation.startupSeconds ?? DEFAULT_STARTUP_SECONDS);
  const windowMs = way > 0 ? RISE_WINDOW_MS : Math.max(LEAST_WINDOW_MS, STABILISATION_MS + startupMs);
  return { ...(track ?? NO_TRACK), open: [...open, { at, from, to, until: at + windowMs, last: at }] };
}

function wayOf({ from, to }: ProposalCase): number {
  return Math.sign(to - from);
}

/** `12 of 14 proposals would have been right: …`; null while none is judged. */
export function trackText(track: ProposalTrack | undefined): string | null {
  if (track?.v !== TRACK_VERSION) return null;
  const { in: shrinks, out: rises, unjudged } = track;
  const of = shrinks[1] + rises[1];
  const unsaid = unjudged === 0 ? '' : `; ${unjudged} could not be judged, since readings were missing`;
  if (of === 0) return unjudged === 0 ? null : `no proposal could be judged yet${unsaid}`;
  const parts = [
    ...(shrinks[1] === 0 ? [] : [`${shrinks[0]} of ${shrinks[1]} scale-ins would have left enough`]),
    ...(rises[1] === 0 ? [] : [`${rises[0]} of ${rises[1]} scale-outs came to be needed within 30 minutes`]),
  ];
  return `${shrinks[0] + rises[0]} of ${of} proposals would have been right: ${parts.join(', ')}${unsaid}`;
}
