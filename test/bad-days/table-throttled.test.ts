// The table takes less than is asked, for a moment, for minutes, or some of the requests for longer.
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type BadDay, SCALED, startBadDay } from '../make/bad-day.ts';
import { simulated } from '../make/embedded.ts';

/** 140 %, 100 %, 90 %, 40 % of their requests. */
const CORES = [7, 5, 4.5, 2];
const NAMES = CORES.map((_, i) => `w${i}`);
const workloads = () => CORES.map((cores, i) => simulated({ name: `w${i}`, annotations: SCALED, load: () => cores }));

let day: BadDay;
afterEach(async () => {
  vi.unstubAllEnvs();
  await day.close();
});

const replicas = () => NAMES.map((name) => day.replicas(`shop/${name}`));

/** Every change is told once, and each goes on from the one before. */
async function expectSound() {
  for (const name of NAMES) {
    const changes = await day.changes(name);
    const steps = changes.map((change) => change.split(' ', 3).map(Number));
    const ends = [10, ...steps.map(([, , to]) => to)];
    expect(
      steps.map(([from]) => from),
      changes.join(),
    ).toEqual(ends.slice(0, -1));
    expect(ends.at(-1)).toBe(day.replicas(`shop/${name}`));
    const told = day.events.filter(({ type, detail }) => type === 'DecisionApplied' && detail.name === name);
    expect(
      told.map(({ detail }) => `${detail.current} > ${detail.target} ${detail.source}`),
      name,
    ).toEqual(changes);
  }
}

it('a request that is refused once is sent again within the tick, and only the table alarms', async () => {
  day = await startBadDay(workloads());
  const refused = new Set<string>();
  day.tableFaults.throttles = ({ operation, pk, sk }) => {
    const call = `${operation} ${pk} ${sk}`;
    return !refused.has(call) && refused.size < 6 && refused.add(call).size > 0;
  };
  await day.minutes(1);
  expect(refused.size).toBe(6);
  expect(day.said('tick failed')).toEqual([]);
  expect(replicas()).toEqual([20, 15, 13, 10]);
  expect(day.red()).toEqual(['table-read-throttled', 'table-write-throttled']);
});

describe('five minutes in which everything is refused', () => {
  it.each(['0', '8'])(
    'change nothing, alarm, and are over with the first tick after them, in place: %s',
    async (inPlace) => {
      vi.stubEnv('AWS_MAX_ATTEMPTS', '1');
      day = await startBadDay(workloads(), { env: { SHARDS_IN_PLACE: inPlace } });
      await day.minutes(1);
      const before = replicas();
      day.tableFaults.throttles = () => true;
      await day.minutes(5);
      expect(replicas()).toEqual(before);
      expect(day.red()).toEqual([
        'prod-stale',
        'table-read-throttled',
        'table-write-throttled',
        'tick-errors',
        'watchdog-errors',
      ]);
      day.tableFaults.throttles = () => false;
      await day.minutes(8);
      expect(day.red()).toEqual([]);
      await expectSound();
    },
  );
});

describe('for eight minutes', () => {
  const troubles = {
    // None is sent again by the SDK: each is a shard, a batch or a tick that fails in the middle.
    'three in ten writes are refused': { attempts: '1', of: 'throttles' },
    // Each is sent again, and finds that its condition holds no more: it has been carried out.
    'three in ten answers to a write are lost': { attempts: '3', of: 'losesAnswer' },
  } as const;

  it.each(
    Object.entries(troubles).flatMap(([what, trouble]) => [
      [what, 'in place', '8', trouble] as const,
      [what, 'through the queue', '0', trouble] as const,
    ]),
  )('%s: nothing is done twice, lost or told twice, %s', async (_what, _where, inPlace, { attempts, of }) => {
    vi.stubEnv('AWS_MAX_ATTEMPTS', attempts);
    day = await startBadDay(workloads(), { env: { SHARDS_IN_PLACE: inPlace } });
    const dice = randomly(11);
    let disturbed = 0;
    day.tableFaults[of] = ({ isWrite, pk }) => {
      const isHit = isWrite && pk.startsWith('C#') && dice() < 0.3;
      disturbed += Number(isHit);
      return isHit;
    };
    await day.minutes(8);
    day.tableFaults[of] = () => false;
    await day.minutes(8);
    expect(disturbed).toBeGreaterThan(5);
    expect(replicas()).toEqual([20, 15, 13, 6]);
    await expectSound();
  });
});

/** The same numbers for the same seed. */
function randomly(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
