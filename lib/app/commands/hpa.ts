// HPAs that a person asks for: `{deployment}-hpa` created and deleted, once, and never one that somebody else made.

import type { PlannedHpa } from '../../domain/hpa/manifest.ts';
import { type WorkloadRef, workloadKey } from '../../domain/workload/identity.ts';
import { kindOf } from '../../domain/workload/kind.ts';
import type { Observation } from '../../domain/workload/observation.ts';
import { DEFAULT_POLICY, type Policy } from '../../domain/workload/policy.ts';
import { RESOURCES, type Resource } from '../../domain/workload/signal.ts';
import { drives, targetOf } from '../apply/floor-on-hpa.ts';
import { type Known, lookedUp, noted } from '../apply/lost-answer.ts';
import { policyNow } from '../known-state.ts';
import { type ObservePorts, observeWorkload } from '../observe/observe.ts';
import type { HpaAccess, HpaObject } from '../ports/cluster.ts';
import type { FloorStore } from '../ports/floor-store.ts';
import type { PolicyStore } from '../ports/policy-store.ts';
import type { SeriesStore } from '../ports/series-store.ts';
import { AdapterError, type Clock } from '../ports/world.ts';
import { hpaMetricsOf } from './hpa-metrics.ts';

export interface HpaCommandPorts extends ObservePorts {
  readonly hpas: HpaAccess;
  readonly floors: FloorStore;
  readonly policies: Pick<PolicyStore, 'stated'>;
  readonly series: SeriesStore;
  readonly clock: Clock;
}

/** What a person may choose; the rest follows from the workload's policy and requests. */
export interface HpaWish {
  readonly minReplicas?: number | undefined;
  readonly maxReplicas?: number | undefined;
  readonly targetPercent?: Partial<Record<Resource, number | undefined>>;
}

export type HpaResult =
  | { readonly kind: 'done'; readonly name: string; readonly changed: boolean; readonly message: string }
  | { readonly kind: 'not_found' }
  /** One is there that is not ours, or the cluster says no. */
  | { readonly kind: 'refused'; readonly hpa: string; readonly message: string }
  /** Nothing that an HPA could measure against. */
  | { readonly kind: 'unfit'; readonly message: string };

/** `{deployment}-hpa`, as the seeds name it. */
export function hpaName(deployment: string): string {
  return `${deployment}-hpa`;
}

/**
 * Creates the workload's HPA: CPU at 70 % and memory at 80 %, each where the pods state a request for it. Twice is once.
 * @throws AdapterError where the cluster cannot be read or refuses the object
 */
export async function createHpa(
  ports: HpaCommandPorts,
  tickSeconds: number,
  ref: WorkloadRef,
  wish: HpaWish = {},
): Promise<HpaResult> {
  if (ref.kind !== undefined) return { kind: 'unfit', message: ofDeploymentsOnly(ref) };
  const observation = await observeWorkload(ports, ref, ports.clock.now());
  if (observation === null) return { kind: 'not_found' };
  const name = hpaName(ref.name);
  const all = await ports.hpas.list(ref.cluster, ref.namespace);
  const foreign = all.find((hpa) => (drives(hpa, ref) || hpa.name === name) && !isOurs(hpa, ref));
  if (foreign !== undefined) return refused(foreign.name, foreignMessage(foreign, ref));
  const existing = all.find((hpa) => hpa.name === name);
  if (existing !== undefined) return { kind: 'done', name, changed: false, message: `HPA ${name} is there already` };
  const wanted = plannedHpa(await policyNow(ports, observation, tickSeconds), observation, wish);
  const { targetPercent, metrics = [], minReplicas, maxReplicas } = wanted;
  if (Object.keys(targetPercent).length + metrics.length === 0) return { kind: 'unfit', message: unfitMessage(ref) };
  if (minReplicas > maxReplicas)
    return { kind: 'unfit', message: `min_replicas ${minReplicas} is above max_replicas ${maxReplicas}` };
  const look = async () => {
    const made = await named(ports, ref);
    return { isDone: made !== undefined && isOurs(made, ref), found: 'it was not found' };
  };
  const result = settledOr(
    await lookedUp(() => ports.hpas.create({ cluster: ref.cluster, ...wanted }), look),
    `creating HPA ${name}`,
  );
  const targets = [
    ...Object.entries(targetPercent).map(([signal, percent]) => `${signal} at ${percent} %`),
    ...metrics.map(({ metric, averageValue }) => `${metric} at ${averageValue} a pod`),
  ];
  const between = `between ${minReplicas} and ${maxReplicas} replicas`;
  return resultOf(result, name, `HPA ${name} created: ${targets.join(', ')}, ${between}${noted(result)}`);
}

