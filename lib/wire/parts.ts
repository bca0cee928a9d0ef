// What every function is made of: the table's stores, the advisor, clock and log. With wire/cluster and wire/advisor, the list of constructors.
import type { SQSClientConfig } from '@aws-sdk/client-sqs';
import { makeAdviceRowStore } from '../adapters/dynamo/advice-row-store.ts';
import { makeAdviceStore } from '../adapters/dynamo/advice-store.ts';
import { makeAskedReader } from '../adapters/dynamo/asked-changes.ts';
import { makeKillSwitchStore } from '../adapters/dynamo/kill-switch-store.ts';
import { makePolicyStore } from '../adapters/dynamo/policy-store.ts';
import { makeScheduleStore } from '../adapters/dynamo/schedule-store.ts';
import type { SeriesOptions } from '../adapters/dynamo/series-reader.ts';
import { openTable, type Table, type TableOptions } from '../adapters/dynamo/table.ts';
import { makeTickStore } from '../adapters/dynamo/tick-store.ts';
import { makeLog } from '../adapters/log.ts';
import { spendingOf } from '../app/advise/spending.ts';
import type { SeriesReader } from '../app/ports/series-store.ts';
import type { Clock, EventSink, Log } from '../app/ports/world.ts';
import type { SafetySettings } from '../app/tick/restrain.ts';
import type { Config } from '../config.ts';
import { pricesOf } from '../price-config.ts';
import { limitClockOf, WALL_CLOCK, wireAdvisor } from './advisor.ts';
import { wireDecisions } from './decisions.ts';
import { llmKeyOf, mayAsk } from './llm-key.ts';

/** What the embedded mode puts in place of AWS and the wall clock. */
export interface Overrides {
  readonly clock?: Clock;
  readonly log?: Log;
  readonly events?: EventSink;
  readonly table?: Pick<TableOptions, 'endpoint' | 'region' | 'credentials' | 'transport'>;
  readonly sqs?: SQSClientConfig;
  /** The OpenAPI document, as JSON: unbundled there is none beside the function. */
  readonly document?: () => Promise<string>;
  /** Refuses every change, everywhere, for this reason. */
  readonly readOnly?: string;
}

/** Functions of which somebody waits for an answer. */
const ASKED_BY_PEOPLE: ReadonlySet<string> = new Set(['query', 'command']);

/** @param makeSeries what of the series the function needs: a bundle carries no more than that */
export function wireParts<S extends SeriesReader>(
  config: Config,
  overrides: Overrides,
  service: string,
  makeSeries: (table: Table, options: SeriesOptions) => S,
) {
  const log = overrides.log ?? makeLog(service);
  const clock = overrides.clock ?? WALL_CLOCK;
  const { TABLE_NAME: tableName, TICK_SECONDS: tickSeconds } = config;
  const table = openTable({ tableName, tickSeconds, now: clock.now, ...overrides.table });
  const apiKey = llmKeyOf(config, log);
  const store = makeAdviceStore(table);
  const series = makeSeries(table, { retentionDays: config.SERIES_RETENTION_DAYS });
  const asker = ASKED_BY_PEOPLE.has(service) ? 'people' : 'ticks';
  const advisor = wireAdvisor(config, { apiKey, store, clock, log, asker });
  return {
    log,
    clock,
    wall: WALL_CLOCK,
    table,
    advisor,
    spending: async () =>
      mayAsk(config, await apiKey.current())
        ? spendingOf(store, limitClockOf(config, clock), config.LLM_MONTHLY_USD)
        : null,
    series,
    adviceRows: makeAdviceRowStore(table, { retentionDays: config.ADVICE_RETENTION_DAYS }),
    decisions: wireDecisions(table, series, config),
    policies: makePolicyStore(table, config.POLICY_DEFAULTS),
    killSwitches: makeKillSwitchStore(table),
    changes: makeAskedReader(table),
    schedules: makeScheduleStore(table),
    ticks: makeTickStore(table, { journalDays: config.JOURNAL_RETENTION_DAYS }),
    settings: {
      tickSeconds: config.TICK_SECONDS,
      killSwitch: overrides.readOnly ?? (config.KILL_SWITCH ? 'KILL_SWITCH is set for this installation' : null),
      prices: pricesOf(config),
      demotesOnHarm: config.DEMOTE_ON_HARM,
      showsOnly: overrides.readOnly !== undefined,
      safety: safetyOf(config),
      annotate: config.ANNOTATE_ON_ENABLE,
      shardsInPlace: config.SHARDS_IN_PLACE,
      lookSeconds: config.LOOK_SECONDS,
    },
    clusters: config.CLUSTERS.map((cluster) => cluster.id),
  };
}

function safetyOf(config: Config): SafetySettings {
  return {
    blast: {
      sharePercent: config.BLAST_RADIUS_PERCENT,
      freeReplicas: config.BLAST_RADIUS_REPLICAS,
      workloads: config.BLAST_RADIUS_WORKLOADS,
    },
    hold: { fallPercent: config.HOLD_READY_FALL_PERCENT, calmTicks: config.HOLD_CALM_TICKS },
  };
}
