// FloorStore in this process, for tests that need no table.
import type { FloorRecord, FloorStore } from '../../lib/app/ports/floor-store.ts';
import { workloadKey } from '../../lib/domain/workload/identity.ts';
import type { EpochMs } from '../../lib/domain/workload/time.ts';

export function makeMemoryFloorStore(): FloorStore {
  const floors = new Map<string, FloorRecord>();
  const holds = new Map<string, EpochMs>();
  const keyOf = (ref: FloorRecord['workload']) => `${ref.cluster}/${workloadKey(ref)}`;
  return {
    list: async (cluster) => [...floors.values()].filter(({ workload }) => workload.cluster === cluster),
    get: async (ref) => floors.get(keyOf(ref)) ?? null,
    put: async (record) => void floors.set(keyOf(record.workload), record),
    forget: async (ref) => void floors.delete(keyOf(ref)),
    heldOffUntil: async (cluster) => holds.get(cluster) ?? 0,
    holdOff: async (cluster, until) => void holds.set(cluster, until),
  };
}
