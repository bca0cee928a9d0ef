// AskedStore in this process, for tests that need no table.

import type { RequestStore } from '../../lib/app/ports/request-store.ts';
import type { Request } from '../../lib/domain/decision/request.ts';
import { type WorkloadRef, workloadKey } from '../../lib/domain/workload/identity.ts';

export function makeMemoryAskedStore(): RequestStore {
  const all = new Map<string, Request>();
  const tellers = new Map<string, string>();
  const keyOf = (ref: WorkloadRef, id: string) => `${ref.cluster}/${workloadKey(ref)}#${id}`;
  const sorted = (prefix: string) =>
    [...all]
      .filter(([key]) => key.startsWith(prefix))
      .map(([, asked]) => asked)
      .toSorted((a, b) => a.record.decision.at - b.record.decision.at);
  return {
    async ask(asked) {
      const key = keyOf(asked.record.decision.workload, asked.record.decision.id);
      if (all.has(key)) return false;
      all.set(key, structuredClone(asked));
      return true;
    },
    async settle(record) {
      const key = keyOf(record.decision.workload, record.decision.id);
      const asked = all.get(key);
      if (asked === undefined || asked.settled) return false;
      all.set(key, structuredClone({ ...asked, record, settled: true }));
      return true;
    },
    async close(ref, id, recorded, by) {
      const asked = all.get(keyOf(ref, id));
      if (asked === undefined || !asked.settled) return false;
      if (asked.told && tellers.get(keyOf(ref, id)) !== by) return false;
      tellers.set(keyOf(ref, id), by);
      all.set(keyOf(ref, id), { ...asked, told: true, recorded });
      return true;
    },
    async forget(ref, id) {
      all.delete(keyOf(ref, id));
    },
    asked: async (cluster) => sorted(`${cluster}/`),
    askedOf: async (ref) => sorted(keyOf(ref, '')),
  };
}
