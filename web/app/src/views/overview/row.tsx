// A row of the table. It is drawn again only when its workload, or whether it is the chosen one, has changed.
import { Component } from 'preact';
import { ActionBadge } from '../../parts/action.tsx';
import { workloadPath } from '../../routes.ts';
import { dollars } from '../../words.ts';
import { CONCERNS } from './concerns.ts';
import type { Item } from './items.ts';
import { isHeld, nextOf, replicasText, sentenceOf } from './sentence.ts';
import { SparkLine } from './spark.tsx';

interface Props {
  readonly item: Item;
  /** In the whole list, from 0. */
  readonly index: number;
  readonly isHere: boolean;
  readonly isNarrow: boolean;
  readonly showsCluster: boolean;
}

export class WorkloadRow extends Component<Props> {
  override shouldComponentUpdate(next: Props): boolean {
    const { item, index, isHere, isNarrow, showsCluster } = this.props;
    return (
      item !== next.item ||
      index !== next.index ||
      isHere !== next.isHere ||
      isNarrow !== next.isNarrow ||
      showsCluster !== next.showsCluster
    );
  }

  override render({ item, index, isHere, isNarrow }: Props) {
    const { row } = item;
    return (
      <tr aria-rowindex={index + 2} class={isHere ? 'here' : undefined} data-row={index}>
        <Name {...this.props} />
        <td class="n">
          <strong>{replicasText(row)}</strong>
          {isNarrow && <Verdict row={row} />}
        </td>
        {!isNarrow && <Rest item={item} />}
      </tr>
    );
  }
}

function Name({ item, isNarrow, showsCluster, isHere }: Props) {
  const { ref, row, concerns } = item;
  const where = [...(showsCluster ? [ref.cluster] : []), ref.namespace, ...(isNarrow ? [row.rung] : [])].join(' · ');
  const isPaused = row.paused !== false;
  return (
    <th scope="row">
      <div class="cut">
        <a href={workloadPath(ref)} tabIndex={isHere ? 0 : undefined} title={`${ref.namespace}/${ref.deployment}`}>
          <bdi>{ref.deployment}</bdi>
        </a>
      </div>
      <div class="cut under">
        <Chips concerns={concerns} />
        {isNarrow && isPaused && <span class="chip">paused</span>}
        <bdi>{where}</bdi>
        {ref.kind !== 'Deployment' && ` · ${ref.kind}`}
      </div>
      {isNarrow && <Why item={item} />}
    </th>
  );
}

/** The worst, and how many more. */
function Chips({ concerns }: Pick<Item, 'concerns'>) {
  const [worst] = concerns;
  if (worst === undefined) return null;
  const more = concerns.length - 1;
  return (
    <span
      class={CONCERNS[worst.code].isBad ? 'chip bad' : 'chip warn'}
      title={concerns.map(({ word }) => word).join(', ')}
    >
      {worst.word}
      {more > 0 && `, ${more} more`}
    </span>
  );
}

function Verdict({ row }: Pick<Item, 'row'>) {
  return isHeld(row) ? <span class="badge maintain">Held</span> : <ActionBadge action={row.decision} />;
}

function Why({ item: { row } }: { readonly item: Item }) {
  const sentence = sentenceOf(row);
  const next = nextOf(row);
  return (
    <>
      <div class={next === '' ? 'two-lines' : 'cut'} title={sentence}>
        {sentence}
      </div>
      {next !== '' && <div class="cut under">{next}</div>}
    </>
  );
}

function Rest({ item }: { readonly item: Item }) {
  const { row } = item;
  return (
    <>
      <td>
        <SparkLine item={item} />
      </td>
      <td class="n">{cores(row.cpu_cores)}</td>
      <td class="n">{cores(row.cpu_peak_cores)}</td>
      <td class="n">{row.cost.usd_per_month === null ? '–' : dollars(row.cost.usd_per_month)}</td>
      <td>
        <Why item={item} />
      </td>
      <td>
        {row.rung}
        {row.paused !== false && <div class="under">paused</div>}
      </td>
      <td>
        <Verdict row={row} />
      </td>
    </>
  );
}

function cores(value: number | null): string {
  if (value === null) return '–';
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
