// What it costs, would save and has saved: estimates, each with what it is one of.
import type { Recommendations } from '../../api/types.ts';
import { money, signedMoney } from '../../quantities.ts';
import { moment } from '../../words.ts';

export function MoneyCard({ recommended }: { readonly recommended: Pick<Recommendations, 'cost'> }) {
  const { cost } = recommended;
  return (
    <section class="card">
      <h2>Money</h2>
      {'reason' in cost ? <p>Not known: {cost.reason}.</p> : <Costs cost={cost} />}
    </section>
  );
}

type Known = Extract<Recommendations['cost'], { realised: unknown }>;

function Costs({ cost }: { readonly cost: Known }) {
  const { realised, change } = cost;
  return (
    <>
      <dl class="facts">
        <div>
          <dt>Now, a month</dt>
          <dd>{money(cost.usd_per_month)}</dd>
        </div>
        <div>
          <dt>Would save, a month</dt>
          <dd>{money(cost.potential_usd_per_month)}</dd>
        </div>
        <div>
          <dt>This change, an hour</dt>
          <dd>{change.usd_per_hour === null ? '–' : signedMoney(change.usd_per_hour)}</dd>
        </div>
        {realised && (
          <div>
            <dt>
              Saved since {moment(realised.since)}, from {realised.from_replicas}
            </dt>
            <dd>{money(realised.usd)}</dd>
          </div>
        )}
      </dl>
      <p class="faint">{cost.note}.</p>
    </>
  );
}
