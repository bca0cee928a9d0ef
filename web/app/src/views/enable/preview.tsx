// What it would do now, and would have done over the last days, beside an HPA.
import type { Recommendations } from '../../api/types.ts';
import { ActionBadge } from '../../parts/action.tsx';
import { Reason } from '../../parts/decision/reason.tsx';
import { number, signedMoney } from '../../quantities.ts';

export function Preview({ recommended }: { readonly recommended: Recommendations }) {
  const { decision, plan, ladder, cost } = recommended;
  const { current_replicas: now, target_replicas: target } = decision;
  const usd = cost.change.usd_per_hour;
  return (
    <aside>
      <section class="card">
        <h2>What it would do now</h2>
        <div class="row">
          <span class="count">{now === target ? now : `${now} → ${target}`}</span>
          <ActionBadge action={decision.action} />
          {usd !== null && usd !== 0 && <span>{signedMoney(usd)} an hour</span>}
        </div>
        <Reason text={decision.reason} />
        <p class="faint">By the policy as it is now.</p>
      </section>
      <section class="card">
        <h2>What it would have done</h2>
        {plan === null ? <p>Its history is too short to be replayed: a day is needed.</p> : <Replayed plan={plan} />}
        <ul class="evidence">
          {ladder.evidence.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      </section>
    </aside>
  );
}

type Plan = NonNullable<Recommendations['plan']>;
type Score = Plan['expected'];

function Replayed({ plan }: { readonly plan: Plan }) {
  const own = plan.own_hpa?.score ?? null;
  return (
    <table class="dense replayed">
      <caption>On its own demand of the last {plan.days} days</caption>
      <thead>
        <tr>
          <th scope="col">who</th>
          <th scope="col" class="number">
            short, % of time
          </th>
          <th scope="col" class="number">
            cost, × needed
          </th>
          <th scope="col" class="number">
            changes an hour
          </th>
        </tr>
      </thead>
      <tbody>
        <ScoreRow who="this" score={plan.expected} changes={plan.changes_per_hour} />
        <ScoreRow who="HPA at 70 %" score={plan.hpa70} />
        {own && <ScoreRow who="its own HPA" score={own} />}
      </tbody>
    </table>
  );
}

interface RowProps {
  readonly who: string;
  readonly score: Score;
  readonly changes?: number;
}

function ScoreRow({ who, score, changes = score.changes_per_hour }: RowProps) {
  return (
    <tr>
      <th scope="row">{who}</th>
      <td class="number">{score.violation_percent.toFixed(2)}</td>
      <td class="number">{score.cost === null ? '–' : score.cost.toFixed(2)}</td>
      <td class="number">{changes === undefined ? '–' : number(changes)}</td>
    </tr>
  );
}
