// No tick comes any more: floors under HPAs are given back, and what has no HPA meets the hour as it has been before.
import { afterEach, expect, it } from 'vitest';
import { type BadDay, SCALED, startBadDay } from '../make/bad-day.ts';
import { simulated } from '../make/embedded.ts';

const HPA = { minReplicas: 2, maxReplicas: 12, targetCpuPercent: 90 };
const THROUGH_HPA = { 'ai4k8s.io/predictive-autoscaling-enabled': 'true', 'ai4k8s.io/llm': 'off' };

let day: BadDay;
afterEach(() => day.close());

async function floor(): Promise<number> {
  const path = '/apis/autoscaling/v2/namespaces/shop/horizontalpodautoscalers';
  const { items } = (await (await fetch(`${day.cluster.url}${path}`)).json()) as {
    items: { spec: { minReplicas: number } }[];
  };
  return items[0]?.spec.minReplicas ?? 0;
}

it('is told after five of them, and after ten the watchdog gives back, until ticks are there again', async () => {
  day = await startBadDay([
    simulated({ name: 'web', replicas: 4, load: () => 2, hpa: HPA, annotations: THROUGH_HPA }),
    simulated({ name: 'plain', load: () => 3.5, annotations: SCALED }),
  ]);
  await day.minutes(7);
  const raised = await floor();
  expect(raised).toBeGreaterThan(HPA.minReplicas);
  day.isScheduleSilent = true;
  await day.minutes(4);
  expect(day.red()).toEqual([]);
  await day.minutes(1);
  expect(day.red()).toEqual(['prod-stale']);
  await day.minutes(3);
  expect(await floor()).toBe(raised);
  await day.minutes(5);
  expect(await floor()).toBe(HPA.minReplicas);
  expect(day.said('floor given back by the watchdog')).toHaveLength(1);
  expect(day.replicas('shop/plain')).toBe(10);
  day.isScheduleSilent = false;
  await day.minutes(2);
  expect(await floor()).toBe(raised);
  expect(day.red()).toEqual([]);
});

it('neither does the watchdog come: its own alarm tells, since nobody would give anything back', async () => {
  day = await startBadDay([simulated({ annotations: SCALED, load: () => 3.5 })]);
  await day.minutes(6);
  day.isScheduleSilent = true;
  // What AWS counts where a schedule may not call its function.
  day.cloudWatch.count('AWS/Scheduler', 'InvocationDroppedCount', 'Deployed-WatchdogSchedule', 1, day.now());
  expect(day.red()).toEqual(['watchdog-not-called']);
});
