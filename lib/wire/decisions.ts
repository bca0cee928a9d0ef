// Config → where decisions are kept: those that say who asked no longer than callers are to be known.
import { makeDecisionStore } from '../adapters/dynamo/decision-store.ts';
import type { Table } from '../adapters/dynamo/table.ts';
import type { DecisionStore } from '../app/ports/decision-store.ts';
import type { SeriesStore } from '../app/ports/series-store.ts';
import type { Config } from '../config.ts';
import type { WorkloadRef } from '../domain/workload/identity.ts';

type Days = Pick<Config, 'DECISION_RETENTION_DAYS' | 'CALLER_RETENTION_DAYS'>;

export function wireDecisions(
  table: Table,
  series: Pick<SeriesStore, 'locate'>,
  { DECISION_RETENTION_DAYS: days, CALLER_RETENTION_DAYS }: Days,
): DecisionStore {
  const shardOf = async (ref: WorkloadRef) => (await series.locate(ref))?.id ?? null;
  const all = makeDecisionStore(table, { shardOf, retentionDays: days });
  const ofCallers = makeDecisionStore(table, { shardOf, retentionDays: Math.min(days, CALLER_RETENTION_DAYS) });
  return { ...all, put: (record) => (record.requestedBy === null ? all : ofCallers).put(record) };
}
