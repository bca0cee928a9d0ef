// Kubernetes Events: what `kubectl describe deployment` shows of us. Only ever created, never read or changed.
import { createHash } from 'node:crypto';
import pLimit from 'p-limit';
import type { EventRecorder, KubernetesEvent } from '../../app/ports/cluster.ts';
import { AdapterError } from '../../app/ports/world.ts';
import { cleanText } from '../../domain/text/clean-text.ts';
import { workloadKey } from '../../domain/workload/identity.ts';
import { kindOf, type WorkloadKind } from '../../domain/workload/kind.ts';
import type { Connections } from './connection.ts';
import { written } from './written.ts';

/** events.k8s.io/v1: "note … value should be less than 1kB". */
const NOTE_BYTES = 1000;
/** A name holds 253 characters; hash and dot take 17. */
const NAME_CHARS = 200;
const HOUR_MS = 3_600_000;
const WRITES_AT_ONCE = 4;
const CONTROLLER = 'ai4k8s';
const API_VERSIONS: Readonly<Record<WorkloadKind, string>> = {
  Deployment: 'apps/v1',
  StatefulSet: 'apps/v1',
  Rollout: 'argoproj.io/v1alpha1',
};

/** @param instance which process writes: shown as reportingInstance */
export function makeEventRecorder(connect: Connections, instance: string): EventRecorder {
  return {
    async post(notices) {
      const writing = pLimit(WRITES_AT_ONCE);
      const results = await Promise.allSettled(
        notices.map((notice) => writing(() => postOne(connect, notice, instance))),
      );
      const failed = results.find((result) => result.status === 'rejected');
      if (failed !== undefined) throw failed.reason;
    },
  };
}

async function postOne(connect: Connections, notice: KubernetesEvent, instance: string): Promise<void> {
  const { cluster, namespace } = notice.workload;
  const client = await connect(cluster);
  const ask = {
    cluster,
    verb: 'create',
    resource: 'events.events.k8s.io',
    subject: workloadKey(notice.workload),
  } as const;
  const path = `/apis/events.k8s.io/v1/namespaces/${encodeURIComponent(namespace)}/events`;
  const result = await written(ask, () => client.exchange(path, { body: toEvent(notice, instance) }));
  // A conflict means that it is there already: said by an attempt before this one.
  if (result.kind === 'forbidden') throw new AdapterError('kubernetes', result.message, { retryable: false });
}

/** kubectl finds the events of an object by kind, namespace, name and uid together. */
function toEvent(notice: KubernetesEvent, instance: string): object {
  const { workload, uid, at, kind, reason } = notice;
  const { namespace, name } = workload;
  const kindOfWorkload = kindOf(workload);
  return {
    apiVersion: 'events.k8s.io/v1',
    kind: 'Event',
    metadata: { namespace, name: nameOf(notice) },
    // MicroTime: six digits, or the API server refuses it.
    eventTime: new Date(at).toISOString().replace('Z', '000Z'),
    type: kind === 'problem' ? 'Warning' : 'Normal',
    reason,
    action: kind === 'problem' ? 'Refuse' : 'Scale',
    note: withinBytes(cleanText(notice.note, NOTE_BYTES)),
    regarding: { apiVersion: API_VERSIONS[kindOfWorkload], kind: kindOfWorkload, namespace, name, uid },
    reportingController: CONTROLLER,
    reportingInstance: instance,
  };
}

/**
 * The same problem of the same object within an hour has the same name, so that the API server itself keeps it from being
 * written twice, whichever process tries. A change has its tick's time in it: each is told.
 */
function nameOf({ workload, uid, at, kind, reason, note }: KubernetesEvent): string {
  const when = kind === 'change' ? at : Math.floor(at / HOUR_MS);
  const digest = createHash('sha256')
    .update(JSON.stringify([uid, reason, note, when]))
    .digest('hex');
  return `${workload.name.slice(0, NAME_CHARS)}.${digest.slice(0, 16)}`;
}

function withinBytes(text: string): string {
  const bytes = Buffer.from(text);
  return bytes.length <= NOTE_BYTES
    ? text
    : bytes
        .subarray(0, NOTE_BYTES)
        .toString()
        .replace(/\uFFFD+$/u, '');
}