/** The workload's HPA as it would be made; it is unfit where it has neither a target nor a metric. */
export function plannedHpa(
  { min, max, signals = {} }: Pick<Policy, 'min' | 'max' | 'signals'>,
  observation: Observation,
  wish: HpaWish = {},
): PlannedHpa {
  const { namespace, name: deployment } = observation.workload;
  const metrics = hpaMetricsOf(observation, signals);
  return {
    namespace,
    name: hpaName(deployment),
    deployment,
    minReplicas: wish.minReplicas ?? min,
    maxReplicas: wish.maxReplicas ?? max,
    targetPercent: targetsFor(observation, wish),
    ...(metrics.length > 0 && { metrics }),
  };
}

/** Deletes the workload's HPA where it is ours; replicas stay as they are. Twice is once. @throws AdapterError */
export async function deleteHpa(ports: HpaCommandPorts, ref: WorkloadRef): Promise<HpaResult> {
  if (ref.kind !== undefined) return { kind: 'unfit', message: ofDeploymentsOnly(ref) };
  const name = hpaName(ref.name);
  const found = await named(ports, ref);
  if (found !== undefined && !isOurs(found, ref)) return refused(found.name, foreignMessage(found, ref));
  const result = found === undefined ? ({ kind: 'not_found' } as const) : await deleted(ports, found, ref);
  if (result.kind === 'conflict' || result.kind === 'forbidden') return refused(name, result.message);
  // Its floor went with it. Of another HPA on the same workload the record is none of ours.
  if ((await ports.floors.get(ref))?.hpa === name) await ports.floors.forget(ref);
  const changed = result.kind === 'applied';
  return {
    kind: 'done',
    name,
    changed,
    message: changed ? `HPA ${name} deleted${noted(result)}` : `there is no HPA ${name}`,
  };
}

async function named({ hpas }: HpaCommandPorts, ref: WorkloadRef): Promise<HpaObject | undefined> {
  return (await hpas.list(ref.cluster, ref.namespace)).find(({ name }) => name === hpaName(ref.name));
}

async function deleted(ports: HpaCommandPorts, hpa: HpaObject, ref: WorkloadRef): Promise<Settled> {
  const look = async () => {
    const isThere = (await named(ports, ref)) !== undefined;
    return { isDone: !isThere, found: 'it was found still there' };
  };
  return settledOr(await lookedUp(() => ports.hpas.delete(hpa), look), `deleting HPA ${hpa.name}`);
}

type Settled = Exclude<Known, { kind: 'unsettled' }>;

/** @throws AdapterError where the answer was lost and the change was not found: the next tick finds out what became of it */
function settledOr(result: Known, what: string): Settled {
  if (result.kind !== 'unsettled') return result;
  throw new AdapterError('kubernetes', `${what}: ${result.message}`, { retryable: true });
}

function isOurs(hpa: HpaObject, ref: WorkloadRef): boolean {
  return hpa.managedBy === 'ai4k8s' && hpa.name === hpaName(ref.name) && drives(hpa, ref);
}

/** An HPA that cannot read one of its metrics never scales in: a signal without a request is left out. */
function targetsFor({ capacity }: Observation, { targetPercent = {} }: HpaWish): Partial<Record<Resource, number>> {
  const stated = RESOURCES.filter((signal) => capacity[signal] !== undefined);
  return Object.fromEntries(
    stated.map((signal) => [signal, targetPercent[signal] ?? DEFAULT_POLICY.targetPercent[signal]]),
  );
}

function resultOf(result: Settled, name: string, message: string): HpaResult {
  switch (result.kind) {
    case 'applied':
      return { kind: 'done', name, changed: true, message };
    case 'not_found':
      return { kind: 'not_found' };
    case 'conflict':
      return refused(
        name,
        `an HPA ${name} is there that was not when we looked, or does not drive a Deployment: ${result.message}`,
      );
    case 'forbidden':
      return refused(name, `${result.message} The optional role infra/manifests/rbac-hpa.yaml grants it.`);
  }
}

function refused(hpa: string, message: string): HpaResult {
  return { kind: 'refused', hpa, message };
}

function foreignMessage(hpa: HpaObject, ref: WorkloadRef): string {
  const said = `HPA ${workloadKey(hpa)} drives ${kindOf(targetOf(hpa))} ${hpa.deployment}`;
  const whose =
    hpa.scaledObject === null ? 'was not made by AI4K8s' : `belongs to KEDA's ScaledObject ${hpa.scaledObject}`;
  return `${said} and ${whose}: it is left as it is. Mode hpa-floor works through a plain HPA; two on ${ref.name} would stop each other.`;
}

function ofDeploymentsOnly(ref: WorkloadRef): string {
  return `HPAs are made and deleted here for Deployments only: make one for ${kindOf(ref)} ${ref.name} yourself, then enable it in mode hpa-floor`;
}

function unfitMessage(ref: WorkloadRef): string {
  return `the containers of ${workloadKey(ref)} state no CPU or memory request, and an HPA at a percentage of requests needs one: add requests first`;
}
