// One look between two ticks: newer pod metrics of what is scaled directly, and more replicas where they are wanted. Never fewer.

import { blastBudget } from '../../domain/guardrails/cluster/blast-radius.ts';
import { workloadKey } from '../../domain/workload/identity.ts';
import type { EpochMs } from '../../domain/workload/time.ts';
import { fenced } from '../apply/fence.ts';
import { underSwitch } from '../kill-switch.ts';
import type { LimitsReader } from '../ports/cluster.ts';
import type { LookStore } from '../ports/look-store.ts';
import type { LookTask } from '../ports/look-task.ts';
import type { PolicyStore } from '../ports/policy-store.ts';
import type { TickStore } from '../ports/tick-store.ts';
import { AdapterError, type Clock } from '../ports/world.ts';
import { restrain, type SafetySettings } from '../tick/restrain.ts';
import { type ActPorts, actIn } from './act-in.ts';
import { leftOf, lookPurse } from './look-purse.ts';
import { type LookedAt, type RisePorts, risesOf } from './rises.ts';
import { readShards, type ShardPorts } from './shards.ts';

export interface LookPorts extends ShardPorts, RisePorts, ActPorts {
  readonly ticks: TickStore;
  readonly looks: LookStore;
  readonly policies: Pick<PolicyStore, 'inCharge'>;
  readonly limits: LimitsReader;
  readonly clock: Clock;
  /** Real time, also where `clock` runs faster: writing ends by it. */
  readonly wall: Clock;
}

export interface LookSettings {
  readonly tickSeconds: number;
  readonly lookSeconds: number;
  /** Why nothing may be changed anywhere, or null. */
  readonly killSwitch: string | null;
  readonly safety: SafetySettings;
}

export type LookReport =
  /** How many workloads were given more. */
  | { readonly kind: 'looked'; readonly raised: number }
  | {
      readonly kind: 'dropped';
      /**
       * `overtaken`: its tick has not finished, or a later one has begun. `done`: delivered twice. `held`: kill switch or circuit
       * breaker. `spent`: nothing of the blast radius is left.
       */
      readonly reason: 'late' | 'early' | 'overtaken' | 'done' | 'held' | 'spent' | 'off';
    };

/** Its readings are the present's; what it would follow is soon the next look's, or the tick's. */
const LATE_MS = 10_000;
/** Clocks differ by seconds. */
const EARLY_MS = 5_000;
/** From its time on: a late look may still do what it began. */
const WRITING_MS = LATE_MS + 4_000;
/** No write begins so shortly before the next tick: that one would not see what is still on its way. */
const ON_ITS_WAY_MS = 5_000;

/**
 * Looks once. It takes no lease: a tick that begins overtakes it, and nothing of it begins after that.
 * @throws AdapterError where the cluster or the table is away: what it meant to do is in the journal then
 */
export async function runLook(ports: LookPorts, settings: LookSettings, task: LookTask): Promise<LookReport> {
  const { cluster, scheduledAt, at, due } = task;
  const started = ports.clock.now();
  const wallMs = ports.wall.now();
  if (settings.lookSeconds <= 0) return dropped('off');
  if (!(started - due <= LATE_MS)) return dropped('late');
  if (due - started > EARLY_MS) return dropped('early');
  const stood = await ports.looks.after(cluster, scheduledAt);
  if (stood === null) return dropped('overtaken');
  const { summary, looked } = stood;
  if (looked.at === at) return dropped('done');
  if (settings.killSwitch !== null || (summary.readiness?.hold ?? null) !== null) return dropped('held');
  const whole = blastBudget(settings.safety.blast, task.clusterReplicas);
  const left = leftOf(whole, summary.spent ?? whole, looked);
  if (left.replicas === 0 || left.workloads === 0) return dropped('spent');
  // In real time, also where others simulate.
  const writesUntil =
    wallMs + Math.min(due + WRITING_MS, scheduledAt + due - at + 1000 * settings.tickSeconds - ON_ITS_WAY_MS) - started;
  const found = await readShards(ports, task, summary.wanting ?? []);
  if (found.length === 0) return { kind: 'looked', raised: 0 };
  const { policies, killSwitch } = await ports.policies.inCharge(cluster);
  if (underSwitch(settings, killSwitch).killSwitch !== null) return dropped('held');
  const rising = await risesOf(ports, settings, { cluster, at, policies, looked: looked.at !== 0 }, found);
  const writing = { ...ports, writer: fenced(ports.writer, ports.wall.now, writesUntil) };
  return raise(writing, settings, task, rising);
}

/** Within quotas and what is left of the blast radius, shard by shard. */
async function raise(
  ports: LookPorts,
  { safety }: LookSettings,
  task: LookTask,
  rising: readonly LookedAt[],
): Promise<LookReport> {
  const { cluster, clusterReplicas } = task;
  const rises = rising.flatMap((one) => one.rises);
  if (rises.length === 0) return { kind: 'looked', raised: 0 };
  try {
    const purse = lookPurse(ports.looks, task);
    const { decisions } = await restrain(ports.limits, safety, cluster, rises, clusterReplicas, null, purse);
    let raised = 0;
    for (const one of rising) {
      const granted = one.rises.flatMap((rise) => {
        const decision = decisions.get(workloadKey(rise.decision.workload)) ?? rise.decision;
        return decision.blockedBy === null && decision.target > decision.current ? [{ ...rise, decision }] : [];
      });
      raised += await actIn(ports, task, { ...one, rises: granted });
    }
    if (raised > 0) ports.log.info('a look gave more replicas', { cluster, workloads: raised, at: isoOf(task.at) });
    return { kind: 'looked', raised };
  } catch (error) {
    if (error instanceof AdapterError && error.code === 'overtaken') return dropped('overtaken');
    throw error;
  }
}

function dropped(reason: Extract<LookReport, { kind: 'dropped' }>['reason']): LookReport {
  return { kind: 'dropped', reason };
}

function isoOf(at: EpochMs): string {
  return new Date(at).toISOString();
}
