// What a backtest of a fleet takes from the API server, where no kube-state-metrics tells it.
import { describe, expect, it } from 'vitest';
import { makeClusterFleet } from '../../../lib/app/backtest/cluster-fleet.ts';
import type { WorkloadSnapshot } from '../../../lib/app/ports/cluster.ts';
import { workloadKey } from '../../../lib/domain/workload/identity.ts';

type Seen = Pick<WorkloadSnapshot, 'workload' | 'capacity' | 'startupSeconds' | 'replicas' | 'hpa' | 'owner'>;

function seen(name: string, change: Partial<Seen> = {}): Seen {
  return {
    workload: { cluster: 'prod', namespace: 'shop', name },
    capacity: { cpu: 0.5 },
    startupSeconds: 40,
    replicas: { spec: 4, ready: 4, running: 4, total: 4 },
    hpa: null,
    owner: { kind: 'none' },
    ...change,
  };
}

function hpa(change: Partial<NonNullable<Seen['hpa']>> = {}): NonNullable<Seen['hpa']> {
  return {
    name: 'web',
    minReplicas: 2,
    maxReplicas: 20,
    currentReplicas: 4,
    desiredReplicas: 4,
    targetCpuPercent: 60,
    targetMemoryPercent: null,
    metrics: [{ kind: 'Resource', name: 'cpu', targetPercent: 60 }],
    scalingStatus: 'stable',
    ...change,
  };
}

async function fleetOf(all: readonly Seen[], namespaces: readonly string[] = []) {
  const workloads = new Map(all.map((one) => [workloadKey(one.workload), one as WorkloadSnapshot]));
  const reader = { snapshot: async (cluster: string) => ({ cluster, at: 0, workloads, problems: ['a LIST failed.'] }) };
  return makeClusterFleet(reader, 'prod', 'the cluster of a file').find(namespaces, 0, 1);
}
const BY_HPA = { kind: 'hpa', name: 'web' } as const;

it('has what is needed to replay each under its own HPA, and Deployments alone', async () => {
  const { deployments, notes } = await fleetOf([
    seen('web', { hpa: hpa(), owner: BY_HPA }),
    seen('db', { workload: { cluster: 'prod', namespace: 'shop', name: 'db', kind: 'StatefulSet' } }),
    seen('api'),
  ]);
  expect(deployments).toEqual([
    {
      ...{ namespace: 'shop', name: 'api', requestCores: 0.5, startupSeconds: 40, ran: { fewest: 4, most: 4 } },
      ...{ hpa: null, problem: null },
    },
    {
      ...{ namespace: 'shop', name: 'web', requestCores: 0.5, startupSeconds: 40, ran: { fewest: 4, most: 4 } },
      hpa: { name: 'web', min: 2, max: 20, cpuTargetPercent: 60, otherMetrics: [], scaledObject: null },
      problem: null,
    },
  ]);
  expect(notes).toEqual(['a LIST failed.', expect.stringContaining('as many replicas as it has now')]);
});

describe('an HPA', () => {
  it.each<[string, Partial<NonNullable<Seen['hpa']>>, Seen['owner'], object]>([
    ['with a floor of ours has the minimum of its user', { minReplicas: 9, ownMinReplicas: 3 }, BY_HPA, { min: 3 }],
    ['that may go to zero is replayed from one on', { minReplicas: 0 }, BY_HPA, { min: 1 }],
    [
      'with a target in cores has it as a share of the request',
      { targetCpuPercent: null, metrics: [{ kind: 'Resource', name: 'cpu', targetAverage: 0.4 }] },
      BY_HPA,
      { cpuTargetPercent: 80 },
    ],
    ['of KEDA is KEDA’s', {}, { kind: 'keda', name: 'web-so' }, { scaledObject: 'web-so' }],
  ])('%s', async (_, change, owner, expected) => {
    const { deployments } = await fleetOf([seen('web', { hpa: hpa(change), owner })]);
    expect(deployments[0]).toMatchObject({ hpa: expected, problem: null });
  });
});

it.each<[Partial<Seen>, RegExp]>([
  [{ owner: { kind: 'several_hpas', names: ['a', 'b'] } }, /^2 HPAs target it/],
  [{ owner: { kind: 'unknown' } }, /^its HPA could not be read$/],
  [{ capacity: {} }, /^no CPU request: an HPA by CPU cannot work/],
  [
    {
      hpa: hpa({ targetCpuPercent: null, metrics: [{ kind: 'External', name: 'jobs', targetValue: 5 }] }),
      owner: BY_HPA,
    },
    /^its HPA scales by jobs and not by CPU/,
  ],
])('says why it cannot be replayed: %#', async (change, expected) => {
  const { deployments } = await fleetOf([seen('web', change)]);
  expect(deployments[0]?.problem).toMatch(expected);
});

it('passes over Kubernetes’ own, unless they are named, and says where there is nothing', async () => {
  const dns = seen('dns', { workload: { cluster: 'prod', namespace: 'kube-system', name: 'dns' } });
  expect((await fleetOf([dns], ['kube-system'])).deployments).toHaveLength(1);
  await expect(fleetOf([dns])).rejects.toThrow(/^the cluster of a file has no Deployment outside of Kubernetes' own/);
  await expect(fleetOf([dns], ['shop'])).rejects.toThrow(/no Deployment in shop: check --namespace$/);
});
