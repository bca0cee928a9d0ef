// One cluster and one table in memory, however many ticks and commands work on them; each may fail or die at any call.

import { type CommandPorts, changePolicy, decideNow } from '../../lib/app/commands/commands.ts';
import type { SignalSource } from '../../lib/app/ports/cluster.ts';
import type { PolicyRecord } from '../../lib/app/ports/policy-store.ts';
import { AdapterError, type AutoscalerEvent, type Log } from '../../lib/app/ports/world.ts';
import { runTick } from '../../lib/app/tick/tick.ts';
import type { TickPorts } from '../../lib/app/tick/tick-ports.ts';
import { statedIn } from '../../lib/domain/workload/stated.ts';
import { makeMemoryProgressStore } from '../stand-ins/memory-progress-store.ts';
import {
  makeMemoryCluster,
  makeMemoryDecisionStore,
  makeMemorySeriesStore,
  makeMemoryTickStore,
} from '../stand-ins/memory-tick-parts.ts';
import { policiesWith } from './policies.ts';
import { NOW } from './workloads.ts';

export const MINUTE = 60_000;
const SETTINGS = {
  tickSeconds: 60,
  killSwitch: null,
  annotate: false,
  annotateOnEnable: false,
  shardsInPlace: 8,
  safety: {
    blast: { sharePercent: 100, freeReplicas: 1000, workloads: 1000 },
    hold: { fallPercent: 20, calmTicks: 10 },
  },
};
const QUIET: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };
const WEB = { cluster: 'c', namespace: 'shop', name: 'web' };

/** What goes wrong with one call: it throws or the process dies in it, before or after it was carried out. */
export interface Fault {
  readonly call: number;
  readonly isDone: boolean;
  readonly kind: 'throws' | 'dies';
}
/** Called before each call, with its name. */
export type Turn = (what: string) => Promise<unknown>;
const AT_ONCE: Turn = () => Promise.resolve();

export function makeSharedWorld() {
  const cluster = makeMemoryCluster(
    { web: 10 },
    {
      'ai4k8s.io/predictive-autoscaling-enabled': 'true',
      'ai4k8s.io/mode': 'scale',
      'ai4k8s.io/max-replicas': '50',
      'ai4k8s.io/llm': 'off',
    },
  );
  const series = makeMemorySeriesStore();
  const world = {
    now: NOW,
    cores: 3,
    cluster,
    ticks: makeMemoryTickStore(),
    progress: makeMemoryProgressStore(),
    series: { ...series, locate: async () => ({ id: 0, workloads: [WEB], places: [{ slot: 0, since: 0 }] }) },
    decisions: makeMemoryDecisionStore(),
    events: [] as AutoscalerEvent[],
    policy: null as PolicyRecord | null,
    policies: () => policiesWith(world.policy === null ? [] : [['shop/web', world.policy]]),
  };
  const signal: SignalSource = {
    name: 'load',
    read: async () => {
      const at = { at: world.now, coverage: 1, atLimit: false };
      const readings = { cpu: { demand: world.cores, ...at }, memory: { demand: 1, ...at } };
      return { problems: [], readings: new Map([['shop/web', readings]]) };
    },
  };

  /** One process: a tick or a command. */
  function process(by: string, turn: Turn = AT_ONCE, fault?: Fault) {
    let calls = 0;
    let died: () => void = () => undefined;
    const death = new Promise<'died'>((resolve) => {
      died = () => resolve('died');
    });
    const fail = (method: string) => {
      if (fault?.kind === 'throws')
        throw new AdapterError('kubernetes', `${method} failed: read ECONNRESET`, { retryable: true });
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
      policies: through({
        inCharge: async () => ({
          policies: world.policies(),
          killSwitch: null,
        }),
        get: async () => world.policy,
        stated: async () => statedIn(world.policies(), WEB),
        put: async (record: PolicyRecord) => {
          world.policy = record;
        },
      }),
      schedules: { list: async () => new Map(), listOf: async () => [] },
      hpas: {},
      floors: { get: async () => null },
      limits: { limits: async () => new Map() },
      noticeBoard: through({ post: async () => undefined }),
      events: through({ publish: async (events: readonly AutoscalerEvent[]) => void world.events.push(...events) }),
      advisor: { advise: async () => null },
      clock,
      wall: clock,
      log: QUIET,
    } as unknown as TickPorts & CommandPorts;
    return {
      calls: () => calls,
      ports,
      tick: (at: number) => Promise.race([runTick(ports, SETTINGS, 'c', at).then(({ kind }) => kind), death]),
      pause: () =>
        Promise.race([
          changePolicy(ports, SETTINGS, WEB, { paused: 'true' }, by, 'nothing').then(({ kind }) => kind),
          death,
        ]),
      apply: () => Promise.race([decideNow(ports, SETTINGS, WEB, by, 'person').then(({ kind }) => kind), death]),
    };
  }

  return Object.assign(world, {
    process,
    /** A tick that nothing disturbs. */
    async clean(at: number) {
      world.now = Math.max(world.now, at);
      await process(`tick ${(at - NOW) / MINUTE}`).tick(at);
      const entry = series.latest().get('shop/web');
      if (entry === undefined) throw new Error('no tick has seen web');
      return entry;
    },
    latest: () => series.latest().get('shop/web'),
    /** Changes as the history tells them: from, to, who asked. */
    history: () =>
      world.decisions
        .all()
        .filter(({ outcome }) => outcome.kind === 'applied')
        .map(({ decision: { current, target }, requestedBy }) => `${current} → ${target}${by(requestedBy)}`),
    /** Changes as they reached the cluster, in the same words. */
    writes: () =>
      cluster.writes.map((one) => `${one.from} → ${one.to}${by(one.by.startsWith('tick') ? null : one.by)}`),
    told: () => world.events.filter(({ type }) => type === 'DecisionApplied').length,
  });
}

export type SharedWorld = ReturnType<typeof makeSharedWorld>;

function by(who: string | null): string {
  return who === null ? '' : ` by ${who}`;
}
