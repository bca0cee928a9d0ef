// The bill as docs/deploy.md has it: made from measured figures, so that the page cannot say something else.
import { dollarsOf, type Line } from '../lib/bill/line.ts';
import { LOG_GB, READ_UNIT, TICKS_A_MONTH, TOKEN_IN, TOKEN_OUT, WRITE_UNIT } from '../lib/bill/prices.ts';
import {
  type Bill,
  billOf,
  centsAWorkload,
  fleetDollars,
  isQueued,
  lookDollars,
  type Measured,
  scaledTo,
  sum,
} from './cost-bill.ts';
import type { LlmCost } from './cost-llm.ts';

const LARGEST = 10_000;
/** A cent a workload and month, at these sizes. */
const TARGET_CENTS = 1;
export const TARGET_SIZES: readonly number[] = [1000, LARGEST];
const FLEET = { clusters: 40, workloads: 50 };
/** Of a call: the advisor's prompt and its answer. */
const CALL = { tokensIn: 1000, tokensOut: 300 };

/** What a run of the benchmark leaves. */
export interface Kept {
  /** Ascending by workloads; the largest stands for the one that is not measured. */
  readonly sizes: readonly Measured[];
  readonly llm: readonly LlmCost[];
}

export function billMarkdown({ sizes: measured, llm }: Kept): string {
  const all = withLargest(measured);
  const bills = all.map((one) => billOf(one));
  return [servicesTable(bills), '', itemsTable(all), '', fleetTable(bills), '', llmTable(llm)].join('\n');
}

export function withLargest(measured: readonly Measured[]): readonly Measured[] {
  const last = measured.at(-1);
  if (last === undefined) throw new Error('nothing was measured');
  return last.workloads >= LARGEST ? measured : [...measured, scaledTo(LARGEST, last)];
}

export function targetsMet(measured: readonly Measured[]): readonly string[] {
  return withLargest(measured)
    .filter(({ workloads }) => TARGET_SIZES.includes(workloads))
    .map((one) => {
      const cents = centsAWorkload(billOf(one));
      const verdict = cents <= TARGET_CENTS ? 'met' : 'MISSED';
      return `at most ${TARGET_CENTS} cent a workload and month at ${one.workloads}: ${cents.toFixed(2)} cents, ${verdict}`;
    });
}

const SERVICES = ['Lambda', 'DynamoDB', 'EventBridge', 'SQS', 'CloudWatch', 'Secrets Manager'] as const;

function servicesTable(bills: readonly Bill[]): string {
  const rows = SERVICES.map((service) => [
    service,
    ...bills.map(({ cluster, stack }) =>
      dollars(dollarsOf([...cluster, ...stack].filter((line) => line.service === service))),
    ),
  ]);
  return table(
    ['a month of one cluster', ...bills.map(({ workloads }) => `${count(workloads)} workloads`)],
    [
      ...rows,
      ['**all**', ...bills.map((bill) => `**${dollars(allOf(bill))}**`)],
      ['a workload', ...bills.map((bill) => `${centsAWorkload(bill).toFixed(2)} ¢`)],
    ],
  );
}

function itemsTable(all: readonly Measured[]): string {
  const bills = all.map((one) => billOf(one));
  const items = [...new Set(bills.flatMap(linesOf).map(({ item }) => item))];
  const totalOf = (item: string) =>
    Math.max(...bills.map((bill) => dollarsOf(linesOf(bill).filter((line) => line.item === item))));
  const shown = items.filter((item) => totalOf(item) >= 0.005).toSorted((a, b) => totalOf(b) - totalOf(a));
  const units = (pick: (one: Measured) => number) => all.map((one) => round(pick(one)));
  return table(
    ['where it goes', ...all.map(({ workloads }) => count(workloads))],
    [
      ...shown.map((item) => [
        item,
        ...bills.map((bill) => dollars(dollarsOf(linesOf(bill).filter((line) => line.item === item)))),
      ]),
      ['**looks between ticks, all of it**', ...all.map((one) => `**${dollars(lookDollars(one))}**`)],
      ['write units a tick', ...units(({ steady }) => sum(steady.writeUnits))],
      ['of the first tick', ...units(({ first }) => sum(first.writeUnits))],
      ['read units a tick', ...units(({ steady }) => sum(steady.readUnits))],
      ['changes a tick', ...units(({ steady }) => steady.changes)],
      ['seconds of CPU a tick', ...all.map(({ steady }) => steady.cpuSeconds.toFixed(2))],
      ['of the looks after it', ...all.map(({ looks }) => looks.cpuSeconds.toFixed(2))],
      ['of a lesson of a workload', ...all.map(({ learned }) => learned.lessonSeconds.toFixed(2))],
      ['times as many, as measured beside what else ran', ...all.map(({ slower }) => slower.toFixed(2))],
      ['read units of them', ...units(({ looks }) => sum(looks.readUnits))],
      ['shards go through SQS', ...all.map(({ workloads }) => (isQueued(workloads) ? 'yes' : 'no'))],
    ],
  );
}

function fleetTable(bills: readonly Bill[]): string {
  const bill = bills.find(({ workloads }) => workloads === FLEET.workloads);
  if (bill === undefined) return '';
  const { clusters, workloads } = FLEET;
  const of = (stacks: number) => {
    const total = fleetDollars(bill, clusters, stacks);
    return [dollars(total), `${((100 * total) / (clusters * workloads)).toFixed(2)} ¢`];
  };
  return table(
    [`${clusters} clusters of ${workloads} workloads`, 'a month', 'a workload'],
    [
      ['a hub: one stack for all', ...of(1)],
      ['a stack in each account', ...of(clusters)],
    ],
  );
}

/** Beyond what the same ticks take without a key. */
function llmTable(llm: readonly LlmCost[]): string {
  const none = llm.find(({ mode }) => mode === 'no key');
  if (none === undefined) return '';
  const perCall = CALL.tokensIn * TOKEN_IN + CALL.tokensOut * TOKEN_OUT;
  return table(
    [
      `the LLM, ${none.workloads} workloads`,
      'calls a tick',
      'write units',
      'read units',
      'table and log a month',
      'its own price',
    ],
    llm.map((one) => {
      const more = (pick: (of: LlmCost) => number) => pick(one) - pick(none);
      const beside =
        more((of) => of.writeUnits) * WRITE_UNIT +
        more((of) => of.readUnits) * READ_UNIT +
        (more((of) => of.logBytes) / 1024 ** 3) * LOG_GB;
      return [
        one.mode,
        one.calls.toFixed(1),
        one.writeUnits.toFixed(1),
        one.readUnits.toFixed(1),
        one === none ? '–' : dollars(beside * TICKS_A_MONTH),
        one.calls === 0 ? '–' : dollars(one.calls * perCall * TICKS_A_MONTH),
      ];
    }),
  );
}

function linesOf({ cluster, stack }: Bill): readonly Line[] {
  return [...cluster, ...stack];
}

function allOf(bill: Bill): number {
  return dollarsOf(linesOf(bill));
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), `|${head.map((_, i) => (i === 0 ? '---|' : '--:|')).join('')}`, ...rows.map(line)].join('\n');
}

function dollars(value: number): string {
  return `$${value.toFixed(2)}`;
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}

function round(value: number): string {
  return value < 10 ? value.toFixed(1) : count(Math.round(value));
}
