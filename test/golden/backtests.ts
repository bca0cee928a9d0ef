// Timelines and scores of backtests: every tick's replicas and who decided, on traces generated here or kept in a folder.

import { runJob } from '../../cli/backtest/job.ts';
import { labelsOf, traceFiles } from '../../cli/backtest/trace-files.ts';
import { readTrace } from '../../cli/trace/read-trace.ts';
import type { Trace } from '../../cli/trace/trace.ts';
import { runAdvisedBacktest } from '../../lib/app/backtest/advised.ts';
import { advisedPolicy } from '../../lib/app/backtest/ours-policy.ts';
import { defaultCapacity } from '../../lib/app/backtest/score.ts';
import type { Decision } from '../../lib/domain/decision/decision.ts';
import { advised } from '../make/workloads.ts';
import { joined, type Said, saidOf } from './parts.ts';

const SETTINGS = { min: 1, max: 200, sloPercent: 99.5, tickSeconds: 60 } as const;
const STARTUP_SECONDS = 90;
/** What took its time, and what only the report shows. */
const SKIPPED: ReadonlySet<string> = new Set(['tookSeconds', 'timelineCsv', 'chart', 'label']);
const MINUTE = 60_000;

export async function saidByBacktest(trace: Trace, policy: string): Promise<Said> {
  const result = await runJob({
    label: 'golden',
    trace,
    policy,
    settings: { ...SETTINGS, capacity: defaultCapacity(trace.demand) },
    startupSeconds: STARTUP_SECONDS,
    scoredFrom: null,
    timeline: 'kept',
    chartBuckets: null,
    llm: null,
  });
  return joined([saidOf(result, SKIPPED), { facts: (result.timelineCsv ?? '').split('\n'), words: [] }]);
}

/** Under a stand-in that goes up and down by turns, asked afresh every five minutes: advice, vetoes and what they cost. */
export async function saidUnderAdvice(trace: Trace): Promise<Said> {
  const said: Said[] = [];
  let last: { readonly at: number; readonly answer: ReturnType<typeof advised> } | null = null;
  await runAdvisedBacktest(
    {
      ...trace,
      ...SETTINGS,
      capacity: defaultCapacity(trace.demand),
      startupSeconds: STARTUP_SECONDS,
    },
    advisedPolicy('ours', { ...SETTINGS, capacity: defaultCapacity(trace.demand) }),
    async ({ now, observation }) => {
      if (last !== null && now - last.at < 5 * MINUTE) return { ...last.answer, cached: true } as typeof last.answer;
      const factor = Math.floor(now / (20 * MINUTE)) % 3 === 0 ? 1.6 : 0.8;
      const target = Math.max(1, Math.round(observation.replicas.spec * factor));
      last = { at: now, answer: { ...advised(target), at: now } };
      return last.answer;
    },
    ({ decision, outcome }) => said.push(saidByDecision(decision), saidOf({ outcome: outcome.kind })),
  );
  return joined(said);
}

/** A trace per CSV file of a folder, under `ours`. */
export async function* saidOfFolder(folder: string): AsyncGenerator<readonly [string, Said]> {
  const files = traceFiles([folder]);
  const labels = labelsOf(files);
  for (const [i, { path }] of files.entries())
    yield [labels[i] ?? path, await saidByBacktest(readTrace(path).trace, 'ours')];
}

/** By what each part means, not by how the types spell it. */
export function saidByDecision(decision: Decision): Said {
  const { current, target, wanted, action, source, blockedBy, verdicts, reason } = decision;
  const checks = verdicts.map(({ guardrail, source: of, effect, from, to, code }) =>
    [guardrail, of, effect, code, from, to].join(' '),
  );
  return {
    facts: [[current, target, wanted, action, source, blockedBy].join(' '), ...checks],
    words: [reason, ...verdicts.map(({ message }) => message)],
  };
}
