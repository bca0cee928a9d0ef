// One cluster, its table and its load, and processes that tick or look at it: in whatever order they get their turns.

import { type LookPorts, runLook } from '../../lib/app/look/run-look.ts';
import type { SignalSource } from '../../lib/app/ports/cluster.ts';
import type { LookTask } from '../../lib/app/ports/look-task.ts';
import type { ScheduleRecord } from '../../lib/app/ports/schedule-store.ts';
import type { Log } from '../../lib/app/ports/world.ts';
import { runTick } from '../../lib/app/tick/tick.ts';
import type { TickPorts } from '../../lib/app/tick/tick-ports.ts';
import type { LevelsAbove } from '../../lib/domain/workload/stated.ts';
import { policiesWith } from '../make/policies.ts';
import { NOW } from '../make/workloads.ts';
import { makeMemoryProgressStore } from './memory-progress-store.ts';
import {
  makeMemoryCluster,
  makeMemoryDecisionStore,
  makeMemorySeriesStore,
  makeMemoryTickStore,
} from './memory-tick-parts.ts';

export const SETTINGS = {
  tickSeconds: 60,
  killSwitch: null,
  annotate: false,
  shardsInPlace: 8,
  lookSeconds: 15,
  safety: {
    blast: { sharePercent: 100, freeReplicas: 1000, workloads: 1000 },
    hold: { fallPercent: 20, calmTicks: 10 },
  },
};
const QUIET: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** Two workloads at 140 % and 90 % of their requests: both need more. */
const WORKLOADS = { web: { replicas: 10, cores: 7 }, api: { replicas: 10, cores: 4.5 } };

/** What stands for AWS and the cluster: one of each, however many processes tick or look. */
export function makeWorld() {
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
    /** Times as much as at first. */
    load: 1,
    /** Looks that ticks sent. */
    looks: [] as LookTask[],
    /** What is said above its workloads. */
    above: {} as Partial<LevelsAbove>,
    /** By `namespace/name`. */
    schedules: new Map<string, readonly ScheduleRecord[]>(),
    killSwitch: null as { on: true; reason: string; by: null; at: null } | null,
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
            cpu: { demand: world.load * cores, at: world.now, coverage: 1, atLimit: false },
            memory: { demand: 1, at: world.now, coverage: 1, atLimit: false },
          },
        ]),
      ),
    }),
  };
  const moveTo = (at: number) => {
    world.now = at;
  };
  return Object.assign(world, { signal, clock: { now: () => world.now }, moveTo });
}
export type World = ReturnType<typeof makeWorld>;
export type Turn = (what: string) => Promise<unknown>;

export const NEVER = { call: Number.POSITIVE_INFINITY, done: false };

/** One Lambda invocation: every call waits for its turn, and from `diesAt` on nothing is answered any more. */
export function makeProcess(
  world: World,
  turn: Turn,
  name: string,
  diesAt: { readonly call: number; readonly done: boolean } = NEVER,
  settings = SETTINGS,
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
    usage: world.signal,
    series: through(world.series),
    decisions: through(world.decisions),
    ticks: through(world.ticks),
    looks: through(world.ticks),
    progress: through(world.progress),
    policies: { inCharge: async () => ({ policies: policiesWith([], world.above), killSwitch: world.killSwitch }) },
    lookQueue: {
      send: async (tasks: readonly LookTask[]) => {
        world.looks.push(...tasks);
        return [];
      },
    },
    schedules: { list: async () => world.schedules },
    hpas: {},
    floors: {},
    limits: { limits: async () => new Map() },
    noticeBoard: through({ post: async () => undefined }),
    events: through({ publish: async () => undefined }),
    advisor: { advise: async () => null },
    clock: world.clock,
    wall: world.clock,
    log: QUIET,
  } as unknown as TickPorts & LookPorts;
  const run = (scheduledAt: number) =>
    Promise.race([runTick(ports, settings, 'c', scheduledAt).then((report) => report.kind), death]);
  const look = (task: LookTask) => Promise.race([runLook(ports, settings, task), death]);
  return { run, look, calls: () => calls };
}
