// The bill from what AWS counted is the arithmetic of the one that docs/deploy.md prints, on other figures.
import { expect, test } from 'vitest';
import { keptMeasured } from '../../../bench/cost.ts';
import { billOf, sum } from '../../../bench/cost-bill.ts';
import { measuredBill } from '../../../cli/verify/bill.ts';
import type { Installation } from '../../../cli/verify/installation.ts';
import type { Measured } from '../../../cli/verify/measured.ts';
import { dollarsOf, type Line } from '../../../lib/bill/line.ts';

const HOUR_MS = 3_600_000;
const ALARM = { type: 'AWS::CloudWatch::Alarm', physicalId: 'a', properties: {} };
const INSTALLATION = {
  clusters: [{ id: 'prod' }],
  tickSeconds: 60,
  resources: { ...Object.fromEntries(Array.from({ length: 19 }, (_, i) => [`Alarm${i}`, ALARM])) },
} as unknown as Installation;

const measured = (change: Partial<Measured> = {}): Measured => ({
  from: 0,
  to: HOUR_MS,
  functions: [],
  writeUnits: 0,
  readUnits: 0,
  queueRequests: 0,
  logBytes: 0,
  ...change,
});

function dollarsFor(lines: readonly Line[], service: string, item: RegExp): number {
  return dollarsOf(lines.filter((line) => line.service === service && item.test(line.item)));
}

test('an hour of what 200 workloads were measured to take costs what the page says', () => {
  const kept = keptMeasured().sizes.find(({ workloads }) => workloads === 200);
  if (kept === undefined) throw new Error('200 workloads were not measured');
  const { steady } = kept;
  const page = billOf(kept);
  const { lines } = measuredBill(
    INSTALLATION,
    measured({ writeUnits: 60 * sum(steady.writeUnits), readUnits: 60 * sum(steady.readUnits) }),
    null,
    200,
  );
  expect(dollarsFor(lines, 'DynamoDB', /written/)).toBeCloseTo(dollarsFor(page.cluster, 'DynamoDB', /written$/), 9);
  expect(dollarsFor(lines, 'DynamoDB', /read/)).toBeCloseTo(dollarsFor(page.cluster, 'DynamoDB', /read$/), 9);
  const alarms = dollarsFor([...page.cluster, ...page.stack], 'CloudWatch', /alarms/);
  expect(dollarsFor(lines, 'CloudWatch', /alarms/)).toBeCloseTo(alarms, 9);
});

test('a second of a function with 512 MB each minute is half a GB-second, by hand', () => {
  const functions = [{ name: 'tick', memoryMb: 512, runs: 60, seconds: 60, longestSeconds: 1 }];
  const { lines } = measuredBill(INSTALLATION, measured({ functions }), null, 0);
  const byHand = 730 * (30 * 0.0000133334 + 60 * 0.2e-6);
  expect(dollarsFor(lines, 'Lambda', /tick/)).toBeCloseTo(byHand, 9);
});

test('half an hour counts twice, and no workloads have no share', () => {
  const whole = measuredBill(INSTALLATION, measured({ writeUnits: 1000 }), null, 10);
  const half = measuredBill(INSTALLATION, measured({ to: HOUR_MS / 2, writeUnits: 500 }), null, 0);
  expect(half.dollarsAMonth).toBeCloseTo(whole.dollarsAMonth, 9);
  expect(whole.centsAWorkload).toBeCloseTo(10 * whole.dollarsAMonth, 9);
  expect(half.centsAWorkload).toBeNull();
});
