// One cluster, one table and one queue in memory, and any number of processes that tick or consume; each may fail or die at any call.

import { packTask } from '../../lib/adapters/sqs/packing.ts';
import type { SignalSource } from '../../lib/app/ports/cluster.ts';
import type { KillSwitchChange } from '../../lib/app/ports/kill-switch-store.ts';
import type { ShardTask } from '../../lib/app/ports/shard-task.ts';
import type { TaskQueue } from '../../lib/app/ports/task-queue.ts';
import { AdapterError, type AutoscalerEvent, type Log } from '../../lib/app/ports/world.ts';
import { evaluateMessages, type MessagePorts } from '../../lib/app/tick/evaluate-messages.ts';
import type { QueueMessage } from '../../lib/app/tick/queue-event.ts';
import type { SafetySettings } from '../../lib/app/tick/restrain.ts';
import { runTick } from '../../lib/app/tick/tick.ts';
import type { TickPorts } from '../../lib/app/tick/tick-ports.ts';
import type { NamespaceLimits } from '../../lib/domain/guardrails/cluster/quota.ts';
import { openShard } from '../../lib/wire/queues.ts';
import { makeMemoryProgressStore } from '../stand-ins/memory-progress-store.ts';
import { makeMemoryShardedSeries } from '../stand-ins/memory-sharded-series.ts';
import { makeMemoryCluster, makeMemoryDecisionStore, makeMemoryTickStore } from '../stand-ins/memory-tick-parts.ts';
import { policiesWith } from './policies.ts';
import { NOW } from './workloads.ts';

export const MINUTE = 60_000;
const ANNOTATIONS = {
  'ai4k8s.io/predictive-autoscaling-enabled': 'true',
  'ai4k8s.io/mode': 'scale',
  'ai4k8s.io/max-replicas': '50',
  'ai4k8s.io/llm': 'off',
};
const WIDE: SafetySettings = {
  blast: { sharePercent: 100, freeReplicas: 1000, workloads: 1000 },
  hold: { fallPercent: 20, calmTicks: 10 },
};

/** What goes wrong with one call: it throws or the process dies in it, before or after it was carried out. */
export interface Fault {
  readonly call: number;
  readonly isDone: boolean;
  readonly kind: 'throws' | 'dies';
}
export type Turn = (what: string) => Promise<unknown>;
const AT_ONCE: Turn = () => Promise.resolve();

