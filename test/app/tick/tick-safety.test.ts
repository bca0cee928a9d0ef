// Whatever the order in which ticks get their turns, and wherever one dies: nothing is done twice, nothing is lost.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SignalSource } from '../../../lib/app/ports/cluster.ts';
import type { Log } from '../../../lib/app/ports/world.ts';
import { runTick } from '../../../lib/app/tick/tick.ts';
import type { TickPorts } from '../../../lib/app/tick/tick-ports.ts';
import type { WorkloadMemory } from '../../../lib/domain/decision/workload-memory.ts';
import { tickStoreContract } from '../../contracts/tick-store.ts';
import { NOW } from '../../make/workloads.ts';
import { makeMemoryProgressStore } from '../../stand-ins/memory-progress-store.ts';
import {
  makeMemoryCluster,
  makeMemoryDecisionStore,
  makeMemorySeriesStore,
  makeMemoryTickStore,
} from '../../stand-ins/memory-tick-parts.ts';

const MINUTE = 60_000;
const SETTINGS = {
  tickSeconds: 60,
  killSwitch: null,
  annotate: false,
  shardsInPlace: 8,
  safety: {
    blast: { sharePercent: 100, freeReplicas: 1000, workloads: 1000 },
    hold: { fallPercent: 20, calmTicks: 10 },
  },
};
const QUIET: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };

const SHARED = makeMemoryTickStore();
tickStoreContract('in memory, the stand-in of tick safety', () => SHARED);

/** Two workloads at 140 % and 90 % of their requests: both need more. */
const WORKLOADS = { web: { replicas: 10, cores: 7 }, api: { replicas: 10, cores: 4.5 } };

/** What stands for AWS and the cluster: one of each, however many processes tick. */
function makeWorld() {
  const replicas = Object.fromEntries(Object.entries(WORKLOADS).map(([name, one]) => [name, one.replicas]));
  const annotations = {
    'ai4k8s.io/predictive-autoscaling-enabled': 'true',
    'ai4k8s.io/mode': 'scale',
    'ai4k8s.io/max-replicas': '50',
    'ai4k8s.io/llm': 'off',
  };
  const cluster = makeMemoryCluster(replicas, annotations);
  const world = {
    now: NOW,
    cluster,
    ticks: makeMemoryTickStore(),
    progress: makeMemoryProgressStore(),
    series: makeMemorySeriesStore(),
    decisions: makeMemoryDecisionStore(),
  };
  const signal: SignalSource = {
    name: 'load',
    read: async () => ({
      problems: [],
      readings: new Map(
        Object.entries(WORKLOADS).map(([name, { cores }]) => [
          `shop/${name}`,
          {
            cpu: { demand: cores, at: world.now, coverage: 1, atLimit: false },
            memory: { demand: 1, at: world.now, coverage: 1, atLimit: false },
          },
        ]),
      ),
    }),
  };
  const moveTo = (at: number) => {
    world.now = at;
  };
  return { ...world, signal, clock: { now: () => world.now }, moveTo };
}
type World = ReturnType<typeof makeWorld>;
type Turn = (what: string) => Promise<unknown>;

/** One Lambda invocation: every call waits for its turn, and from `diesAt` on nothing is answered any more. */
function makeProcess(
  world: World,
  turn: Turn,
  name: string,
  diesAt: { readonly call: number; readonly done: boolean },
) {
  let calls = 0;
  let died: () => void = () => undefined;
  const death = new Promise<'died'>((resolve) => {
    died = () => resolve('died');
  });
  const die = () => {
    died();
    return new Promise<never>(() => undefined);
  };
  const through = <T extends object>(port: T): T =>
    new Proxy(port, {
      get(target, property, receiver) {
        const method = Reflect.get(target, property, receiver);
        if (typeof method !== 'function') return method;
        return async (...given: unknown[]) => {
          calls += 1;
          const mine = calls;
          if (mine > diesAt.call) return die();
          await turn(`${name} ${String(property)}`);
          if (mine === diesAt.call && !diesAt.done) return die();
          const answer = await method.apply(target, given);
          return mine === diesAt.call ? die() : answer;
        };
      },
    });
  const ports = {
    reader: through(world.cluster.reader),
    writer: through(world.cluster.writerOf(name)),
    signals: [world.signal],
    series: through(world.series),
    decisions: through(world.decisions),
    ticks: through(world.ticks),
    progress: through(world.progress),
    policies: { inCharge: async () => ({ policies: new Map(), killSwitch: null }) },
    schedules: { list: async () => new Map() },
    hpas: {},
    floors: {},
    limits: { limits: async () => new Map() },
    noticeBoard: through({ post: async () => undefined }),
    events: through({ publish: async () => undefined }),
    advisor: { advise: async () => null },
    clock: world.clock,
    wall: world.clock,
    log: QUIET,
  } as unknown as TickPorts;
  const run = (scheduledAt: number) =>
    Promise.race([runTick(ports, SETTINGS, 'c', scheduledAt).then((report) => report.kind), death]);
  return { run, calls: () => calls };
}

