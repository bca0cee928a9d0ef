// Mode `hpa-floor` in a backtest: an HPA reacts every 15 s, and our tick moves nothing but its minReplicas. It looks for itself.
import { HPA_SYNC_SECONDS, type HpaReason } from '../../domain/hpa/controller.ts';
import { startHpa } from './hpa-policy.ts';
import { oursPolicy } from './ours-policy.ts';
import { type BacktestPolicy, type BacktestView, occasionAt, type PolicySettings } from './policy.ts';

const HELD_BY_MIN: ReadonlySet<HpaReason> = new Set<HpaReason>(['below_min', 'at_min']);

/**
 * An HPA at a fixed CPU target whose floor another policy sets at each of its ticks. A tick and a sync of the same moment
 * happen in the order that helps least: the controller finds the new floor at its next sync. It does not hurry for a changed
 * HPA: a real one took 2 to 13 s, and then went up to the floor in one step, whatever its limits on scaling up.
 * @param targetPercent of the CPU request
 * @param floor answers with the minReplicas to have; it is shown the floor in place of the Deployment's replicas
 */
export function oursOverHpaPolicy(
  name: string,
  targetPercent: number,
  settings: PolicySettings,
  floor: BacktestPolicy = oursPolicy(name, { ...settings, lookSeconds: 0 }),
): BacktestPolicy {
  const sync = startHpa(targetPercent, settings);
  const clip = (replicas: number) => Math.min(settings.max, Math.max(settings.min, replicas));
  let minReplicas = settings.min;
  let source = 'hpa';
  return {
    name,
    everySeconds: HPA_SYNC_SECONDS,
    get source() {
      return source;
    },
    decide(view) {
      const { desired, reason } = sync(view, minReplicas);
      source = HELD_BY_MIN.has(reason) && minReplicas > settings.min ? floor.source : reason;
      if (occasionAt(floor, view.seconds) === 'tick') minReplicas = clip(floor.decide(floorView(view, minReplicas)));
      return desired;
    },
  };
}

/**
 * The pods that the floor vouches for. Shown all of them, it would take what the HPA added for its own and, while a cooldown
 * lasts, answer with it: each of the HPA's rises would become a floor.
 */
function floorView(view: BacktestView, minReplicas: number): BacktestView {
  return { ...view, replicas: minReplicas, ready: Math.min(view.ready, minReplicas) };
}
