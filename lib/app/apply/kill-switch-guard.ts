// The last door before a cluster: what was decided before somebody switched it off is not written after.

import { switchedOnMessage } from '../kill-switch.ts';
import type { ClusterWriter, EventRecorder, HpaAccess, PodResizer } from '../ports/cluster.ts';
import type { KillSwitchChange, KillSwitchStore } from '../ports/kill-switch-store.ts';
import { AdapterError } from '../ports/world.ts';

interface Writers {
  readonly writer: ClusterWriter;
  readonly hpas: HpaAccess;
  readonly resizer: PodResizer;
  readonly noticeBoard: EventRecorder;
}

/** How long an answer counts: the writes of a moment share one read, and a switch is felt within the next. */
const COUNTS_MS = 1000;

/**
 * The same ports, each of whose writes asks the switch of its cluster first. For what works by itself and for some time: ticks
 * and the watchdog. What only reads passes.
 * @param now wall time
 * @throws AdapterError from each write while the switch is on, or where nobody can tell
 */
export function stoppable<T extends Writers>(ports: T, switches: KillSwitchStore, now: () => number): T {
  const ask = remembered((cluster) => switches.whereOn(cluster), now);
  const unlessOff = async <R>(cluster: string, write: () => Promise<R>): Promise<R> => {
    const change = await ask(cluster);
    if (change !== null) throw stopped(change);
    return write();
  };
  const { writer, hpas, resizer, noticeBoard } = ports;
  return {
    ...ports,
    writer: {
      scale: (ref, ...how) => unlessOff(ref.cluster, () => writer.scale(ref, ...how)),
      switchOff: (ref, ...how) => unlessOff(ref.cluster, () => writer.switchOff(ref, ...how)),
      annotate: (ref, ...how) => unlessOff(ref.cluster, () => writer.annotate(ref, ...how)),
    },
    hpas: {
      list: (...what) => hpas.list(...what),
      patch: (hpa, ...how) => unlessOff(hpa.cluster, () => hpas.patch(hpa, ...how)),
      create: (hpa) => unlessOff(hpa.cluster, () => hpas.create(hpa)),
      delete: (hpa) => unlessOff(hpa.cluster, () => hpas.delete(hpa)),
    },
    resizer: {
      isServed: (cluster) => resizer.isServed(cluster),
      resize: (pod, patch) => unlessOff(pod.cluster, () => resizer.resize(pod, patch)),
    },
    noticeBoard: {
      async post(notices) {
        const [first] = notices;
        if (first !== undefined) await unlessOff(first.workload.cluster, () => noticeBoard.post(notices));
      },
    },
  };
}

/** What is asked at once is asked together; what failed is asked again. */
function remembered(ask: (cluster: string) => Promise<KillSwitchChange | null>, now: () => number): typeof ask {
  const asked = new Map<string, { readonly at: number; readonly answer: ReturnType<typeof ask> }>();
  return (cluster) => {
    const last = asked.get(cluster);
    if (last !== undefined && now() - last.at < COUNTS_MS) return last.answer;
    const answer = ask(cluster);
    asked.set(cluster, { at: now(), answer });
    answer.catch(() => asked.delete(cluster));
    return answer;
  };
}

function stopped(change: KillSwitchChange): AdapterError {
  const message = `nothing was written: ${switchedOnMessage(change)}`;
  return new AdapterError('tick', message, { retryable: false, code: 'kill_switch' });
}