const NEVER = { call: Number.POSITIVE_INFINITY, done: false };
const AT_ONCE: Turn = () => Promise.resolve();

async function cleanTick(world: World, at: number): Promise<void> {
  world.moveTo(at);
  expect(await makeProcess(world, AT_ONCE, `clean ${at}`, NEVER).run(at)).toBe('done');
}

/** What remains, without what only says when it was looked at. */
function remains(world: World) {
  const entries = [...world.series.latest()].map(([key, entry]: [string, WorkloadMemory]) => [
    key,
    { past: entry.past.map(({ from, to }) => ({ from, to })), replicas: entry.observation.replicas.spec },
  ]);
  return { replicas: world.cluster.replicas(), entries: Object.fromEntries(entries) };
}

/** Every change that reached the cluster is in the history once, as applied. */
function expectHistory(world: World): void {
  const applied = world.decisions.all().filter(({ outcome }) => outcome.kind === 'applied');
  const inHistory = applied.map(
    ({ decision: { workload, current, target } }) => `${workload.name} ${current} ${target}`,
  );
  const inCluster = world.cluster.writes.map(({ name, from, to }) => `${name} ${from} ${to}`);
  expect(inHistory.toSorted()).toEqual(inCluster.toSorted());
}

describe('tick safety', () => {
  it('leaves the same behind as ticks one by one, wherever a tick dies', async () => {
    const alone = makeWorld();
    const whole = makeProcess(alone, AT_ONCE, 'whole', NEVER);
    await whole.run(NOW);
    await cleanTick(alone, NOW + MINUTE);
    await cleanTick(alone, NOW + 2 * MINUTE);
    const expected = remains(alone);
    expect(alone.cluster.writes.length).toBeGreaterThanOrEqual(2);
    for (let call = 1; call <= whole.calls(); call++)
      for (const done of [false, true]) {
        const world = makeWorld();
        const first = makeProcess(world, AT_ONCE, 'first', { call, done });
        await first.run(NOW);
        const again = await makeProcess(world, AT_ONCE, 'again', NEVER).run(NOW);
        if (again === 'done') expect(world.cluster.writes.every(({ by }) => by === 'again')).toBe(true);
        await cleanTick(world, NOW + MINUTE);
        await cleanTick(world, NOW + 2 * MINUTE);
        expect(remains(world), `died at call ${call}, done: ${done}`).toEqual(expected);
        expectHistory(world);
      }
  });

  it('applies nothing twice and loses nothing: any order of turns, deliveries repeated, late or at once, any death', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), deliveries, async (scheduler, all) => {
        const world = makeWorld();
        const turn: Turn = (what) => scheduler.schedule(Promise.resolve(), what);
        const runs = all.map(({ minute, lateSeconds, call, done }, i) => {
          const scheduledAt = NOW + minute * MINUTE;
          const process = makeProcess(world, turn, `${scheduledAt}`, { call, done });
          return scheduler
            .schedule(Promise.resolve(), `delivery ${i}`)
            .then(() => world.moveTo(Math.max(world.clock.now(), scheduledAt + lateSeconds * 1000)))
            .then(() => process.run(scheduledAt).catch(() => 'failed'));
        });
        await scheduler.waitIdle();
        await Promise.all(runs);
        const keys = world.cluster.writes.map(({ name, by }) => `${name} of tick ${by}`);
        expect(new Set(keys).size).toBe(keys.length);
        await cleanTick(world, NOW + 10 * MINUTE);
        await cleanTick(world, NOW + 12 * MINUTE);
        expectHistory(world);
        const alone = makeWorld();
        await cleanTick(alone, NOW);
        await cleanTick(alone, NOW + 2 * MINUTE);
        expect(world.cluster.replicas()).toEqual(alone.cluster.replicas());
      }),
      { numRuns: 150 },
    );
  });

  it('a process that thaws after its lease writes nothing any more', async () => {
    const world = makeWorld();
    const thawing: Turn = async (what) => {
      if (what.endsWith(' confirm')) world.moveTo(NOW + 50_000);
    };
    await makeProcess(world, thawing, 'thawed', NEVER).run(NOW);
    expect(world.cluster.writes).toEqual([]);
  });
});

/** Three deliveries of up to three scheduled times; most live. */
const deliveries = fc.array(
  fc.record({
    minute: fc.integer({ min: 0, max: 2 }),
    lateSeconds: fc.integer({ min: 0, max: 110 }),
    call: fc.oneof(fc.constant(Number.POSITIVE_INFINITY), fc.integer({ min: 1, max: 22 })),
    done: fc.boolean(),
  }),
  { minLength: 2, maxLength: 4 },
);
