// A decision's whole story: what was known, what each source said, what held it, what became of it, and what came.
import type { Ref, Story } from '../../api/types.ts';
import { ActionBadge } from '../../parts/action.tsx';
import { RecommendationWords } from '../../parts/decision/advice-card.tsx';
import { Guardrails } from '../../parts/decision/guardrails.tsx';
import { Reason } from '../../parts/decision/reason.tsx';
import { Sources } from '../../parts/decision/sources.tsx';
import { Freshness } from '../../parts/freshness.tsx';
import { overviewPath, workloadPath } from '../../routes.ts';
import { moment } from '../../words.ts';
import { proposedWords } from '../history/proposed.ts';
import { useStory } from '../workload/use-workload.ts';
import { Came } from './came.tsx';
import { CopyLink } from './copy-link.tsx';
import { Inputs } from './inputs.tsx';
import './decision-view.css';

interface Props {
  readonly of: Ref;
  readonly id: string;
}

export function DecisionView({ of, id }: Props) {
  const live = useStory(of, id);
  return (
    <>
      <p class="crumbs">
        <a href={overviewPath(of.cluster)}>{of.cluster}</a> / {of.namespace} /{' '}
        <a href={workloadPath(of)}>{of.deployment}</a> / <a href={workloadPath(of, 'history')}>history</a>
      </p>
      <Freshness live={live} what="the decision" />
      {live.data && <StoryOf story={live.data} of={of} />}
    </>
  );
}

function StoryOf({ story, of }: { readonly story: Story; readonly of: Ref }) {
  const { decision } = story;
  const { current_replicas: from, target_replicas: to, requested_by: by } = decision;
  return (
    <>
      <header class="decision-head">
        <div class="row">
          <h1>{of.deployment}</h1>
          <span class="count">{from === to ? from : `${from} → ${to}`}</span>
          <ActionBadge action={decision.action} />
          <span class="badge faint">{decision.outcome}</span>
          <span class="grow" />
          <CopyLink />
        </div>
        <p class="faint">
          <time dateTime={decision.timestamp}>{moment(decision.timestamp)}</time>, decided by {decision.source}
          {by && `, asked for by ${by}`}
        </p>
        <p class="outcome">{proposedWords(decision) ?? decision.outcome_message}.</p>
        <Reason text={decision.reason} />
      </header>
      <div class="columns">
        <div>
          <Guardrails recommended={story} />
          <Sources recommended={story} />
        </div>
        <div>
          <Inputs story={story} />
          <section class="card recommendation" aria-labelledby="advice">
            <RecommendationWords recommended={story} id="advice" />
            {story.llm_record && <p class="notice">{record(story.llm_record)}</p>}
          </section>
        </div>
      </div>
      <Came story={story} />
    </>
  );
}

function record({ message, days }: NonNullable<Story['llm_record']>): string {
  return `In the ${days} days before, the LLM was ${message}.`.replace('was too few', 'is judged on too few');
}
