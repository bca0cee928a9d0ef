// A workload made ready for the table: what it is found by, sorted by, and what about it asks for somebody.
import type { Ref, Row } from '../../api/types.ts';
import { type Concern, concernsOf } from './concerns.ts';
import type { Fleet } from './of-cluster.ts';

export interface Item {
  /** Of no other in the list. */
  readonly key: string;
  readonly ref: Ref;
  readonly row: Row;
  /** In lower case, for the search. */
  readonly text: string;
  readonly concerns: readonly Concern[];
}

/** By the answer's own row: while the API says that nothing has changed, nothing is made again. */
const made = new WeakMap<Row, Item>();

export function itemsOf(fleet: Fleet): readonly Item[] {
  return fleet.flatMap(({ id, status }) => {
    if (status === null) return [];
    const alone = new Set(status.without_hpa);
    return status.workloads.map((row) => itemOf(id, row, alone.has(`${row.namespace}/${row.deployment}`)));
  });
}

function itemOf(cluster: string, row: Row, isAlone: boolean): Item {
  const before = made.get(row);
  if (before !== undefined) return before;
  const { namespace, deployment, kind } = row;
  const ref = { cluster, namespace, deployment, kind };
  const key = [cluster, namespace, deployment, kind].join('/');
  const concerns = concernsOf(row, isAlone);
  const text = [key, row.rung, row.mode, row.decision, row.source, ...concerns.map(({ word }) => word)].join(' ');
  const item = { key, ref, row, text: text.toLowerCase(), concerns };
  made.set(row, item);
  return item;
}
