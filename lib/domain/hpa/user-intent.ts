// What the user of an HPA asked of it beside bounds and targets: said to people, told to the model, and not worked against.
import type { HpaMetricSpec, HpaRules, HpaStatus } from '../workload/hpa-status.ts';
import type { Observation } from '../workload/observation.ts';

/**
 * Whether the HPA itself holds its workload at none, and will wake it: by its condition where it has one (Kubernetes 1.37),
 * else by its minReplicas of 0, with which a count of 0 does not switch it off.
 */
export function isAsleep({ hpa, replicas }: Pick<Observation, 'hpa' | 'replicas'>): boolean {
  return hpa !== null && replicas.spec === 0 && (hpa.scaledToZero ?? hpa.minReplicas === 0);
}

export function asleepMessage({ name }: Pick<HpaStatus, 'name'>): string {
  return `HPA ${name} holds it at 0 and wakes it by its own metrics: no floor is raised until then`;
}

/** Why a floor is not raised though more is wanted, or null: minReplicas would override a stop that its user asked for. */
export function whyNoRaise(hpa: Pick<HpaStatus, 'name' | 'minReplicas' | 'up' | 'scaledToZero'>, floor: number) {
  const { name, minReplicas, up, scaledToZero } = hpa;
  if (floor <= minReplicas) return null;
  if (scaledToZero) return asleepMessage(hpa);
  if (up?.select !== 'disabled') return null;
  return `HPA ${name} says that nothing is to scale up (scaleUp.selectPolicy Disabled): its minReplicas stays ${minReplicas}, ${floor} would be wanted; take that out to have its floor raised`;
}

/** To be added where a floor comes down and the HPA may not follow. */
export function notDownMessage({ down }: Pick<HpaStatus, 'down'>): string {
  return down?.select === 'disabled'
    ? '; nothing comes down by that: its scaleDown.selectPolicy is Disabled, so its replicas stay until somebody changes it'
    : '';
}

/** Which of its metrics are not CPU or memory of whole pods: no history of them is held. */
export function otherMetrics({ metrics = [] }: Pick<HpaStatus, 'metrics'>): readonly HpaMetricSpec[] {
  return metrics.filter(({ kind, name }) => kind !== 'Resource' || (name !== 'cpu' && name !== 'memory'));
}

/** Numbers and words of ours only: the model is told these. */
export function wishLines(hpa: HpaStatus): readonly string[] {
  const others = Map.groupBy(otherMetrics(hpa), ({ kind }) => kind);
  const counts = [...others].map(([kind, of]) => `${of.length} ${kind}`);
  return [
    ...rulesLine('Up', hpa.up),
    ...rulesLine('Down', hpa.down),
    ...(counts.length === 0 ? [] : [`HPA metrics that are not in this data: ${counts.join(', ')}`]),
    ...(hpa.minReplicas === 0 || hpa.ownMinReplicas === 0 ? ['HPA may scale to zero: Yes'] : []),
  ];
}

function rulesLine(direction: 'Up' | 'Down', rules: HpaRules | undefined): readonly string[] {
  if (rules === undefined) return [];
  const paces = (rules.paces ?? []).map(
    ({ kind, value, periodSeconds }) => `${value}${kind === 'percent' ? '%' : ' pods'} per ${periodSeconds} s`,
  );
  const said = [
    ...(rules.select === 'disabled' ? ['disabled'] : []),
    ...(rules.tolerance === undefined ? [] : [`tolerance ${Number((rules.tolerance * 100).toFixed(2))}%`]),
    ...(rules.windowSeconds === undefined ? [] : [`stabilisation ${rules.windowSeconds} s`]),
    ...(paces.length === 0 ? [] : [`at most ${paces.join(rules.select === 'min' ? ' and ' : ' or ')}`]),
  ];
  return said.length === 0 ? [] : [`HPA Scale ${direction}: ${said.join(', ')}`];
}
