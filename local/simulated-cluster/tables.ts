// The columns kubectl prints: it asks the server for Tables, and shows only NAME and AGE without them.

import { bornAt, KUBERNETES_VERSION } from './cluster-objects.ts';
import { containerImage } from './deployment-objects.ts';
import type { EventRecord } from './events.ts';
import type { Hpa } from './hpa.ts';
import { age, type JsonObject, type KubeObject } from './kube-object.ts';
import type { PodOfWorkload, PodReading } from './pod-objects.ts';
import { readyPods, replicaSetName, type Workload } from './workload.ts';
import type { World } from './world.ts';

export type Cell = string | number;
/** A name in brackets is shown with `-o wide` only. */
export type Columns = readonly string[];

export interface Row {
  readonly cells: readonly Cell[];
  readonly object: KubeObject;
}

export function tableObject(
  columns: Columns,
  rows: readonly Row[],
  metadata: JsonObject,
  wholeObjects: boolean,
): KubeObject {
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata,
    columnDefinitions: columns.map((column) => {
      const name = column.replace(/^\[(.*)\]$/, '$1');
      const format = name === 'Name' ? 'name' : '';
      return { name, type: 'string', format, description: name, priority: name === column ? 0 : 1 };
    }),
    rows: rows.map(({ cells, object }) => ({
      cells,
      object: wholeObjects
        ? object
        : { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: object.metadata },
    })),
  };
}

export const DEPLOYMENT_COLUMNS: Columns = [
  'Name',
  'Ready',
  'Up-to-date',
  'Available',
  'Age',
  '[Containers]',
  '[Images]',
  '[Selector]',
];
export function deploymentCells(workload: Workload, world: World): Cell[] {
  const ready = readyPods(workload);
  const since = age(world.seconds - workload.createdAt);
  const wide = ['app', containerImage(workload), `app=${workload.name}`];
  return [workload.name, `${ready}/${workload.state.replicas}`, workload.pods.length, ready, since, ...wide];
}

export const REPLICA_SET_COLUMNS: Columns = ['Name', 'Desired', 'Current', 'Ready', 'Age', '[Containers]', '[Images]'];
export function replicaSetCells(workload: Workload, world: World): Cell[] {
  const counts = [workload.state.replicas, workload.pods.length, readyPods(workload)];
  return [
    replicaSetName(workload),
    ...counts,
    age(world.seconds - workload.createdAt),
    'app',
    containerImage(workload),
  ];
}

export const POD_COLUMNS: Columns = ['Name', 'Ready', 'Status', 'Restarts', 'Age', '[IP]', '[Node]'];
export function podCells({ pod }: PodOfWorkload, world: World): Cell[] {
  return [pod.name, pod.ready ? '1/1' : '0/1', 'Running', 0, age(world.seconds - pod.bornAt), pod.ip, pod.node];
}

export const HPA_COLUMNS: Columns = ['Name', 'Reference', 'Targets', 'MinPods', 'MaxPods', 'Replicas', 'Age'];
export function hpaCells(hpa: Hpa, world: World): Cell[] {
  const targets = hpa.spec.metrics.map(({ resource, targetPercent }, i) => {
    const percent = hpa.condition.readings[i]?.percent;
    return `${resource}: ${percent === undefined ? '<unknown>' : `${percent}%`}/${targetPercent}%`;
  });
  return [
    hpa.name,
    `Deployment/${hpa.spec.target}`,
    targets.join(', '),
    hpa.spec.min,
    hpa.spec.max,
    hpa.condition.current,
    age(world.seconds - hpa.createdAt),
  ];
}

export const NAMESPACE_COLUMNS: Columns = ['Name', 'Status', 'Age'];
export function namespaceCells(name: string, world: World): Cell[] {
  return [name, 'Active', age(world.seconds - bornAt(world))];
}

export const NODE_COLUMNS: Columns = ['Name', 'Status', 'Roles', 'Age', 'Version'];
export function nodeCells(name: string, world: World): Cell[] {
  return [name, 'Ready', '<none>', age(world.seconds - bornAt(world)), KUBERNETES_VERSION];
}

export const EVENT_COLUMNS: Columns = [
  'Last Seen',
  'Type',
  'Reason',
  'Object',
  '[Source]',
  'Message',
  '[Count]',
  '[Name]',
];
export function eventCells(event: EventRecord, world: World): Cell[] {
  const object = `${(event.regarding.kind ?? '').toLowerCase()}/${event.regarding.name ?? ''}`;
  const seen = age(world.seconds - event.lastAt);
  return [seen, event.type, event.reason, object, event.controller, event.message, event.count, event.name];
}

export const METRICS_COLUMNS: Columns = ['Name', 'Cpu', 'Memory', 'Window'];
export function metricsCells(name: string, { cpu, memory }: PodReading): Cell[] {
  return [name, `${Math.round(cpu * 1000)}m`, `${Math.round(memory / 2 ** 20)}Mi`, '15s'];
}
