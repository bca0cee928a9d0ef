// What a pod's own containers use: held against those it is made of, and against what a pod of its size can use at all.
import type { ContainerInfo, PodInfo } from '../../app/ports/cluster.ts';
import type { PerResource, Resource } from '../../domain/workload/signal.ts';
import type { ContainerUsage, PodUsage } from './pod-usage.ts';

/** Cores and bytes of one signal, or why there is no figure. */
export type Held =
  | { readonly kind: 'used'; readonly value: number }
  | { readonly kind: 'absurd' | 'unreported'; readonly why: string };

/** What is known besides the pod itself. */
export interface Yardsticks {
  /** What the node of the pod has; absent where nodes cannot be read. */
  readonly node: PerResource<number> | undefined;
  /** Whether this metrics API names containers as the pods do. */
  readonly namesMatch: boolean;
}

/**
 * One signal of one pod. A lasting container that is not reported leaves the pod unmeasured, since the rest of it would pass
 * for the whole; whatever else is reported (a debugger, an init container) is no load of the workload.
 */
export function heldUsage(signal: Resource, pod: PodInfo, usage: PodUsage, { node, namesMatch }: Yardsticks): Held {
  const parts = partsOf(pod, usage, namesMatch);
  if (typeof parts === 'string')
    return { kind: 'unreported', why: `container "${parts}" of pod ${usage.pod} is not reported` };
  let sum = 0;
  for (const { figure, limits } of parts) {
    const value = figure.usage[signal];
    if (value === undefined)
      return { kind: 'absurd', why: `${signal} "${figure.absurd[signal] ?? ''}" of pod ${usage.pod}` };
    const most = limits[signal];
    if (most !== undefined && isOver(signal, value, most))
      return { kind: 'absurd', why: tooMuch(signal, value, usage.pod, 'whose limit is', most) };
    sum += value;
  }
  return tooMuchForPod(signal, sum, pod, usage.pod, node) ?? { kind: 'used', value: sum };
}

/** Whether a metrics API reports any of the pod's containers under its own name. */
export function isReportedByName({ containers = [] }: PodInfo, usage: PodUsage): boolean {
  return usage.containers.some(({ name }) => containers.some((container) => container.name === name));
}

/**
 * Whether a pod is measured as a whole: none of the names reported is one of its containers'. Adapters of other metrics do
 * that (a total without a name, or names of their own). Where the API names other pods' containers rightly, it is a fault.
 */
export function isMeasuredWhole(pod: PodInfo, usage: PodUsage, namesMatch: boolean): boolean {
  if (pod.containers === undefined || isReportedByName(pod, usage)) return false;
  const foreign = usage.containers.filter(({ name }) => !pod.passing?.includes(name));
  return foreign.some(({ name }) => name === '') || (foreign.length > 0 && !namesMatch);
}

interface Part {
  readonly figure: ContainerUsage;
  readonly limits: PerResource<number>;
}

/** The figures that make up the pod, or the name of a container that has none. */
function partsOf(pod: PodInfo, usage: PodUsage, namesMatch: boolean): readonly Part[] | string {
  if (pod.containers === undefined) return usage.containers.map((figure) => ({ figure, limits: {} }));
  if (isMeasuredWhole(pod, usage, namesMatch)) return wholes(pod, usage).map((figure) => ({ figure, limits: {} }));
  const parts: Part[] = [];
  for (const container of pod.containers) {
    const figure = figureOf(container, usage);
    if (figure === undefined) return container.name;
    parts.push({ figure, limits: container.limits });
  }
  return parts;
}

function figureOf({ name }: ContainerInfo, usage: PodUsage): ContainerUsage | undefined {
  return usage.containers.find((one) => one.name === name);
}

/** A figure without a name is the pod's total, beside which nothing may be counted again. */
function wholes({ passing }: PodInfo, { containers }: PodUsage): readonly ContainerUsage[] {
  const total = containers.find(({ name }) => name === '');
  return total ? [total] : containers.filter(({ name }) => !passing?.includes(name));
}

/**
 * How far a true figure can lie over a limit. CPU is throttled by the tenth of a second, and its rate is the difference of two
 * readings whose times are known to about a second: over the shortest windows that is half as much again. Memory is refused
 * at the limit; the figures of several containers are of moments a little apart.
 */
const MARGIN: Readonly<Record<Resource, number>> = { cpu: 1.5, memory: 1.05 };
/** Throttling works in slices of milliseconds: below this many cores, or bytes, over a limit nothing is proved. */
const SLACK: Readonly<Record<Resource, number>> = { cpu: 0.02, memory: 0 };

function isOver(signal: Resource, value: number, most: number): boolean {
  return value > most * MARGIN[signal] + SLACK[signal];
}

/** Above the largest machines there are (896 cores, 32 TiB): for a pod without limit where nodes cannot be read. */
const LARGEST_NODE: Readonly<Record<Resource, number>> = { cpu: 1024, memory: 2 ** 46 };

function tooMuchForPod(
  signal: Resource,
  value: number,
  of: PodInfo,
  pod: string,
  node: PerResource<number> | undefined,
): Held | null {
  const limit = widestLimit(signal, of);
  if (limit !== undefined && isOver(signal, value, limit))
    return { kind: 'absurd', why: tooMuch(signal, value, pod, 'whose limit is', limit) };
  const machine = node?.[signal];
  const most = machine ?? LARGEST_NODE[signal];
  if (!isOver(signal, value, most)) return null;
  const whose = machine === undefined ? 'while no machine has more than' : 'whose node has';
  return { kind: 'absurd', why: tooMuch(signal, value, pod, whose, most) };
}

/** As the pod states it, or as its containers still have it while a lower one is being carried out. */
function widestLimit(signal: Resource, { limits, containers = [] }: PodInfo): number | undefined {
  const stated = limits[signal];
  if (stated === undefined) return undefined;
  return Math.max(
    stated,
    containers.reduce((sum, container) => sum + (container.limits[signal] ?? 0), 0),
  );
}

function tooMuch(signal: Resource, value: number, pod: string, whose: string, most: number): string {
  const unit = signal === 'cpu' ? ' cores' : ' bytes';
  return `${signal} "${Number(value.toPrecision(6))}" of pod ${pod}, ${whose} ${Number(most.toPrecision(6))}${unit}`;
}
