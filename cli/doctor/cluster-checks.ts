// The checks of one cluster: does it answer, is its clock ours, may we do our work there and no more, is usage measured.

import type { ClusterClient, Connections } from '../../lib/adapters/kubernetes/connection.ts';
import { asking, reasonOf, statusOf } from '../../lib/adapters/kubernetes/errors.ts';
import { AdapterError } from '../../lib/app/ports/world.ts';
import type { EpochMs } from '../../lib/domain/workload/time.ts';
import { broken, type Check, ok, skipped, warning } from '../check.ts';
import { clockCheck } from './clock.ts';
import { type RightsQuestions, rightsChecks } from './rights-checks.ts';

export interface ClusterQuestions extends RightsQuestions {
  readonly cluster: string;
  /** What shows a person whether the server can be reached at all from here. */
  readonly reachCommand: string;
}

/** Throws nothing: what cannot be asked is a check that says so. */
export async function clusterChecks(
  connect: Connections,
  questions: ClusterQuestions,
  now: () => EpochMs,
): Promise<readonly Check[]> {
  const { cluster, scopes } = questions;
  const met = await meet(connect, questions, now);
  if ('broken' in met) {
    const rest = ['clock', 'rights', 'HPA API', 'metrics'];
    return [met.broken, ...rest.map((name) => skipped(name, `not asked: cluster ${cluster} gave no answer`))];
  }
  const { client, checks, serverTime } = met;
  return [
    ...checks,
    ...(await rightsChecks(client, questions)),
    await hpaApiCheck(client),
    await metricsCheck(client, scopes[0] ?? null, serverTime),
  ];
}

type Meeting =
  | { readonly broken: Check }
  | { readonly client: ClusterClient; readonly checks: readonly Check[]; readonly serverTime: EpochMs };

async function meet(connect: Connections, questions: ClusterQuestions, now: () => EpochMs): Promise<Meeting> {
  try {
    const client = await connect(questions.cluster);
    await version(client); // opens the connection, so that the second answer is as quick as those of a tick
    const asked = now();
    const { answer, headers } = await version(client);
    const answered = now();
    const found = `${answer.gitVersion ?? 'of an unknown version'} at ${client.server} (${answered - asked} ms)`;
    const clock = clockCheck('clock', 'the API server', headers.date, { asked, answered });
    return { client, checks: [ok('Kubernetes', found), clock.check], serverTime: clock.theirs ?? answered };
  } catch (error) {
    return { broken: broken('Kubernetes', messageOf(error), mendFor(error, questions.reachCommand)) };
  }
}

function version(client: ClusterClient) {
  const ask = { cluster: client.cluster, verb: 'get', resource: '/version' } as const;
  return asking(ask, () => client.exchange<{ readonly gitVersion?: string }>('/version'));
}

function mendFor(error: unknown, reachCommand: string): string {
  if (statusOf(error) !== 401) return reachCommand;
  return 'EKS: aws eks create-access-entry (docs/deploy.md, step 4). Elsewhere: renew the user or token in the kubeconfig';
}

async function hpaApiCheck(client: ClusterClient): Promise<Check> {
  const name = 'HPA API';
  try {
    await client.getJson('/apis/autoscaling/v2');
    return ok(name, 'autoscaling/v2 is served');
  } catch (error) {
    const found = `autoscaling/v2 is not served (${reasonOf(error)}): who else scales cannot be known`;
    return broken(name, found, 'upgrade the cluster to Kubernetes 1.23 or newer');
  }
}

interface PodMetricsList {
  readonly items?: readonly { readonly timestamp?: string }[];
}
/** A signal counts as stale after three ticks. */
const STALE_AFTER_MS = 3 * 60_000;
const INSTALL_METRICS =
  'kubectl apply -f https://github.com/kubernetes-sigs/metrics-server/releases/latest/download/components.yaml';
const LOOK_AT_METRICS = 'kubectl -n kube-system logs deployment/metrics-server --tail 20';

async function metricsCheck(client: ClusterClient, namespace: string | null, serverTime: EpochMs): Promise<Check> {
  const name = 'metrics';
  const where = namespace === null ? '' : `/namespaces/${encodeURIComponent(namespace)}`;
  try {
    const list = await client.getJson<PodMetricsList>(`/apis/metrics.k8s.io/v1beta1${where}/pods`, { limit: '500' });
    const times = (list.items ?? []).map(({ timestamp = '' }) => Date.parse(timestamp)).filter(Number.isFinite);
    if (times.length === 0) return warning(name, 'metrics.k8s.io measures no pod yet', `kubectl top pods -A`);
    const age = serverTime - Math.max(...times);
    const found = `metrics.k8s.io measures ${times.length} pods, the newest ${Math.max(0, Math.round(age / 1000))} s ago`;
    if (age <= STALE_AFTER_MS) return ok(name, found);
    return broken(name, `${found}: too old to decide on, nothing is scaled in`, LOOK_AT_METRICS);
  } catch (error) {
    if (statusOf(error) === 403)
      return skipped(name, 'this identity may not list pods.metrics.k8s.io, so their age is not known; see rights');
    const missing = statusOf(error) === 404;
    const found = missing ? 'metrics.k8s.io is not served' : `metrics.k8s.io did not answer: ${reasonOf(error)}`;
    return broken(name, `${found}; nothing is scaled in meanwhile`, missing ? INSTALL_METRICS : LOOK_AT_METRICS);
  }
}

function messageOf(error: unknown): string {
  return error instanceof AdapterError || error instanceof Error ? error.message : String(error);
}
