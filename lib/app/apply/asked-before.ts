// What an API server refused, left unanswered or did not keep is not asked of it again at every tick: it costs a tick its time.
import type { PodWish } from '../../domain/vertical/pod-patch.ts';
import type { VerticalCode } from '../../domain/vertical/vertical-code.ts';
import type { VerticalView } from '../../domain/vertical/vertical-view.ts';
import type { EpochMs } from '../../domain/workload/time.ts';

/** Why no further pod is resized. */
export interface Stop {
  readonly code: VerticalCode;
  readonly message: string;
  /** `refused`: the same change of any pod would be; `failed`: of this one, it may fail again. Absent: the next tick asks. */
  readonly asked?: 'refused' | 'failed';
}

/** What was refused is refused again until something about it changes. What failed may have been a moment's trouble. */
const AGAIN_MS = { refused: 15 * 60_000, failed: 4.5 * 60_000 } as const;
/** A change that is kept is kept for as long as this. */
const KEPT_MS = 15 * 60_000;
/** More than are resized of one workload in two ticks. */
const RESIZED_KEPT = 12;

type Memory = Pick<VerticalView, 'refusal' | 'resized'>;

/** Null where this pod may be asked about. */
export function whyNotAgain({ refusal, resized }: Memory, wish: PodWish, now: EpochMs): Stop | null {
  if (refusal !== undefined && refusal.until > now && [ofChange(wish), ofPod(wish)].includes(refusal.of))
    return { code: refusal.code, message: refusal.message };
  if (resized === undefined || resized.until <= now || !resized.of.includes(ofPod(wish))) return null;
  return {
    code: 'not_kept',
    message: `pod ${wish.pod.name} was resized of late and is as it was before: it was put back by an admission webhook or another writer (kubectl get pod ${wish.pod.name} -o yaml --show-managed-fields)`,
  };
}

/** @param wish the one at which it stopped */
export function remembered(wish: PodWish, { code, message, asked }: Stop, now: EpochMs): Pick<Memory, 'refusal'> {
  if (asked === undefined) return {};
  const of = asked === 'refused' ? ofChange(wish) : ofPod(wish);
  return { refusal: { of, code, message, until: now + AGAIN_MS[asked] } };
}

/** @param done those that were resized now */
export function withResized(
  before: Memory['resized'],
  done: readonly PodWish[],
  now: EpochMs,
): Pick<Memory, 'resized'> {
  const earlier = before !== undefined && before.until > now ? before.of : [];
  if (done.length === 0) return before === undefined || earlier.length === 0 ? {} : { resized: before };
  // Of each pod its last change alone: a level that comes and goes asks for the same again, and means it.
  const again = new Set(done.map(({ pod }) => digest(pod.name)));
  const others = earlier.filter((one) => !again.has(one.split(':')[0] ?? ''));
  const of = [...done.map(ofPod), ...others].slice(0, RESIZED_KEPT);
  return { resized: { of, until: now + KEPT_MS } };
}

function ofChange({ patch }: Pick<PodWish, 'patch'>): string {
  return digest(patch?.containers.map(({ name, to }) => [name, to]));
}

function ofPod({ pod, patch }: PodWish): string {
  return `${digest(pod.name)}:${ofChange({ patch })}`;
}

/** FNV-1a, 64 bits: short, so that nothing of it is ever cut where it is kept. */
function digest(value: unknown): string {
  let hash = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(JSON.stringify(value) ?? ''))
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  return hash.toString(36);
}
