// One PodMetrics object as numbers, container by container; a figure that cannot be true is named, never read as zero.

import { cleanText } from '../../domain/text/clean-text.ts';
import { workloadKey } from '../../domain/workload/identity.ts';
import { type PerResource, RESOURCES, type Resource } from '../../domain/workload/signal.ts';
import type { EpochMs } from '../../domain/workload/time.ts';
import { parseQuantity } from './quantity.ts';

/** The part of metrics.k8s.io/v1beta1 PodMetrics that is read. */
export interface RawPodMetrics {
  readonly metadata?: { readonly name?: string; readonly namespace?: string };
  /** End of the window the CPU rate was taken over. */
  readonly timestamp?: string;
  /** What the CPU rate was taken over, as Go writes durations: `15s`, `1m0.5s`. */
  readonly window?: string;
  readonly containers?: readonly { readonly name?: string; readonly usage?: Readonly<Record<string, string>> }[] | null;
}

export interface ContainerUsage {
  /** Empty where the figure is of no container in particular. */
  readonly name: string;
  /** Cores and bytes; absent where there is no usable figure. */
  readonly usage: PerResource<number>;
  /** The figure that could not be used, as it came. */
  readonly absurd: PerResource<string>;
}

export interface PodUsage {
  /** `namespace/name` of the pod. */
  readonly pod: string;
  readonly at: EpochMs;
  /** Before `at`, milliseconds. */
  readonly windowMs: number;
  readonly containers: readonly ContainerUsage[];
}

/** Null for an object without name, time or containers: nothing was measured. */
export function toPodUsage(raw: RawPodMetrics): PodUsage | null {
  const { name, namespace } = raw.metadata ?? {};
  const at = Date.parse(raw.timestamp ?? '');
  const containers = raw.containers ?? [];
  if (name === undefined || namespace === undefined || Number.isNaN(at) || containers.length === 0) return null;
  return {
    pod: workloadKey({ namespace, name }),
    at,
    windowMs: windowMs(raw.window),
    containers: containers.map((one) => toContainerUsage(one.name ?? '', one.usage)),
  };
}

function toContainerUsage(name: string, figures: Readonly<Record<string, string>> = {}): ContainerUsage {
  const usage: Partial<Record<Resource, number>> = {};
  const absurd: Partial<Record<Resource, string>> = {};
  for (const signal of RESOURCES) {
    const figure = figures[signal] ?? '';
    const value = parseQuantity(figure);
    if (value >= 0 && value < Number.POSITIVE_INFINITY) usage[signal] = value;
    else absurd[signal] = cleanText(figure, 40);
  }
  return { name: cleanText(name, 63), usage, absurd };
}

/** metrics-server's own scrape interval, for an API that does not state its window. */
const DEFAULT_WINDOW_MS = 15_000;

function windowMs(text: string | undefined): number {
  const match = /^(?:(\d+)h)?(?:(\d+)m)?(?:([\d.]+)s)?$/.exec(text ?? '');
  const [, hours = '0', minutes = '0', seconds = '0'] = match ?? [];
  const ms = 1000 * (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds));
  return ms > 0 ? ms : DEFAULT_WINDOW_MS;
}
