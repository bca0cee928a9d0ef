// How often advice was right when it was this sure of itself: held against the demand that came, by the CPU target of today.

/** Fewer pieces of advice say nothing about the next. */
export const FEWEST_ADVICE = 30;
/** Advice is as sure as another within so much of its confidence. */
const CONFIDENCE_WIDTH = 0.05;
/** More than needed by so much, and by more than one, is no longer right: it is dear. */
const DEAR_FACTOR = 1.25;

export interface JudgedAdvice {
  /** 0…1, as it said itself. */
  readonly confidence: number;
  /** Replicas. */
  readonly advised: number;
  /** The fewest it could have advised. */
  readonly min: number;
  /** Total CPU demand at the moments after it that are known, in cores. */
  readonly cameCores: readonly number[];
}

export interface TrackRecord {
  /** Pieces of advice of about this confidence of which it is known what came. */
  readonly judged: number;
  /** Null of too few. */
  readonly right: number | null;
  readonly message: string;
}

/**
 * Advice was right where its replicas would have carried what came at the target, and were not more than a quarter (or one)
 * above that.
 * @param coresPerReplica at the target
 */
export function trackRecord(
  all: readonly JudgedAdvice[],
  confidence: number,
  coresPerReplica: number | undefined,
): TrackRecord {
  const alike = all.filter(
    (one) => Math.abs(one.confidence - confidence) <= CONFIDENCE_WIDTH + 1e-9 && one.cameCores.length > 0,
  );
  const judged = coresPerReplica === undefined || !(coresPerReplica > 0) ? 0 : alike.length;
  const percent = Math.round(confidence * 100);
  if (coresPerReplica === undefined || judged < FEWEST_ADVICE) {
    const message = `too few yet: what came after ${judged} pieces of advice of about ${percent} % confidence is known, ${FEWEST_ADVICE} are needed`;
    return { judged, right: null, message };
  }
  const right = alike.filter((one) => wasRight(one, coresPerReplica)).length;
  return { judged, right, message: `right ${right} of ${judged} times at about ${percent} % confidence` };
}

function wasRight({ advised, min, cameCores }: JudgedAdvice, coresPerReplica: number): boolean {
  const needed = Math.max(min, 1, ...cameCores.map((cores) => Math.ceil(cores / coresPerReplica - 1e-9)));
  return advised >= needed && advised <= Math.max(needed + 1, Math.ceil(needed * DEAR_FACTOR));
}
