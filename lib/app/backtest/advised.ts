// `ours` with an LLM that takes its time: the same play as any backtest's, which waits for each answer and counts what came of it.
import { isPointless, limitOf } from '../../domain/advice/last-failure.ts';
import type { Assessment } from '../../domain/assessment/assessment.ts';
import type { DecisionRecord } from '../../domain/decision/decision.ts';
import type { RejectionCode } from '../../domain/workload/reason-code.ts';
import type { Advisor } from '../advise/advisor.ts';
import { type BacktestInput, type BacktestResult, play } from './backtest.ts';
import { type AdvisedPolicy, replicasAfter } from './ours-policy.ts';

/** What came of asking. Each answer is counted once, at the tick it came: asked = followed + clipped + vetoed + rejected. */
export interface AdviceCounts {
  readonly asked: number;
  /** Carried out as it was. */
  readonly followed: number;
  /** Followed, with its number moved by a guardrail: envelope, step, stabilisation, cooldown … */
  readonly clipped: number;
  readonly vetoed: number;
  /** No answer, or none that is advice. */
  readonly rejected: number;
  /** Why answers were rejected. */
  readonly rejections: Readonly<Partial<Record<RejectionCode, number>>>;
  /** Ticks that had to do without, because a limit allowed no call. */
  readonly limitedTicks: number;
  /** Ticks on which no advice could have mattered, so that nobody was asked. */
  readonly sparedTicks: number;
  /** Ticks on which advice led to the decision: new, or kept for its 300 s. */
  readonly ledTicks: number;
  readonly ticks: number;
}

export interface AdvisedResult extends BacktestResult {
  readonly advice: AdviceCounts;
}

/**
 * As `runBacktest`, for a policy that asks an advisor.
 * @param onDecision sees every tick's record, inputs and verdicts included, in order
 */
export async function runAdvisedBacktest(
  input: BacktestInput,
  policy: AdvisedPolicy,
  advise: (assessment: Assessment) => ReturnType<Advisor['advise']>,
  onDecision?: (record: DecisionRecord) => void,
): Promise<AdvisedResult> {
  const run = play(input, policy);
  let advice = NOTHING_ASKED;
  let next = run.next();
  while (!next.done) {
    // A look asks nobody: what was advised within the last minutes stands.
    if (next.value.occasion === 'look') {
      next = run.next(policy.look(next.value));
      continue;
    }
    const considering = policy.consider(next.value);
    let step = considering.next();
    while (!step.done) step = considering.next(await advise(step.value));
    onDecision?.(step.value);
    advice = counted(advice, step.value);
    next = run.next(replicasAfter(step.value));
  }
  return { ...next.value, advice };
}

const NOTHING_ASKED: AdviceCounts = {
  asked: 0,
  followed: 0,
  clipped: 0,
  vetoed: 0,
  rejected: 0,
  rejections: {},
  limitedTicks: 0,
  sparedTicks: 0,
  ledTicks: 0,
  ticks: 0,
};

function counted(so: AdviceCounts, { decision, advice }: DecisionRecord): AdviceCounts {
  const led = { ticks: so.ticks + 1, ledTicks: so.ledTicks + (decision.source === 'llm' ? 1 : 0) };
  if (advice === null || (advice.kind === 'advice' && advice.cached)) return { ...so, ...led };
  if (advice.kind === 'rejection' && isPointless(advice.notAsked))
    return { ...so, ...led, sparedTicks: so.sparedTicks + 1 };
  if (advice.kind === 'rejection' && limitOf(advice) !== null)
    return { ...so, ...led, limitedTicks: so.limitedTicks + 1 };
  const fate = fateOf(decision, advice);
  const code = advice.kind === 'rejection' ? advice.code : null;
  const rejections = code === null ? so.rejections : { ...so.rejections, [code]: (so.rejections[code] ?? 0) + 1 };
  return { ...so, ...led, rejections, asked: so.asked + 1, [fate]: so[fate] + 1 };
}

function fateOf(
  { source, target }: DecisionRecord['decision'],
  advice: NonNullable<DecisionRecord['advice']>,
): 'followed' | 'clipped' | 'vetoed' | 'rejected' {
  if (advice.kind === 'rejection') return 'rejected';
  if (source !== 'llm') return 'vetoed';
  return target === advice.advice.targetReplicas ? 'followed' : 'clipped';
}
