// From answers about all workloads to Deployments, each with its request, start-up, bounds and HPA. Pure; names are taken as they come.
import type { Fleet, FoundDeployment, FoundHpa } from '../../../app/ports/fleet.ts';
import { startupOf } from '../../../domain/workload/startup-time.ts';
import type { LabelledSamples } from '../answer.ts';
import type { FleetAnswers } from './answers.ts';
import { hpasByDeployment } from './hpas.ts';
import { keyOf, type LastValue, lastValues, namespaceOf, podOf } from './labels.ts';

/** Kubernetes' own; replayed where they are named. */
const SYSTEM_NAMESPACES: ReadonlySet<string> = new Set(['kube-system', 'kube-public', 'kube-node-lease']);

/** @param namespaces only these; empty is all but Kubernetes' own */
export function discover(answers: FleetAnswers, namespaces: readonly string[]): Omit<Fleet, 'notes'> {
  const isAsked = (namespace: string) =>
    namespaces.length > 0 ? namespaces.includes(namespace) : !SYSTEM_NAMESPACES.has(namespace);
  const all = lastValues(answers.deployments, 'deployment');
  const found = all.filter(({ namespace }) => isAsked(namespace));
  const keys = new Set(found.map(keyOf));
  const requests = ofPods(answers.requests, keys);
  const startups = ofPods(answers.startups, keys);
  const [fewest, most] = [answers.ranFewest, answers.ranMost].map(
    (series) => new Map(lastValues(series, 'deployment').map((one) => [keyOf(one), one.value])),
  );
  const requestCores = (key: string) => largest(requests.get(key) ?? []);
  const hpas = hpasByDeployment(answers, requestCores);
  const deployments = found.map((one): FoundDeployment => {
    const key = keyOf(one);
    const own = hpas.get(key) ?? [];
    const hpa = own.length === 1 ? (own[0] as FoundHpa) : null;
    return {
      namespace: one.namespace,
      name: one.name,
      requestCores: requestCores(key),
      startupSeconds: startupOf(startups.get(key) ?? []),
      ran: rangeOf(fewest?.get(key), most?.get(key), one),
      hpa,
      problem: own.length > 1 ? `${own.length} HPAs target it, so that none of them works: keep one` : whyNoReplay(hpa),
    };
  });
  return {
    deployments: deployments.toSorted((a, b) => compare(a.namespace, b.namespace) || compare(a.name, b.name)),
    passedOver: [...new Set(all.map(({ namespace }) => namespace))].filter((namespace) => !isAsked(namespace)).sort(),
  };
}

function whyNoReplay(hpa: FoundHpa | null): string | null {
  if (hpa === null || hpa.cpuTargetPercent !== null) return null;
  return hpa.otherMetrics.length === 0
    ? 'the CPU target of its HPA is not known: it has no kube_horizontalpodautoscaler_spec_target_metric (kube-state-metrics 2 has them)'
    : `its HPA scales by ${hpa.otherMetrics.slice(0, 3).join(', ')} and not by CPU, which is what is replayed`;
}

/** By Deployment: of every pod the least of its values, where the pod is named as the Deployment's are. */
function ofPods(series: readonly LabelledSamples[], keys: ReadonlySet<string>): ReadonlyMap<string, readonly number[]> {
  const values = new Map<string, number[]>();
  for (const { labels, samples } of series) {
    const least = Math.min(...samples.map(([, value]) => value).filter(Number.isFinite));
    const key = `${namespaceOf(labels)}/${deploymentOf(podOf(labels), namespaceOf(labels), keys)}`;
    if (Number.isFinite(least) && keys.has(key)) values.set(key, [...(values.get(key) ?? []), least]);
  }
  return values;
}

/** Kubernetes cuts what comes before a pod's own five characters to this. */
const LONGEST_BASE = 58;

/** `web` of `web-7d4b9c5f6-x2x8k`; of a name that was cut, the one Deployment that begins like it. */
function deploymentOf(pod: string, namespace: string, keys: ReadonlySet<string>): string | null {
  const name = /^(.+)-[a-z0-9]{1,10}-[a-z0-9]{5}$/.exec(pod)?.[1];
  if (name !== undefined && keys.has(`${namespace}/${name}`)) return name;
  const base = pod.slice(0, -5);
  if (base.length < LONGEST_BASE) return null;
  const long = [...keys].find((key) => key.startsWith(`${namespace}/${base.slice(0, LONGEST_BASE)}`));
  return long?.slice(namespace.length + 1) ?? null;
}

function rangeOf(fewest: number | undefined, most: number | undefined, now: LastValue): FoundDeployment['ran'] {
  const known = [fewest, most, now.value].filter((value) => value !== undefined && value > 0) as number[];
  return known.length === 0 ? null : { fewest: Math.min(...known), most: Math.max(...known) };
}

/** A rollout has two kinds of pods: the larger request is what the newer, or the safer, count goes by. */
function largest(values: readonly number[]): number | null {
  const most = Math.max(...values.filter((value) => value > 0));
  return Number.isFinite(most) ? most : null;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
