// Events in core/v1 and events.k8s.io/v1: two views of the same records, written and read.
import type { EventRecord, ObjectReference } from './events.ts';
import { isObject, type Json, type JsonObject, type KubeObject, microTimestamp, timestamp } from './kube-object.ts';
import { StatusError } from './status.ts';
import { uidOf } from './workload.ts';
import type { World } from './world.ts';

export type EventApi = 'v1' | 'events.k8s.io/v1';

/** The real server refuses longer notes. */
const LONGEST_NOTE_BYTES = 1024;

export function eventObject(event: EventRecord, api: EventApi): KubeObject {
  const { namespace, name, uid, type, reason, message, regarding, action, controller, instance, count } = event;
  const metadata = {
    name,
    namespace,
    uid,
    resourceVersion: String(event.resourceVersion),
    creationTimestamp: timestamp(event.createdAt),
  };
  const first = timestamp(event.firstAt);
  const last = timestamp(event.lastAt);
  const source = { component: controller };
  const object = { apiVersion: api, kind: 'Event', metadata, type, reason, action };
  const reference = { ...regarding };
  if (api === 'v1') {
    return {
      ...object,
      involvedObject: reference,
      message,
      source,
      firstTimestamp: first,
      lastTimestamp: last,
      count,
      eventTime: null,
      reportingComponent: controller,
      reportingInstance: instance,
    };
  }
  return {
    ...object,
    regarding: reference,
    note: message,
    eventTime: microTimestamp(event.firstAt),
    reportingController: controller,
    reportingInstance: instance,
    deprecatedSource: source,
    deprecatedFirstTimestamp: first,
    deprecatedLastTimestamp: last,
    deprecatedCount: count,
  };
}

/**
 * Reads a posted Event, as strictly as the real server where that matters to who posts.
 * @throws StatusError 422 for an event the real server would refuse
 */
export function readEvent(object: KubeObject, api: EventApi, namespace: string, world: World): EventRecord {
  const isCore = api === 'v1';
  const regarding = readReference(isCore ? object.involvedObject : object.regarding);
  const name = nameOf(object.metadata, world);
  const message = text(isCore ? object.message : object.note);
  if (!isCore) requireOfEventsV1(object, message);
  if ((regarding.namespace ?? 'default') !== namespace)
    throw invalid(name, `the object it regards lies in "${regarding.namespace ?? ''}", the event in "${namespace}"`);
  const at = Date.parse(text(object.eventTime) || text(isCore ? object.lastTimestamp : undefined)) / 1000;
  const when = Number.isFinite(at) ? at : world.seconds;
  return {
    namespace,
    name,
    uid: uidOf(`event ${namespace}/${name}`),
    createdAt: world.seconds,
    type: text(object.type) || 'Normal',
    reason: text(object.reason),
    message,
    regarding,
    action: text(object.action),
    controller: text(isCore ? object.reportingComponent : object.reportingController) || component(object.source),
    instance: text(object.reportingInstance),
    firstAt: when,
    lastAt: when,
    count: typeof object.count === 'number' ? object.count : 1,
    resourceVersion: 0,
  };
}

function requireOfEventsV1(object: KubeObject, note: string): void {
  const name = text(object.metadata.name);
  for (const field of ['eventTime', 'reportingController', 'reportingInstance', 'action', 'reason']) {
    if (text(object[field]) === '') throw invalid(name, `${field}: Required value`);
  }
  if (object.type !== 'Normal' && object.type !== 'Warning') throw invalid(name, 'type must be Normal or Warning');
  if (Buffer.byteLength(note) > LONGEST_NOTE_BYTES) throw invalid(name, `note: at most ${LONGEST_NOTE_BYTES} bytes`);
}

function nameOf(metadata: JsonObject, world: World): string {
  if (text(metadata.name) !== '') return text(metadata.name);
  const prefix = text(metadata.generateName);
  if (prefix === '') throw invalid('', 'metadata.name: name or generateName is required');
  return world.events.nextName(prefix);
}

function readReference(value: Json): ObjectReference {
  const reference = isObject(value) ? value : {};
  const texts = Object.entries(reference).filter(([, one]) => typeof one === 'string');
  return Object.fromEntries(texts);
}

function component(source: Json): string {
  return isObject(source) ? text(source.component) : '';
}

function text(value: Json): string {
  return typeof value === 'string' ? value : '';
}

function invalid(name: string, message: string): StatusError {
  return new StatusError(422, 'Invalid', `Event "${name}" is invalid: ${message}`);
}
