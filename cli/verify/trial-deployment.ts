// The throwaway Deployment of a trial: pods that do nothing, within what the strictest pod security standard allows.
import { randomBytes } from 'node:crypto';
import type { ClusterClient } from '../../lib/adapters/kubernetes/connection.ts';
import { asking, statusOf } from '../../lib/adapters/kubernetes/errors.ts';

export interface TrialDeployment {
  readonly name: string;
  create(): Promise<void>;
  look(): Promise<{ readonly replicas: number; readonly ready: number }>;
  /** Why a pod of it does not start, in Kubernetes' own words; '' where they say nothing. */
  whyNotReady(): Promise<string>;
  /** That it is gone already is no error. */
  remove(): Promise<void>;
}

/** Of the pods' labels, and of whoever looks for what a trial left. */
const LABELS = { 'app.kubernetes.io/managed-by': 'ai4k8s-verify' };
const MEMORY = '16Mi';

/** Its name is new each time: it is nobody else's, and nothing was ever decided on it. */
export function trialDeployment(client: ClusterClient, namespace: string, image: string): TrialDeployment {
  const name = `ai4k8s-verify-${randomBytes(4).toString('hex')}`;
  const all = `/apis/apps/v1/namespaces/${encodeURIComponent(namespace)}/deployments`;
  const one = `${all}/${name}`;
  const subject = `${namespace}/${name}`;
  const ask = (verb: 'get' | 'create' | 'delete') => ({
    cluster: client.cluster,
    verb,
    resource: 'deployments.apps',
    subject,
  });
  return {
    name,
    async create() {
      await asking(ask('create'), () => client.exchange(all, { body: objectOf(name, namespace, image) }));
    },
    async look() {
      const { spec, status } = await asking(ask('get'), () => client.getJson<Seen>(one));
      return { replicas: spec?.replicas ?? 1, ready: status?.readyReplicas ?? 0 };
    },
    async whyNotReady() {
      const pods = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods`;
      const labelSelector = `app.kubernetes.io/name=${name}`;
      const { items = [] } = await client.getJson<Pods>(pods, { labelSelector }).catch(() => ({ items: [] }));
      return items.map(reasonOf).find((reason) => reason !== '') ?? '';
    },
    async remove() {
      try {
        const body = { propagationPolicy: 'Background' };
        await asking(ask('delete'), () => client.exchange(one, { method: 'DELETE', body }));
      } catch (error) {
        if (statusOf(error) !== 404) throw error;
      }
    },
  };
}

interface Seen {
  readonly spec?: { readonly replicas?: number };
  readonly status?: { readonly readyReplicas?: number };
}

interface Pod {
  readonly status?: {
    readonly conditions?: readonly { readonly type: string; readonly status: string; readonly message?: string }[];
    readonly containerStatuses?: readonly {
      readonly state?: { readonly waiting?: { readonly reason?: string; readonly message?: string } };
    }[];
  };
}
interface Pods {
  readonly items?: readonly Pod[];
}

function reasonOf({ status }: Pod): string {
  const waiting = status?.containerStatuses?.map(({ state }) => state?.waiting).find((one) => one !== undefined);
  if (waiting !== undefined) return [waiting.reason, waiting.message].filter((part) => part).join(': ');
  return status?.conditions?.find((one) => one.type === 'PodScheduled' && one.status === 'False')?.message ?? '';
}

function objectOf(name: string, namespace: string, image: string): object {
  const matchLabels = { 'app.kubernetes.io/name': name };
  const labels = { ...LABELS, ...matchLabels };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace, labels },
    spec: {
      replicas: 1,
      selector: { matchLabels },
      template: {
        metadata: { labels },
        spec: {
          automountServiceAccountToken: false,
          enableServiceLinks: false,
          terminationGracePeriodSeconds: 0,
          securityContext: { runAsNonRoot: true, runAsUser: 65_535, seccompProfile: { type: 'RuntimeDefault' } },
          containers: [
            {
              name: 'pause',
              image,
              resources: {
                requests: { cpu: '10m', memory: MEMORY },
                limits: { cpu: '100m', memory: MEMORY },
              },
              securityContext: {
                allowPrivilegeEscalation: false,
                readOnlyRootFilesystem: true,
                capabilities: { drop: ['ALL'] },
              },
            },
          ],
        },
      },
    },
  };
}
