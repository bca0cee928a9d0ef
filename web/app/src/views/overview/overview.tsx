// Every workload of one cluster or of all: what is wrong, then the figures, then the table.
import '../../style/marks.css';
import './overview.css';
import './table.css';
import { useMemo, useRef, useState } from 'preact/hooks';
import { Freshness } from '../../parts/freshness.tsx';
import { useMedia } from '../../parts/media.ts';
import { type Said, SaidLine } from '../../parts/said.tsx';
import { overviewPath } from '../../routes.ts';
import { clock } from '../../words.ts';
import { useChoice } from './address.ts';
import { chosen } from './choice.ts';
import { Clusters } from './clusters.tsx';
import { useFleet } from './fleet.ts';
import { Help } from './help.tsx';
import { itemsOf } from './items.ts';
import type { Fleet } from './of-cluster.ts';
import { Problems } from './problems.tsx';
import { Summary } from './summary.tsx';
import { Table } from './table.tsx';
import { Toolbar } from './toolbar.tsx';

export function Overview({ cluster }: { readonly cluster: string | null }) {
  const live = useFleet(cluster);
  return (
    <>
      <h1 class="unseen">{cluster === null ? 'Workloads of all clusters' : `Workloads of ${cluster}`}</h1>
      <Freshness live={live} what="the workloads" />
      {live.data && (
        <Shown
          fleet={live.data}
          cluster={cluster}
          again={live.again}
          oldSince={live.problem === null ? null : live.at}
        />
      )}
    </>
  );
}

interface Props {
  readonly fleet: Fleet;
  readonly cluster: string | null;
  readonly again: () => void;
  /** When it was read that is shown, where nothing newer comes. */
  readonly oldSince: number | null;
}

const PHONE = '(max-width: 760px)';

function Shown({ fleet, cluster, again, oldSince }: Props) {
  const [choice, setChoice] = useChoice();
  const [said, setSaid] = useState<Said | null>(null);
  const isNarrow = useMedia(PHONE);
  const help = useRef<HTMLDialogElement>(null);
  const items = useMemo(() => itemsOf(fleet), [fleet]);
  const shown = useMemo(() => chosen(items, choice), [items, choice]);
  const statuses = fleet.flatMap(({ status }) => status ?? []);
  return (
    <div class={oldSince === null ? 'overview' : 'overview old'}>
      {oldSince !== null && <p class="old-mark">Old: as it was at {clock(oldSince)}</p>}
      <Problems fleet={fleet} items={items} choice={choice} setChoice={setChoice} />
      <SaidLine said={said} />
      <Clusters fleet={fleet} isAll={cluster === null} onSaid={setSaid} again={again} />
      <Summary all={statuses} items={items} />
      <Toolbar
        choice={choice}
        setChoice={setChoice}
        shown={shown.length}
        all={items.length}
        help={() => help.current?.showModal()}
      />
      {shown.length > 0 && (
        <Table
          items={shown}
          choice={choice}
          setChoice={setChoice}
          showsCluster={fleet.length > 1}
          isNarrow={isNarrow}
          caption={cluster === null ? 'Workloads of all clusters' : `Workloads of ${cluster}`}
        />
      )}
      {shown.length === 0 && <Empty isAny={items.length > 0} cluster={cluster} />}
      <Help dialog={help} />
    </div>
  );
}

function Empty({ isAny, cluster }: { readonly isAny: boolean; readonly cluster: string | null }) {
  if (isAny)
    return (
      <p class="empty">
        No workload is like that. <a href={overviewPath(cluster)}>Show all</a>
      </p>
    );
  return <p class="empty">There are no workloads yet: the first tick lists what the cluster has.</p>;
}