/** @param cores demand of each workload of ten replicas of half a core; a shard holds two of them */
export function makeFanOutWorld(cores: readonly number[], safety: SafetySettings = WIDE) {
  const names = cores.map((_, i) => `w${i}`);
  const cluster = makeMemoryCluster(Object.fromEntries(names.map((name) => [name, 10])), ANNOTATIONS);
  const settings = { tickSeconds: 60, killSwitch: null, annotate: false, shardsInPlace: 0, safety };
  const lines: string[] = [];
  const write = (message: string) => void lines.push(message);
  const log: Log = { info: write, warn: write, error: write };
  const world = {
    now: NOW,
    cluster,
    settings,
    lines,
    ticks: makeMemoryTickStore(),
    progress: makeMemoryProgressStore(),
    series: makeMemoryShardedSeries(2),
    decisions: makeMemoryDecisionStore(),
    events: [] as AutoscalerEvent[],
    /** What was handed on and not taken out yet. */
    queue: [] as QueueMessage[],
    killSwitch: null as KillSwitchChange | null,
    /** Pods that the namespace of all has room for; null where nothing limits it. */
    podsLeft: null as number | null,
    /** Where set, the queue takes nothing. */
    isQueueAway: false,
  };
  let sent = 0;
  const shardQueue: TaskQueue<ShardTask> = {
    async send(tasks) {
      if (world.isQueueAway) return tasks;
      for (const task of tasks) world.queue.push({ id: `m${sent++}`, body: packTask(task), receives: 1 });
      return [];
    },
  };
  const signal: SignalSource = {
    name: 'load',
    read: async () => {
      const at = { at: world.now, coverage: 1, atLimit: false };
      const readings = names.map((name, i) => {
        const cpu = { demand: cores[i] ?? 0, ...at };
        return [`shop/${name}`, { cpu, memory: { demand: 1, ...at } }] as const;
      });
      return { problems: [], readings: new Map(readings) };
    },
  };

  /** One process, which calls itself so where it writes. */
  function process(by: string, turn: Turn = AT_ONCE, fault?: Fault) {
    let calls = 0;
    let died: () => void = () => undefined;
    const death = new Promise<'died'>((resolve) => {
      died = () => resolve('died');
    });
    const fail = (method: string) => {
      if (fault?.kind === 'throws') throw new AdapterError('dynamodb', `${method}: ECONNRESET`, { retryable: true });
      died();
      return new Promise<never>(() => undefined);
    };
    const through = <T extends object>(port: T): T =>
      new Proxy(port, {
        get(target, property, receiver) {
          const method = Reflect.get(target, property, receiver);
          if (typeof method !== 'function') return method;
          return async (...given: unknown[]) => {
            const mine = ++calls;
            if (fault?.kind === 'dies' && mine > fault.call) return fail(String(property));
            await turn(`${by} ${String(property)}`);
            if (mine === fault?.call && !fault.isDone) return fail(String(property));
            const answer = await method.apply(target, given);
            return mine === fault?.call ? fail(String(property)) : answer;
          };
        },
      });
    const clock = { now: () => world.now };
    const ports = {
      reader: through(cluster.reader),
      writer: through(cluster.writerOf(by)),
      signals: [signal],
      series: through(world.series),
      decisions: through(world.decisions),
      ticks: through(world.ticks),
      progress: through(world.progress),
      policies: { inCharge: async () => ({ policies: policiesWith(), killSwitch: world.killSwitch }) },
      schedules: { list: async () => new Map() },
      hpas: {},
      floors: {},
      limits: { limits: async () => new Map(world.podsLeft === null ? [] : [['shop', quotaOf(world.podsLeft)]]) },
      noticeBoard: through({ post: async () => undefined }),
      events: through({ publish: async (events: readonly AutoscalerEvent[]) => void world.events.push(...events) }),
      advisor: { advise: async () => null },
      shardQueue: through(shardQueue),
      openShard,
      clock,
      wall: clock,
      log,
    } as unknown as TickPorts & MessagePorts;
    return {
      calls: () => calls,
      ports,
      tick: (at: number) => Promise.race([runTick(ports, settings, 'c', at).then(({ kind }) => kind), death]),
      /** @returns ids that are to come again */
      consume: (batch: readonly QueueMessage[]) => Promise.race([evaluateMessages(ports, settings, batch), death]),
    };
  }

  return Object.assign(world, {
    process,
    moveTo(at: number) {
      world.now = Math.max(world.now, at);
    },
    /** Takes everything out of the queue. */
    takeAll: () => world.queue.splice(0),
    /** A tick and its shards, undisturbed. */
    async clean(at: number) {
      world.now = Math.max(world.now, at);
      const kind = await process(String(at)).tick(at);
      await process(String(at)).consume(world.queue.splice(0));
      return kind;
    },
    /** Every change that reached the cluster is in the history once, as applied. */
    history: () =>
      world.decisions
        .all()
        .filter(({ outcome }) => outcome.kind === 'applied')
        .map(({ decision: { workload, current, target } }) => `${workload.name} ${current} ${target}`)
        .toSorted(),
    writes: () => cluster.writes.map(({ name, from, to }) => `${name} ${from} ${to}`).toSorted(),
  });
}

function quotaOf(pods: number): NamespaceLimits {
  return { quotas: [{ name: 'team', left: { pods } }], podMax: {}, defaultRequests: {}, defaultLimits: {} };
}

export type FanOutWorld = ReturnType<typeof makeFanOutWorld>;
