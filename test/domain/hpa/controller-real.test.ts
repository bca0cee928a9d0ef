// The HPA as a pure function against the real controller: the same inputs, sync by sync, from a recording of one.
// fixtures/hpa-real.ndjson says in its first line which controller and when; test/cluster/record-hpa.ts made it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  HPA_START,
  type HpaInput,
  type HpaMetric,
  type HpaPods,
  type HpaResult,
  hpaStep,
  hpaUtilisation,
} from '../../../lib/domain/hpa/controller.ts';

interface Recording {
  readonly recorded: string;
  readonly cpuRequestMilli: number;
  readonly memoryRequestKi: number;
  readonly min: number;
  readonly max: number;
  readonly windowSeconds: number;
  readonly scenarios: readonly Scenario[];
}

interface Scenario {
  readonly name: string;
  readonly cpuPercent: number;
  readonly memoryPercent: number | null;
  readonly behavior: { readonly scaleDown: { readonly stabilizationWindowSeconds: number } } | null;
}

type PodState = 'pending' | 'running' | 'ready';

/** Alike: how many, state, started at, ready changed at, CPU in milli-cores, memory in Ki (where a metric needs it). */
type PodRow = readonly [number, PodState, number | null, number | null, number | null, number | null];

interface Sync {
  readonly app: string;
  readonly now: number;
  readonly replicas: number;
  readonly measuredAt: number | null;
  readonly pods: readonly PodRow[];
  /** `status.desiredReplicas` of the HPA and `spec.replicas` of the Deployment after it. */
  readonly desired: number;
  readonly set: number;
  readonly percent: Readonly<Record<string, number>>;
  /** Reason of the condition `ScalingLimited`. */
  readonly limited: string | null;
}

interface Replayed extends HpaResult {
  readonly sync: Sync;
  readonly input: HpaInput;
}

const [head, ...lines] = readFileSync(join(import.meta.dirname, 'fixtures/hpa-real.ndjson'), 'utf8')
  .trim()
  .split('\n');
const recording = JSON.parse(head ?? '') as Recording;
const syncs = lines.map((line) => JSON.parse(line) as Sync);

describe.each(recording.scenarios)('$name', (scenario) => {
  const replayed = replay(scenario);

  it('wants at every sync what the controller wanted', () => {
    expect(replayed.length).toBeGreaterThan(95);
    const different = replayed.filter(({ desired, sync }) => desired !== sync.set);
    expect(different.filter((one) => !isOldTolerance(scenario, one)).map(inWords)).toEqual([]);
    // The controller of the recording moves there, this one stays: it may happen, and not often.
    expect(different.length).toBeLessThan(4);
  });

  it('reports the utilisation that the controller reported', () => {
    for (const { sync, input } of replayed)
      for (const metric of input.metrics)
        if (sync.measuredAt !== null) expect(hpaUtilisation(metric, input)).toBe(sync.percent[metric.resource]);
  });

  it('says that a limit held it back where the controller said so', () => {
    for (const { sync, reason } of replayed)
      expect([sync.now, reason === 'up_limited']).toEqual([sync.now, sync.limited === 'ScaleUpLimit']);
  });
});

it('the recording shows every rule that decides', () => {
  const reasons = new Set(recording.scenarios.flatMap(replay).map(({ reason }) => reason));
  const rules = ['within_range', 'scale_up', 'scale_down', 'stabilised', 'up_limited', 'at_max', 'metrics_failed'];
  expect([...reasons]).toEqual(expect.arrayContaining(rules));
  const pods = syncs.flatMap((sync) => sync.pods);
  expect(pods.some(([, state]) => state === 'running')).toBe(true);
  expect(pods.some(([, state, , , cpuMilli]) => state === 'ready' && cpuMilli === null)).toBe(true);
});

/** Each sync on the replicas and pods as they were recorded; only the memory is our own. */
function replay(scenario: Scenario): Replayed[] {
  let memory = HPA_START;
  return syncs
    .filter(({ app }) => app === scenario.name)
    .map((sync) => {
      const input = inputOf(scenario, sync);
      const result = hpaStep(input, memory);
      memory = result.memory;
      return { ...result, sync, input };
    });
}

function inputOf({ cpuPercent, memoryPercent, behavior }: Scenario, sync: Sync): HpaInput {
  const { cpuRequestMilli, memoryRequestKi, min, max, windowSeconds } = recording;
  const metrics: HpaMetric[] = [{ resource: 'cpu', targetPercent: cpuPercent, request: cpuRequestMilli }];
  if (memoryPercent !== null)
    metrics.push({ resource: 'memory', targetPercent: memoryPercent, request: memoryRequestKi });
  const { now, replicas, measuredAt } = sync;
  const pods = sync.pods.map(podsOf);
  const seen = { now, replicas, min, max, metrics, pods, measuredAt, windowSeconds };
  if (behavior === null) return { ...seen, behavior: false };
  return { ...seen, behavior: true, downStabilisationSeconds: behavior.scaleDown.stabilizationWindowSeconds };
}

function podsOf([count, state, startedAt, readyChangedAt, cpu, memoryKi]: PodRow): HpaPods {
  const usage = cpu === null ? null : { cpu, ...(memoryKi === null ? {} : { memory: memoryKi }) };
  const times = { startedAt: startedAt ?? Number.NaN, readyChangedAt: readyChangedAt ?? Number.NaN };
  return { count, pending: state === 'pending', ready: state === 'ready', ...times, usage };
}

/**
 * At exactly 110 % of the target: |1 - 77/70| is 0.10000000000000009, out of tolerance, until Kubernetes 1.32; since 1.33 it
 * compares 77/70 with 1 + 0.1 and stays.
 */
function isOldTolerance({ cpuPercent }: Scenario, { sync, desired }: Replayed): boolean {
  return sync.percent.cpu === 1.1 * cpuPercent && desired === sync.replicas && sync.set === sync.replicas + 1;
}

function inWords({ sync, desired, reason }: Replayed): string {
  return `${sync.now} s: ${sync.replicas} → ${sync.set}, here ${desired} (${reason}) at ${JSON.stringify(sync.percent)}`;
}
