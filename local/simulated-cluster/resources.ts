// Every resource the simulated cluster serves, in one table: discovery, reading and watching all follow it.
import { namespaceObject, nodeObject } from './cluster-objects.ts';
import { deploymentObject, replicaSetObject } from './deployment-objects.ts';
import { eventObject } from './event-objects.ts';
import type { EventRecord } from './events.ts';
import type { Hpa } from './hpa.ts';
import { hpaObject } from './hpa-objects.ts';
import {
  nodeMetricsObject,
  type PodOfWorkload,
  type PodReading,
  podLabels,
  podMetricsObject,
  podObject,
  podReading,
} from './pod-objects.ts';
import { defineResource, type Labels, type Resource, type ResourceType } from './resource.ts';
import * as tables from './tables.ts';
import { NODES, replicaSetName, type Workload } from './workload.ts';
import type { World } from './world.ts';

const READ = ['get', 'list', 'watch'];

export const RESOURCES: readonly Resource[] = [
  defineResource<string>(type('', 'v1', 'namespaces', 'Namespace', ['ns'], READ, tables.NAMESPACE_COLUMNS, false), {
    list: (world) => [...world.namespaces],
    pick: () => null,
    identity: (name) => ({ namespace: null, name, labels: { 'kubernetes.io/metadata.name': name } }),
    object: namespaceObject,
    cells: tables.namespaceCells,
  }),
  defineResource<string>(type('', 'v1', 'nodes', 'Node', ['no'], READ, tables.NODE_COLUMNS, false), {
    list: () => NODES,
    pick: () => null,
    identity: (name) => ({ namespace: null, name, labels: { 'kubernetes.io/hostname': name } }),
    object: nodeObject,
    cells: tables.nodeCells,
  }),
  defineResource<PodOfWorkload>(type('', 'v1', 'pods', 'Pod', ['po'], READ, tables.POD_COLUMNS), {
    list: pods,
    pick: (subject) => (subject.of === 'pod' ? subject : null),
    identity: podIdentity,
    object: podObject,
    cells: tables.podCells,
  }),
  defineResource<Workload>(
    type(
      'apps',
      'v1',
      'deployments',
      'Deployment',
      ['deploy'],
      [...READ, 'patch', 'update'],
      tables.DEPLOYMENT_COLUMNS,
    ),
    {
      list: (world, namespace) => world.workloads(namespace),
      pick: (subject) => (subject.of === 'workload' ? subject.workload : null),
      identity: ({ namespace, name, labels }) => ({ namespace, name, labels }),
      object: deploymentObject,
      cells: tables.deploymentCells,
    },
  ),
  defineResource<Workload>(type('apps', 'v1', 'replicasets', 'ReplicaSet', ['rs'], READ, tables.REPLICA_SET_COLUMNS), {
    list: (world, namespace) => world.workloads(namespace),
    pick: (subject) => (subject.of === 'workload' ? subject.workload : null),
    identity: (workload) => ({
      namespace: workload.namespace,
      name: replicaSetName(workload),
      labels: podLabels(workload),
    }),
    object: replicaSetObject,
    cells: tables.replicaSetCells,
  }),
  ...(['v2', 'v1'] as const).map((version) =>
    defineResource<Hpa>(hpaType(version), {
      list: (world, namespace) => world.hpas(namespace),
      pick: (subject) => (subject.of === 'hpa' ? subject.hpa : null),
      identity: ({ namespace, name, labels }) => ({ namespace, name, labels }),
      object: (hpa) => hpaObject(hpa, version),
      cells: tables.hpaCells,
    }),
  ),
  ...(['v1', 'events.k8s.io/v1'] as const).map((api) =>
    defineResource<EventRecord>(eventType(api), {
      list: (world, namespace) => world.events.list(namespace),
      pick: (subject) => (subject.of === 'event' ? subject.event : null),
      identity: ({ namespace, name }) => ({ namespace, name }),
      object: (event) => eventObject(event, api),
      cells: tables.eventCells,
    }),
  ),
  // The simulation limits nobody, and has no StatefulSets: they are served empty, so that asking for them is no error.
  ...[['', 'ResourceQuota'] as const, ['', 'LimitRange'] as const, ['apps', 'StatefulSet'] as const].map(
    ([group, kind]) =>
      defineResource<never>(type(group, 'v1', `${kind.toLowerCase()}s`, kind, [], ['list'], tables.NAMESPACE_COLUMNS), {
        list: () => [],
        pick: () => null,
        identity: (none) => none,
        object: (none) => none,
        cells: () => [],
      }),
  ),
  defineResource<PodOfWorkload & { reading: PodReading }>(metricsType('pods', 'PodMetrics', true), {
    list: measuredPods,
    pick: () => null,
    identity: podIdentity,
    object: (of) => podMetricsObject(of, of.reading),
    cells: ({ pod, reading }) => tables.metricsCells(pod.name, reading),
  }),
  defineResource<{ name: string; reading: PodReading }>(metricsType('nodes', 'NodeMetrics', false), {
    list: measuredNodes,
    pick: () => null,
    identity: ({ name }) => ({ namespace: null, name }),
    object: ({ name, reading }) => nodeMetricsObject(name, reading),
    cells: ({ name, reading }) => tables.metricsCells(name, reading),
  }),
];

function type(
  group: string,
  version: string,
  plural: string,
  kind: string,
  shortNames: readonly string[],
  verbs: readonly string[],
  columns: tables.Columns,
  namespaced = true,
): ResourceType {
  return { group, version, plural, singular: kind.toLowerCase(), kind, shortNames, namespaced, verbs, columns };
}

function hpaType(version: 'v1' | 'v2'): ResourceType {
  const verbs = [...READ, 'create', 'patch', 'update', 'delete'];
  const [plural, kind] = ['horizontalpodautoscalers', 'HorizontalPodAutoscaler'];
  return type('autoscaling', version, plural, kind, ['hpa'], verbs, tables.HPA_COLUMNS);
}

function eventType(api: 'v1' | 'events.k8s.io/v1'): ResourceType {
  const group = api === 'v1' ? '' : 'events.k8s.io';
  return type(group, 'v1', 'events', 'Event', ['ev'], [...READ, 'create'], tables.EVENT_COLUMNS);
}

function metricsType(plural: string, kind: string, namespaced: boolean): ResourceType {
  const columns = tables.METRICS_COLUMNS;
  return type('metrics.k8s.io', 'v1beta1', plural, kind, [], ['get', 'list'], columns, namespaced);
}

function pods(world: World, namespace: string | null): PodOfWorkload[] {
  return world.workloads(namespace).flatMap((workload) => workload.pods.map((pod) => ({ workload, pod })));
}

function podIdentity({ workload, pod }: PodOfWorkload): { namespace: string; name: string; labels: Labels } {
  return { namespace: workload.namespace, name: pod.name, labels: podLabels(workload) };
}

function measuredPods(world: World, namespace: string | null): (PodOfWorkload & { reading: PodReading })[] {
  return pods(world, namespace).flatMap((of) => {
    const reading = podReading(of);
    return reading === null ? [] : [{ ...of, reading }];
  });
}

function measuredNodes(world: World): { name: string; reading: PodReading }[] {
  const all = measuredPods(world, null);
  return NODES.map((name) => {
    const here = all.filter(({ pod }) => pod.node === name);
    const cpu = here.reduce((sum, { reading }) => sum + reading.cpu, 0);
    const memory = here.reduce((sum, { reading }) => sum + reading.memory, 0);
    return { name, reading: { cpu, memory, at: all[0]?.reading.at ?? world.seconds } };
  });
}
