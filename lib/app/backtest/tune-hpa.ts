// The HPA that would have done best on a trace: whole-percent targets, coarsely and then finely, and a few behaviours. In hindsight.
import type { HpaBehaviour } from '../../domain/hpa/behaviour.ts';
import { keepsSlo, type RunScore } from './frontier.ts';

export interface HpaSetting {
  /** Of the CPU request. */
  readonly targetPercent: number;
  /** What it states beside the defaults. */
  readonly behaviour: HpaBehaviour;
}

interface HpaTrial extends HpaSetting {
  readonly score: RunScore;
}

export interface TunedHpa {
  readonly best: HpaTrial;
  /** Whether it keeps what was asked for; where no setting does, `best` is the least short. */
  readonly keeps: boolean;
  /** How many settings were replayed. */
  readonly runs: number;
}

/** Descending: the highest that keeps the SLO is where the fine search begins. */
const COARSE_TARGETS = [80, 62, 45, 28, 14] as const;
const HIGHEST_TARGET = 97;
/** How far from the best target of the defaults another behaviour's may lie, percent. */
const NEARBY = 14;
/** What asks for more to be written, and to be understood, must be so much cheaper. */
const WORTH_IT = 0.97;

/** Each in the order in which it asks for more; a tolerance is stable from Kubernetes 1.35 on, the rest is as old as autoscaling/v2. */
const TRIED_BEHAVIOURS: readonly HpaBehaviour[] = [
  {},
  { down: { windowSeconds: 120 } },
  { down: { windowSeconds: 900 } },
  {
    up: {
      paces: [
        { kind: 'pods', value: 10, periodSeconds: 15 },
        { kind: 'percent', value: 300, periodSeconds: 15 },
      ],
    },
  },
  { up: { tolerance: 0.02 } },
];

/**
 * About twenty replays. Takes a lower target to be short no more often than a higher one, which holds but for dust.
 * @param replay of one setting on the trace
 * @param sloPercent share of the time with enough ready that is to be kept
 */
export function tuneHpa(replay: (setting: HpaSetting) => RunScore, sloPercent: number): TunedHpa {
  const trials = new Map<string, HpaTrial>();
  const tried = (setting: HpaSetting): HpaTrial => {
    const key = JSON.stringify(setting);
    const trial = trials.get(key) ?? { ...setting, score: replay(setting) };
    trials.set(key, trial);
    return trial;
  };
  const isKept = ({ score }: HpaTrial) => keepsSlo(score, sloPercent);
  let best: HpaTrial | null = null;
  for (const behaviour of TRIED_BEHAVIOURS) {
    const at = (targetPercent: number) => tried({ targetPercent, behaviour });
    const highest: Bracket | null = best === null ? coarsely(at, isKept) : nearby(at, isKept, best.targetPercent);
    const found: HpaTrial | null = highest === null ? null : finely(at, isKept, highest);
    if (found !== null && (best === null || costOf(found) < WORTH_IT * costOf(best))) best = found;
  }
  const all = [...trials.values()];
  const leastShort = all.reduce((a, b) => (isShorter(b, a) ? b : a));
  return { best: best ?? leastShort, keeps: best !== null, runs: all.length };
}

type At = (targetPercent: number) => HpaTrial;
type IsKept = (trial: HpaTrial) => boolean;

interface Bracket {
  /** Keeps the SLO. */
  readonly kept: number;
  /** Does not, or is beyond what is tried. */
  readonly missed: number;
}

function coarsely(at: At, isKept: IsKept): Bracket | null {
  let missed = HIGHEST_TARGET + 1;
  for (const target of COARSE_TARGETS) {
    if (isKept(at(target))) return { kept: target, missed };
    missed = target;
  }
  return null;
}

function nearby(at: At, isKept: IsKept, target: number): Bracket | null {
  if (isKept(at(target))) return { kept: target, missed: Math.min(HIGHEST_TARGET, target + NEARBY) + 1 };
  const lower = target - NEARBY;
  return lower >= 1 && isKept(at(lower)) ? { kept: lower, missed: target } : null;
}

/** The highest whole percent that keeps it. */
function finely(at: At, isKept: IsKept, { kept, missed }: Bracket): HpaTrial {
  if (missed - kept <= 1) return at(kept);
  const middle = Math.floor((kept + missed) / 2);
  return finely(at, isKept, isKept(at(middle)) ? { kept: middle, missed } : { kept, missed: middle });
}

function costOf({ score }: HpaTrial): number {
  return score.cost ?? Number.POSITIVE_INFINITY;
}

function isShorter(a: HpaTrial, b: HpaTrial): boolean {
  const difference = a.score.violationPct - b.score.violationPct;
  return difference < 0 || (difference === 0 && costOf(a) < costOf(b));
}
