// What was measured, as lines beside the checks: durations, units a tick, and the bill that they make.

import type { EpochMs } from '../../lib/domain/workload/time.ts';
import { type Check, ok, skipped, warning } from '../check.ts';
import { unanswered } from './asking.ts';
import { type MeasuredBill, measuredBill, NOT_IN_IT } from './bill.ts';
import type { Installation } from './installation.ts';
import { type FunctionUse, type Measured, measure } from './measured.ts';

export interface Use {
  readonly checks: readonly Check[];
  readonly measured: Measured | null;
  readonly bill: MeasuredBill | null;
}

/** Throws nothing. @param tableBytes null where it is not known */
export async function useChecks(
  installation: Installation,
  { tableBytes, workloads }: { readonly tableBytes: number | null; readonly workloads: number },
  now: EpochMs,
): Promise<Use> {
  const none = (check: Check): Use => ({ checks: [check], measured: null, bill: null });
  const { stackName } = installation;
  const question = { name: 'use', action: 'cloudwatch:GetMetricData', subject: `metrics of stack ${stackName}` };
  try {
    const measured = await measure(installation, now);
    if (measured === null)
      return none(skipped('use', 'the stack was deployed less than nine minutes ago, too little to go by', null));
    if (measured.functions.every(({ runs }) => runs === 0))
      return none(
        warning('use', 'no function ran', 'look at "last tick" above; metrics of AWS come some minutes late'),
      );
    const bill = measuredBill(installation, measured, tableBytes, workloads);
    return { checks: linesOf(measured, bill, workloads), measured, bill };
  } catch (error) {
    return none(unanswered(question, error));
  }
}

function linesOf(measured: Measured, bill: MeasuredBill, workloads: number): readonly Check[] {
  const { from, to, functions, writeUnits, readUnits, logBytes } = measured;
  const ticks = functions.find(({ name }) => name === 'tick')?.runs ?? 0;
  const perTick = (amount: number, digits = 1) => (ticks === 0 ? '–' : (amount / ticks).toFixed(digits));
  const largest = bill.lines
    .toSorted((a, b) => b.dollars - a.dollars)
    .slice(0, 4)
    .map(({ service, item, dollars }) => `${service} ${item} $${dollars.toFixed(2)}`);
  const each =
    bill.centsAWorkload === null ? '' : `, ${bill.centsAWorkload.toFixed(2)} ¢ a workload (${workloads} seen)`;
  return [
    ok('time', `${iso(from)} to ${iso(to)}, ${Math.round((to - from) / 60_000)} minutes`),
    ...functions.filter(({ runs }) => runs > 0).map(functionLine),
    ok(
      'units',
      `${perTick(writeUnits)} written and ${perTick(readUnits)} read a tick, ${perTick(logBytes, 0)} bytes of logs`,
    ),
    ok('bill', `$${bill.dollarsAMonth.toFixed(2)} a month${each}, ${NOT_IN_IT}: ${largest.join(', ')} …`),
  ];
}

function functionLine({ name, memoryMb, runs, seconds, longestSeconds }: FunctionUse): Check {
  const mean = ((seconds / runs) * 1000).toFixed(0);
  return ok(
    `function ${name}`,
    `${runs} runs, ${mean} ms each and ${(longestSeconds * 1000).toFixed(0)} at most, with ${memoryMb} MB`,
  );
}

function iso(at: EpochMs): string {
  return `${new Date(at).toISOString().slice(0, 16)}Z`;
}
