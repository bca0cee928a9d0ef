// Series of many workloads, told apart by two labels: one value each, or why there is none. Nothing is summed unseen.
import type { WorkloadSnapshot } from '../../app/ports/cluster.ts';
import type { EpochMs } from '../../domain/workload/time.ts';
import type { LabelledSamples } from './answer.ts';
import { oneLine } from './words.ts';

/** What the query groups by. */
export interface GroupLabels {
  readonly namespace: string;
  readonly workload: string;
}

interface Grouped {
  readonly workload: WorkloadSnapshot;
  /** A value with its own time, or what is wrong, as part of a sentence. */
  readonly found: string | { readonly value: number; readonly at: EpochMs };
}

/** One result per workload; series of others are passed over. */
export function groupBy(
  series: readonly LabelledSamples[],
  labels: GroupLabels,
  workloads: readonly WorkloadSnapshot[],
): readonly Grouped[] {
  const rows = new Map<string, LabelledSamples[]>();
  const namesakes = new Map<string, number>();
  for (const one of workloads) {
    rows.set(keyOf(one), []);
    namesakes.set(keyOf(one), (namesakes.get(keyOf(one)) ?? 0) + 1);
  }
  let unlabelled = 0;
  for (const row of series) {
    const [namespace, name] = [labels.namespace, labels.workload].map((label) => labelOf(row, label));
    if (namespace === undefined || name === undefined) unlabelled += 1;
    else rows.get(`${namespace}/${name}`)?.push(row);
  }
  return workloads.map((workload) => {
    const key = keyOf(workload);
    const own = rows.get(key) ?? [];
    const isShared = (namesakes.get(key) ?? 0) > 1;
    return { workload, found: isShared ? whyShared(labels) : sampleOf(own, labels, series.length, unlabelled) };
  });
}

function sampleOf(
  own: readonly LabelledSamples[],
  labels: GroupLabels,
  all: number,
  unlabelled: number,
): Grouped['found'] {
  const [only, second] = own;
  if (only === undefined) return whyNone(labels, all, unlabelled);
  if (second !== undefined) return whySeveral(own, labels);
  const [seconds, value] = only.samples[0] ?? [];
  if (seconds === undefined || value === undefined) return 'its series has no sample';
  if (!Number.isFinite(value)) return 'the query answers no number for it (NaN, or without end)';
  return { value, at: Math.round(seconds * 1000) };
}

function whyNone({ namespace, workload }: GroupLabels, all: number, unlabelled: number): string {
  if (all === 0) return 'the query answers no series at all';
  if (unlabelled === all)
    return `none of the query's ${all} series has both labels ${namespace} and ${workload}: group it by them, or say "labels" of the signal`;
  return `none of the query's ${all} series is of it, by the labels ${namespace} and ${workload}`;
}

function whySeveral(own: readonly LabelledSamples[], { namespace, workload }: GroupLabels): string {
  const names = [...new Set(own.flatMap((row) => Object.keys(row.labels)))];
  const differing = names.filter((name) => new Set(own.map((row) => labelOf(row, name))).size > 1);
  const by =
    differing.length === 0
      ? ''
      : ` (they differ in ${differing
          .slice(0, 3)
          .map((name) => oneLine(name, 60))
          .join(', ')})`;
  return `the query answers ${own.length} series for it${by}: wrap it in sum by (${namespace}, ${workload}) (…)`;
}

function whyShared({ workload }: GroupLabels): string {
  return `another workload of this name in its namespace names the signal too, and the label ${workload} does not tell them apart`;
}

function keyOf({ workload }: WorkloadSnapshot): string {
  return `${workload.namespace}/${workload.name}`;
}

function labelOf({ labels }: LabelledSamples, name: string): string | undefined {
  return Object.hasOwn(labels, name) ? labels[name] : undefined;
}
