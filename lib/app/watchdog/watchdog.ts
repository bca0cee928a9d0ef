// Apart from the ticks, so that it works when they do not: no floor stays on an HPA that nobody tends, and what has no HPA
// meets the hour ahead with the replicas that it took before.
import { mayHoldFloor } from '../../domain/hpa/floor.ts';
import { workloadKey } from '../../domain/workload/identity.ts';
import { policyOf } from '../../domain/workload/policy-from-annotations.ts';
import { statedIn } from '../../domain/workload/stated.ts';
import type { EpochMs } from '../../domain/workload/time.ts';
import { type FloorPorts, isMarked } from '../apply/floor-on-hpa.ts';
import type { GivenBack } from '../apply/give-floor-back.ts';
import { releaseCluster } from '../apply/release-floors.ts';
import type { ClusterSnapshot } from '../ports/cluster.ts';
import type { KillSwitchStore } from '../ports/kill-switch-store.ts';
import type { Policies } from '../ports/policy-store.ts';
import type { TickStore } from '../ports/tick-store.ts';
import type { Log } from '../ports/world.ts';
import { type Raised, type RaisePorts, type RaiseSettings, raiseWhileAway } from './raise.ts';

export interface WatchdogPorts extends FloorPorts, RaisePorts {
  readonly ticks: RaisePorts['ticks'] & Pick<TickStore, 'last'>;
  readonly killSwitches: Pick<KillSwitchStore, 'whereOn'>;
}

export interface WatchdogReport {
  readonly cluster: string;
  /** Why floors were given back, or `tended` where each has somebody in charge. */
  readonly reason: 'no_floors' | 'tended' | 'untended' | 'ticks_stopped' | 'kill_switch';
  readonly released: readonly GivenBack[];
  /** Workloads without an HPA, where ticks have stopped. */
  readonly raised: readonly Raised[];
}

/** Ticks come every minute; one that fails is followed by others, and ten in a row are no accident. */
const SILENCE_TICKS = 10;

/**
 * Gives every floor of a cluster back where no tick has finished for ten intervals, and otherwise those whose workload is
 * no longer scaled through its HPA: deleted, disabled, paused, or with a second HPA or KEDA on it. Where ticks have
 * stopped, workloads that no HPA scales are raised to what their coming hour has taken, and never lowered.
 * @throws AdapterError where the table or the cluster cannot be read: the next run tries again
 */
export async function runWatchdog(
  ports: WatchdogPorts,
  settings: RaiseSettings,
  cluster: string,
  now: EpochMs,
): Promise<WatchdogReport> {
  // Whoever set it wants nothing changed, by us least of all; a person may still ask for a release.
  const { tickSeconds, killSwitch } = settings;
  const isStopped = killSwitch !== null || (await ports.killSwitches.whereOn(cluster)) !== null;
  if (isStopped) return { cluster, reason: 'kill_switch', released: [], raised: [] };
  const last = await ports.ticks.last(cluster);
  const isSilent = last === null || now - last.finishedAt > SILENCE_TICKS * tickSeconds * 1000;
  // Other workloads each, and neither waits for what stops the other.
  const [given, grown] = await Promise.allSettled([
    isSilent ? releaseCluster(ports, cluster) : releaseUntended(ports, tickSeconds, cluster, now),
    isSilent ? raiseWhileAway(ports, settings, cluster, last, now) : [],
  ]);
  if (given.status === 'fulfilled') tellReleased(ports.log, cluster, given.value ?? []);
  if (grown.status === 'fulfilled') tellRaised(ports.log, cluster, grown.value);
  if (given.status === 'rejected') throw given.reason;
  if (grown.status === 'rejected') throw grown.reason;
  const [released, raised] = [given.value, grown.value];
  if (released === null) return { cluster, reason: 'no_floors', released: [], raised };
  const reason = isSilent ? 'ticks_stopped' : released.length > 0 ? 'untended' : 'tended';
  return { cluster, reason, released, raised };
}

function tellReleased(log: Log, cluster: string, released: readonly GivenBack[]): void {
  for (const { kind, message } of released)
    log[kind === 'failed' ? 'error' : 'warn']('floor given back by the watchdog', { cluster, message });
}

function tellRaised(log: Log, cluster: string, raised: readonly Raised[]): void {
  for (const { workload, kind, message } of raised) {
    const what = kind === 'applied' ? 'raised by the watchdog' : 'not raised by the watchdog';
    const isFailure = kind === 'failed' || kind === 'conflict';
    log[isFailure ? 'error' : 'warn'](what, { cluster, workload: workloadKey(workload), message });
  }
}

/** Null where no floor is held: then one LIST was all. */
async function releaseUntended(
  ports: WatchdogPorts,
  tickSeconds: number,
  cluster: string,
  now: EpochMs,
): Promise<readonly GivenBack[] | null> {
  const [hpas, records] = await Promise.all([ports.hpas.list(cluster, null), ports.floors.list(cluster)]);
  if (records.length === 0 && !hpas.some((hpa) => isMarked(hpa, null))) return null;
  const [snapshot, policies] = await Promise.all([ports.reader.snapshot(cluster), ports.policies.list(cluster)]);
  return releaseCluster(ports, cluster, (ref) => !isTended(snapshot, policies, workloadKey(ref), { tickSeconds, now }));
}

/** Where owners cannot be told, nothing is concluded from it. */
function isTended(
  snapshot: ClusterSnapshot,
  policies: Policies,
  key: string,
  { tickSeconds, now }: { readonly tickSeconds: number; readonly now: EpochMs },
): boolean {
  const workload = snapshot.workloads.get(key);
  if (workload === undefined) return false;
  if (workload.owner.kind === 'unknown') return true;
  const stated = statedIn(policies, workload.workload);
  const seen = { ...workload, at: now, ignoresSignals: true } as const;
  return mayHoldFloor(policyOf(seen, stated, tickSeconds, undefined), workload.owner);
}
