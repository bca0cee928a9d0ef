// One workload that nobody can make sense of, minute after minute: the others of its shard are scaled, and it becomes a problem.
import { afterEach, expect, it } from 'vitest';
import { type BadDay, SCALED, startBadDay } from '../make/bad-day.ts';
import { simulated } from '../make/embedded.ts';

let day: BadDay;
afterEach(() => day.close());

const POISONED = {
  ...SCALED,
  ...Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`ai4k8s.io/key-${i}`, 'x'.repeat(100)])),
  'ai4k8s.io/predictive-autoscaling-config': `{${'"a":['.repeat(5000)}`,
  'ai4k8s.io/max-replicas': '\u001b[2J∞',
};

it.each(['0', '8'])('costs nobody else anything, with %s shards in place', async (inPlace) => {
  day = await startBadDay(
    [
      simulated({ name: 'poisoned', annotations: POISONED, load: () => 6 }),
      ...['a', 'b'].map((name) => simulated({ name, annotations: SCALED, load: () => 6 })),
    ],
    { env: { SHARDS_IN_PLACE: inPlace } },
  );
  await day.minutes(2);
  expect(['a', 'b', 'poisoned'].map((name) => day.replicas(`shop/${name}`))).toEqual([18, 18, 10]);
  expect((await day.get('status/prod')).problems.join()).toMatch(/^shop\/poisoned: .*ai4k8s\.io/);
  if (inPlace === '0') return;
  // It stands for half an hour before somebody is told.
  await day.minutes(20);
  expect(day.wasRed()).toEqual([]);
  await day.minutes(6);
  expect(day.red()).toEqual(['prod-problems']);
});
