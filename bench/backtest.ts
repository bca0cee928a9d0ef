// How well it scales: our sizing on every trace, against HPA at every target and the clairvoyant in the same run.

import { frontierJobs } from '../cli/backtest/frontier-jobs.ts';
import { standingsOf } from '../cli/backtest/frontier-summary.ts';
import { byTrace } from '../cli/backtest/frontier-traces.ts';
import type { Job } from '../cli/backtest/job.ts';
import { runJobs } from '../cli/backtest/pool.ts';
import { showProgress } from '../cli/backtest/progress.ts';
import { isPolicyName } from '../lib/app/backtest/policies.ts';
import type { PolicySettings } from '../lib/app/backtest/policy.ts';
import { defaultCapacity } from '../lib/app/backtest/score.ts';
import { measureSpeed } from './backtest-speed.ts';
import { policyRows, printTable, traceRows } from './backtest-tables.ts';
import { targetLines } from './backtest-targets.ts';
import { benchTraces, type NamedTrace } from './backtest-traces.ts';

const SLO_PERCENT = 99.5;
const STARTUP_SECONDS = 90;
const POLICIES: readonly string[] = ['ours', 'hpa:0.7', 'limit', 'a14k8s'];

export interface BacktestBench {
  /** Of traces; the usual one, or made-up load, unless given. */
  readonly folder: string | undefined;
  /** Scored beside `ours`. */
  readonly policies: readonly string[];
  readonly markdown: boolean;
}

/** Prints the tables, which targets are met, and what deciding costs. */
export async function backtest({ folder, policies, markdown }: BacktestBench): Promise<void> {
  const unknown = policies.find((policy) => !isPolicyName(policy));
  if (unknown !== undefined) throw new Error(`--policy ${unknown}: there is no such policy`);
  const { traces, from } = benchTraces(folder);
  const asked = traces.flatMap((trace) => [...new Set([...POLICIES, ...policies])].map((name) => job(trace, name)));
  const peers = frontierJobs(asked);
  const restless = traces.map((trace) => job(trace, 'ours', { restartSeconds: 0 }));
  const jobs = [...asked, ...peers, ...restless];
  const { onDone, onDay } = showProgress(jobs, asked.length, process.stderr);
  const results = await runJobs(jobs, onDone, onDay);
  const runsOf = (of: readonly Job[], from: number) =>
    of.map((one, i) => ({ job: one, result: results[from + i] as (typeof results)[number] }));
  const peersRun = results.slice(asked.length, asked.length + peers.length);
  const compared = byTrace(runsOf(asked, 0), peersRun, SLO_PERCENT);
  const others = [...peersRun, ...results.slice(0, asked.length).filter(({ policy }) => policy !== 'ours')];
  const forNothing = byTrace(runsOf(restless, asked.length + peers.length), others, SLO_PERCENT);
  console.log(`Backtest: ${from}; violation % / cost, baselines HPA at 12 … 97 % and the clairvoyant of the same run`);
  for (const policy of new Set(compared.flatMap(({ standings }) => standings.map(({ result }) => result.policy)))) {
    const standings = standingsOf(compared, policy);
    printTable(traceRows(standings, SLO_PERCENT), markdown);
    const restlessOnes = policy === 'ours' ? standingsOf(forNothing, policy) : [];
    for (const line of targetLines(policy, standings, restlessOnes, SLO_PERCENT))
      console.log(`${markdown ? '- ' : '  '}${line}`);
  }
  printTable(policyRows(results.slice(0, asked.length), SLO_PERCENT), markdown);
  measureSpeed(traces.map((trace) => job(trace, 'ours')));
}

function job({ label, trace }: NamedTrace, policy: string, also: Partial<PolicySettings> = {}): Job {
  const capacity = Number(defaultCapacity(trace.demand).toPrecision(6));
  if (capacity === 0) throw new Error(`${label}: the 99.9th percentile of the demand is 0; leave this trace out`);
  return {
    label,
    trace,
    policy,
    settings: { capacity, min: 1, max: 200, sloPercent: SLO_PERCENT, tickSeconds: 60, ...also },
    startupSeconds: STARTUP_SECONDS,
    scoredFrom: null,
    timeline: null,
    chartBuckets: null,
    llm: null,
  };
}
