// All of it in figures: how many, how much is on, what it costs, what would be saved, and what is at risk.
import type { Status } from '../../api/types.ts';
import { count, dollars } from '../../words.ts';
import type { Item } from './items.ts';

interface Props {
  readonly all: readonly Status[];
  readonly items: readonly Item[];
}

export function Summary({ all, items }: Props) {
  const sum = (of: (status: Status) => number) => all.reduce((total, status) => total + of(status), 0);
  const saved = sum(({ cost }) => cost.realised_usd_per_month);
  const unpriced = sum(({ cost }) => cost.workloads_without_requests);
  const [first] = all;
  const short = items.filter(({ concerns }) => concerns.some(({ code }) => code === 'short' || code === 'at_max'));
  const note = `${first?.cost.note ?? 'an estimate'}${unpriced === 0 ? '' : `; ${unpriced} without requests left out`}`;
  return (
    <dl class="figures">
      <Figure name="Workloads" value={count(sum(({ workload_count }) => workload_count))} />
      <Figure name="Predictive enabled" value={count(sum(({ predictive_enabled }) => predictive_enabled))} />
      <Figure name="Total replicas" value={count(sum(({ total_replicas }) => total_replicas))} />
      <Figure name="Costs a month" value={dollars(sum(({ cost }) => cost.usd_per_month))} note={note} />
      <Figure
        name="Would save a month"
        value={dollars(sum(({ cost }) => cost.potential_usd_per_month))}
        note="what is recommended and nobody carries out"
      />
      <Figure
        name={saved < 0 ? 'Spends more a month' : 'Saves a month'}
        value={dollars(Math.abs(saved))}
        note="as it runs now, against the counts before our first changes"
      />
      <Figure
        name="At risk"
        value={count(short.length)}
        isBad={short.length > 0}
        note="run with less than they need: at their maximum, or nobody carries it out"
      />
    </dl>
  );
}

interface FigureProps {
  readonly name: string;
  readonly value: string;
  readonly note?: string;
  readonly isBad?: boolean;
}

function Figure({ name, value, note, isBad = false }: FigureProps) {
  return (
    <div title={note}>
      <dt>{name}</dt>
      <dd class={isBad ? 'bad' : undefined}>{value}</dd>
    </div>
  );
}
