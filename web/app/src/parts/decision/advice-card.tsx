// The recommendation, with how sure it is and why: the LLM's where one advised, else the rules', with the reason that there is none.
import type { Recommendations } from '../../api/types.ts';
import { percent } from '../../quantities.ts';
import { moment } from '../../words.ts';
import { actionWords } from '../action.tsx';
import { type Advised, impactWords } from './impact.ts';
import { Reason } from './reason.tsx';
import './decision.css';

type Unadvised = Extract<NonNullable<Recommendations['recommendations']['llm']>, { success: false }>;

/** Whether its policy lets an LLM be asked. */
interface Asking {
  readonly policy: { readonly llm: string };
}

interface Props {
  readonly recommended: Pick<Recommendations, 'decision' | 'recommendations'> & Asking;
  /** Of its heading. */
  readonly id: string;
}

export function RecommendationWords({ recommended, id }: Props) {
  const { llm } = recommended.recommendations;
  return llm?.success ? (
    <AdviceCard llm={llm} recommended={recommended} id={id} />
  ) : (
    <RulesCard llm={llm} recommended={recommended} id={id} />
  );
}

interface AdviceProps {
  readonly llm: Advised;
  readonly recommended: Pick<Recommendations, 'decision' | 'recommendations'>;
  readonly id: string;
}

function AdviceCard({ llm, recommended, id }: AdviceProps) {
  const { recommendation: advice } = llm;
  const { decision } = recommended;
  const isFollowed = decision.source === 'llm' && decision.target_replicas === advice.target_replicas;
  const impact = impactWords(advice, decision.current_replicas);
  return (
    <>
      <div class="row">
        <h2 id={id} class={advice.action}>
          {isFollowed ? '' : 'Advised: '}
          {actionWords(advice.action)}
        </h2>
        <span class="badge">LLM-Powered Recommendation</span>
        <Confidence of={advice.confidence} />
      </div>
      <p class="reasoning">{advice.reasoning}</p>
      <dl class="facts">
        <div>
          <dt>{isFollowed ? 'Target replicas' : 'Advised replicas'}</dt>
          <dd class="count">{advice.target_replicas}</dd>
        </div>
        <div>
          <dt>Risk</dt>
          <dd>{impact.risk}</dd>
        </div>
        <div>
          <dt>Cost impact</dt>
          <dd>{impact.cost}</dd>
        </div>
        <div>
          <dt>Performance impact</dt>
          <dd>{impact.performance}</dd>
        </div>
        <div>
          <dt>Timing</dt>
          <dd>{impact.timing}</dd>
        </div>
      </dl>
      {advice.factors_considered.length > 0 && (
        <details>
          <summary>Factors considered ({advice.factors_considered.length})</summary>
          <ul>
            {advice.factors_considered.map((factor) => (
              <li key={factor}>{factor}</li>
            ))}
          </ul>
        </details>
      )}
      <p class="faint">
        {llm.llm_model}
        {llm.cached && `, answered at ${moment(llm.timestamp)}, on what was measured then`}. {becameOf(recommended)}{' '}
        Confidence is what the model says of itself.
      </p>
    </>
  );
}

/** What the decision is beside it, and what the forecast alone would have come to. */
function becameOf({ decision, recommendations }: AdviceProps['recommended']): string {
  const { source, target_replicas: target } = decision;
  if (source !== 'llm') return `It is not followed: ${source} decided on ${target}.`;
  const { predictive, llm } = recommendations;
  const alone = predictive?.success && predictive.target_replicas !== target ? predictive.target_replicas : null;
  const beside = alone === null ? '' : `; the forecast alone would have had ${alone}`;
  if (llm?.success && llm.recommendation.target_replicas !== target)
    return `The guardrails made ${target} of it${beside}.`;
  return `The decision follows it, within what the guardrails allow${beside}.`;
}

/** The words in a number, and as a bar: a picture of its own would say the same. */
function Confidence({ of }: { readonly of: number }) {
  return (
    <span class="badge confidence">
      <meter min={0} max={1} value={of} aria-hidden="true" />
      {percent(of)} confidence
    </span>
  );
}

interface RulesProps {
  readonly llm: Unadvised | null;
  readonly recommended: Pick<Recommendations, 'decision'> & Asking;
  readonly id: string;
}

function RulesCard({ llm, recommended, id }: RulesProps) {
  const { action, target_replicas, reason, source } = recommended.decision;
  return (
    <>
      <div class="row">
        <h2 id={id} class={action}>
          {actionWords(action)}
        </h2>
        <span class="badge">Rule-based recommendation</span>
      </div>
      <Reason text={reason} />
      <dl class="facts">
        <div>
          <dt>Target replicas</dt>
          <dd class="count">{target_replicas}</dd>
        </div>
        <div>
          <dt>Decided by</dt>
          <dd>{source}</dd>
        </div>
      </dl>
      <p class="faint">
        {llm === null ? unasked(recommended.policy.llm) : `No advice of an LLM: ${llm.detail}.`}
        {llm?.not_asked && llm.not_asked !== llm.detail && ` Not asked now: ${llm.not_asked}.`}
        {llm?.next_call_at && ` Asked again from ${moment(llm.next_call_at)} on.`}
      </p>
    </>
  );
}

function unasked(llm: string): string {
  return llm === 'off' ? 'No LLM was asked: its policy says so (llm: off).' : 'No LLM was asked.';
}
