// What the scripted hour cost and missed, per workload: ready replicas against needed ones, counted as a backtest counts.
import type { AppsV1Api, V1Deployment } from '@kubernetes/client-node';
import { STEP_SECONDS } from '../../../lib/app/backtest/policy.ts';
import { neededReplicas, startScoring } from '../../../lib/app/backtest/score.ts';
import { CPU_REQUEST_CORES } from './load.ts';
import { type HourWorkload, NAMESPACE, WORKLOADS } from './workloads.ts';

interface Count {
  /** Asked for. */
  readonly replicas: number;
  /** Serving. */
  readonly ready: number;
}

/** One look at the cluster. */
export interface Sample {
  /** Since the hour began. */
  readonly seconds: number;
  readonly cores: number;
  readonly counts: Readonly<Record<HourWorkload, Count>>;
}

export async function takeSample(apps: AppsV1Api, seconds: number, cores: number): Promise<Sample> {
  const { items } = await apps.listNamespacedDeployment({ namespace: NAMESPACE });
  const counted = WORKLOADS.map((name) => [name, countOf(items.find(({ metadata }) => metadata?.name === name))]);
  return { seconds, cores, counts: Object.fromEntries(counted) };
}

/** A table of sums, and one of every full minute. @param samples 15 s apart */
export function scoreTables(samples: readonly Sample[], handsFromSeconds: number): string {
  const before = samples.filter(({ seconds }) => seconds < handsFromSeconds);
  return [
    sumsOf(`until a person's hand first moved, ${minutesOf(before.length)} minutes`, before),
    sumsOf(`all ${minutesOf(samples.length)} minutes`, samples),
    byTheMinute(samples),
  ].join('\n\n');
}

function sumsOf(title: string, samples: readonly Sample[]): string {
  const head = [
    `| ${title} | minutes short | replica-minutes | ÷ needed | changes | demand unserved |`,
    '|---|---|---|---|---|---|',
  ];
  return [...head, ...WORKLOADS.map((name) => sumOf(name, samples))].join('\n');
}

function sumOf(name: HourWorkload, samples: readonly Sample[]): string {
  const scoring = startScoring(CPU_REQUEST_CORES);
  let changes = 0;
  samples.forEach(({ cores, counts }, i) => {
    const { ready, replicas } = counts[name];
    const before = samples[i - 1]?.counts[name].replicas ?? replicas;
    if (before !== replicas) changes++;
    scoring.add(cores, ready, replicas, before !== replicas);
  });
  const { violationPct, cost, unservedPct } = scoring.result();
  const short = (violationPct / 100) * minutesOf(samples.length);
  const replicaMinutes = samples.reduce((sum, { counts }) => sum + minutesOf(counts[name].replicas), 0);
  const cells = [short.toFixed(2), replicaMinutes.toFixed(0), cost?.toFixed(3), changes, `${unservedPct.toFixed(2)} %`];
  return `| \`${name}\` | ${cells.join(' | ')} |`;
}

function byTheMinute(samples: readonly Sample[]): string {
  const full = samples.filter(({ seconds }) => seconds % 60 < STEP_SECONDS);
  const rows = full.map(({ seconds, cores, counts }) => {
    const needed = neededReplicas(cores, CPU_REQUEST_CORES);
    const cells = WORKLOADS.map((name) => {
      const { ready, replicas } = counts[name];
      return `${String(ready).padStart(2)}${replicas === ready ? '   ' : `/${String(replicas).padEnd(2)}`}`;
    });
    const text = [String(Math.floor(seconds / 60)), cores.toFixed(2), String(needed)].map((cell) => cell.padStart(6));
    return `${text.join('  ')}    ${cells.map((cell) => cell.padEnd(9)).join('')}`.trimEnd();
  });
  const head = `minute   cores  needed    ${WORKLOADS.map((name) => name.padEnd(9)).join('')}`.trimEnd();
  return ['```text', head, ...rows, '```'].join('\n');
}

function minutesOf(samples: number): number {
  return (samples * STEP_SECONDS) / 60;
}

function countOf(deployment: V1Deployment | undefined): Count {
  return { replicas: deployment?.spec?.replicas ?? 0, ready: deployment?.status?.readyReplicas ?? 0 };
}
