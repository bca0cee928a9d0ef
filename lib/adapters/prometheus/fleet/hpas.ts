// The HPAs of a cluster by the Deployment that each scales. Where nothing says what an HPA targets, its name has to do.
import type { FoundHpa } from '../../../app/ports/fleet.ts';
import type { FleetAnswers } from './answers.ts';
import { keyOf, lastValues } from './labels.ts';

type Answers = Pick<FleetAnswers, 'hpaTargets' | 'hpaMin' | 'hpaMax' | 'hpaMetrics'>;

/** As KEDA names the HPAs that it makes. */
const KEDA_PREFIX = 'keda-hpa-';
/** Of KEDA's HPAs that nothing else tells of. */
const KEDA_METRIC = /^s\d+-/;

/** @param requestCores of a Deployment, by its key: a target in cores is a share of that */
export function hpasByDeployment(
  answers: Answers,
  requestCores: (key: string) => number | null,
): ReadonlyMap<string, readonly FoundHpa[]> {
  const targets = targetsOf(answers);
  const mins = new Map(lastValues(answers.hpaMin, 'horizontalpodautoscaler').map((one) => [keyOf(one), one.value]));
  const metrics = Map.groupBy(lastValues(answers.hpaMetrics, 'horizontalpodautoscaler'), keyOf);
  const found = new Map<string, FoundHpa[]>();
  for (const { namespace, name, value: max } of lastValues(answers.hpaMax, 'horizontalpodautoscaler')) {
    const hpaKey = keyOf({ namespace, name });
    const deployment = targets === null ? withoutPrefix(name) : targets.get(hpaKey);
    if (deployment === undefined || !(max >= 1)) continue;
    const key = keyOf({ namespace, name: deployment });
    const own = metrics.get(hpaKey) ?? [];
    const isCpu = (labels: Readonly<Record<string, string>>) => labels.metric_name === 'cpu';
    const cpu = own.filter(({ labels }) => isCpu(labels));
    const others = own.filter(({ labels }) => !isCpu(labels)).map(({ labels }) => labels.metric_name ?? '');
    const isKeda = name.startsWith(KEDA_PREFIX) || others.some((other) => KEDA_METRIC.test(other));
    const hpa: FoundHpa = {
      name,
      min: Math.max(1, Math.min(mins.get(hpaKey) ?? 1, max)),
      max,
      cpuTargetPercent: cpuTarget(cpu, requestCores(key)),
      otherMetrics: [...new Set(others)].sort(),
      scaledObject: isKeda ? withoutPrefix(name) : null,
    };
    found.set(key, [...(found.get(key) ?? []), hpa]);
  }
  return found;
}

/** Null where the server has no such series. Of a Deployment alone: an HPA may scale other kinds. */
function targetsOf({ hpaTargets }: Answers): ReadonlyMap<string, string> | null {
  if (hpaTargets.length === 0) return null;
  const rows = lastValues(hpaTargets, 'horizontalpodautoscaler');
  return new Map(
    rows
      .filter(({ labels }) => (labels.scaletargetref_kind ?? 'Deployment') === 'Deployment')
      .map((row) => [keyOf(row), row.labels.scaletargetref_name ?? row.name]),
  );
}

function withoutPrefix(name: string): string {
  return name.startsWith(KEDA_PREFIX) ? name.slice(KEDA_PREFIX.length) : name;
}

/** Percent of the request, whole: HPA counts so. */
function cpuTarget(rows: ReturnType<typeof lastValues>, requestCores: number | null): number | null {
  const targetOf = (type: string) => rows.find(({ labels }) => labels.metric_target_type === type)?.value;
  const share = targetOf('utilization');
  const cores = targetOf('average');
  const percent = share ?? (cores !== undefined && requestCores !== null ? (100 * cores) / requestCores : Number.NaN);
  return percent >= 1 && percent <= 1000 ? Math.round(percent) : null;
}
