// PATCH, PUT, POST and DELETE: what may be changed, and under which preconditions.
import { isDeepStrictEqual } from 'node:util';
import { deploymentObject, scaleObject } from './deployment-objects.ts';
import { type EventApi, eventObject, readEvent } from './event-objects.ts';
import { makeHpa } from './hpa.ts';
import { type HpaVersion, hpaObject, readHpaSpec } from './hpa-objects.ts';
import { isObject, type Json, type JsonObject, type KubeObject } from './kube-object.ts';
import { applyPatch } from './patch.ts';
import { podObject } from './pod-objects.ts';
import { reportedReady } from './pods-elsewhere.ts';
import { apiVersionOf, qualified, type Resource } from './resource.ts';
import { conflict, methodNotAllowed, notFound, StatusError, success } from './status.ts';
import type { Workload } from './workload.ts';
import type { World } from './world.ts';

export interface WriteRequest {
  readonly method: string;
  readonly resource: Resource;
  readonly namespace: string;
  /** Null for POST. */
  readonly name: string | null;
  readonly subresource: string | null;
  readonly contentType: string;
  readonly body: Json;
  readonly dryRun: boolean;
}

export interface Written {
  readonly code: number;
  readonly object: KubeObject;
}

/** @throws StatusError for whatever the real server would refuse, and for what the simulation cannot follow */
export function write(world: World, request: WriteRequest): Written {
  const { resource, name } = request;
  if (!world.namespaces.has(request.namespace)) throw notFound('namespaces', request.namespace);
  if (resource.plural === 'deployments' && name !== null) return writeDeployment(world, request, name);
  if (resource.plural === 'horizontalpodautoscalers') {
    return name === null ? createHpa(world, request) : writeHpa(world, request, name);
  }
  if (resource.plural === 'pods' && resource.group === '' && name !== null && request.subresource === 'status')
    return writePodStatus(world, request, name);
  if (resource.plural === 'events' && name === null && request.method === 'POST') return createEvent(world, request);
  throw methodNotAllowed();
}

function writeDeployment(world: World, request: WriteRequest, name: string): Written {
  const workload = world.workload(request.namespace, name);
  if (workload === undefined) throw notFound(qualified(request.resource), name);
  const isScale = request.subresource === 'scale';
  if (request.method === 'DELETE') throw methodNotAllowed();
  const current = isScale ? scaleObject(workload) : deploymentObject(workload);
  const next = changed(request, current);
  const replicas = readReplicas(next);
  if (!isScale) checkTemplate(current, next);
  if (request.dryRun) return { code: 200, object: next };
  if (!isScale) applyMetadata(world, workload, next);
  world.scale(workload, replicas);
  return { code: 200, object: isScale ? scaleObject(workload) : deploymentObject(workload) };
}

function applyMetadata(world: World, workload: Workload, next: KubeObject): void {
  const { 'deployment.kubernetes.io/revision': _revision, ...annotations } = readStrings(next, 'annotations');
  const labels = readStrings(next, 'labels');
  const paused = isObject(next.spec) && next.spec.paused === true;
  const isSame = isDeepStrictEqual([annotations, labels], [workload.annotations, workload.labels]);
  if (isSame && paused === workload.paused) return;
  if (paused !== workload.paused) workload.generation++;
  Object.assign(workload, { annotations, labels, paused });
  world.touch(workload);
}

/** As a kubelet writes it. Of simulated pods nobody but the simulation knows. */
function writePodStatus(world: World, request: WriteRequest, name: string): Written {
  const found = world
    .workloads(request.namespace)
    .flatMap((workload) => workload.pods.map((pod) => ({ workload, pod })))
    .find(({ pod }) => pod.name === name);
  if (found === undefined) throw notFound('pods', name);
  if (found.workload.spec.runner === undefined) throw methodNotAllowed();
  const next = changed(request, podObject(found));
  const ready = reportedReady(next);
  if (ready === null)
    throw new StatusError(422, 'Invalid', 'status.conditions: a condition Ready that is True or False is expected');
  if (request.dryRun) return { code: 200, object: next };
  world.reportReady(found.workload, found.pod, ready);
  return { code: 200, object: podObject(found) };
}

function createHpa(world: World, request: WriteRequest): Written {
  if (request.method !== 'POST') throw methodNotAllowed();
  const object = readObject(request);
  const { name } = object.metadata;
  if (typeof name !== 'string' || name === '') throw new StatusError(422, 'Invalid', 'metadata.name: Required value');
  if (world.hpa(request.namespace, name) !== undefined)
    throw new StatusError(409, 'AlreadyExists', `${qualified(request.resource)} "${name}" already exists`);
  const hpa = makeHpa(request.namespace, name, readHpaSpec(object), world.seconds, {
    labels: readStrings(object, 'labels'),
    annotations: readStrings(object, 'annotations'),
  });
  if (!request.dryRun) world.putHpa(hpa);
  return { code: 201, object: hpaObject(hpa, hpaVersion(request)) };
}

function writeHpa(world: World, request: WriteRequest, name: string): Written {
  const hpa = world.hpa(request.namespace, name);
  if (hpa === undefined) throw notFound(qualified(request.resource), name);
  if (request.method === 'DELETE') {
    checkPreconditions(request, hpaObject(hpa, hpaVersion(request)));
    if (!request.dryRun) world.deleteHpa(hpa);
    return { code: 200, object: success(qualified(request.resource), name, hpa.uid) };
  }
  const current = hpaObject(hpa, hpaVersion(request));
  const next = changed(request, current);
  const spec = readHpaSpec(next);
  if (request.dryRun) return { code: 200, object: next };
  const [labels, annotations] = [readStrings(next, 'labels'), readStrings(next, 'annotations')];
  if (!isDeepStrictEqual({ spec, labels, annotations }, pickHpa(hpa))) {
    Object.assign(hpa, { spec, labels, annotations });
    hpa.condition = { ...hpa.condition, readings: spec.metrics.map(() => null) };
    world.putHpa(hpa);
  }
  return { code: 200, object: hpaObject(hpa, hpaVersion(request)) };
}

/** Of DeleteOptions: the object must still be the one that the client has read. */
function checkPreconditions({ body, resource }: WriteRequest, { metadata }: KubeObject): void {
  const preconditions = isObject(body) && isObject(body.preconditions) ? body.preconditions : {};
  for (const field of ['resourceVersion', 'uid'] as const) {
    const stated = preconditions[field] ?? '';
    if (stated !== '' && stated !== metadata[field]) throw conflict(qualified(resource), String(metadata.name));
  }
}

function pickHpa({ spec, labels, annotations }: { spec: unknown; labels: unknown; annotations: unknown }): object {
  return { spec, labels, annotations };
}

function createEvent(world: World, request: WriteRequest): Written {
  const api: EventApi = request.resource.group === '' ? 'v1' : 'events.k8s.io/v1';
  const event = readEvent(readObject(request), api, request.namespace, world);
  if (world.events.has(event.namespace, event.name))
    throw new StatusError(409, 'AlreadyExists', `events "${event.name}" already exists`);
  if (!request.dryRun) world.addEvent(event);
  return { code: 201, object: eventObject(event, api) };
}

/** The object as PATCH or PUT wants it, if it is still the one the client has read. */
function changed(request: WriteRequest, current: KubeObject): KubeObject {
  if (request.method !== 'PATCH' && request.method !== 'PUT') throw methodNotAllowed();
  const patched =
    request.method === 'PATCH' ? applyPatch(current, request.contentType, request.body) : readObject(request);
  const metadata = isObject(patched.metadata) ? patched.metadata : {};
  for (const field of ['resourceVersion', 'uid'] as const) {
    const stated = metadata[field] ?? '';
    if (stated !== '' && stated !== current.metadata[field])
      throw conflict(qualified(request.resource), request.name ?? '');
  }
  if (metadata.name !== undefined && metadata.name !== request.name)
    throw new StatusError(400, 'BadRequest', `the name of the object (${metadata.name}) is not that of the URL`);
  return { ...patched, apiVersion: current.apiVersion, kind: current.kind, metadata };
}

function readObject({ body, resource }: WriteRequest): KubeObject {
  if (!isObject(body)) throw new StatusError(400, 'BadRequest', 'the body of the request is not an object');
  const metadata = isObject(body.metadata) ? body.metadata : {};
  return { ...body, apiVersion: apiVersionOf(resource), kind: resource.kind, metadata };
}

function readReplicas(object: KubeObject): number {
  const replicas = isObject(object.spec) ? (object.spec.replicas ?? 1) : 0;
  if (typeof replicas === 'number' && Number.isInteger(replicas) && replicas >= 0) return replicas;
  throw new StatusError(
    422,
    'Invalid',
    `spec.replicas: Invalid value: ${typeof replicas === 'number' ? replicas : JSON.stringify(replicas)}: must be a whole number from 0`,
  );
}

function readStrings(object: KubeObject, field: 'labels' | 'annotations'): Record<string, string> {
  const map = object.metadata[field] ?? {};
  const entries = isObject(map) ? Object.entries(map) : [];
  for (const [key, value] of entries) {
    if (typeof value !== 'string')
      throw new StatusError(400, 'BadRequest', `metadata.${field}: the value of "${key}" must be a string`);
  }
  return Object.fromEntries(entries.map(([key, value]) => [key, String(value)]));
}

/** A new template would be a rollout, which the simulation does not know: better refused than ignored. */
function checkTemplate(current: KubeObject, next: KubeObject): void {
  const before: JsonObject = isObject(current.spec) ? current.spec : {};
  const after: JsonObject = isObject(next.spec) ? next.spec : {};
  for (const field of ['template', 'selector'] as const) {
    if (!isDeepStrictEqual(before[field], after[field]))
      throw new StatusError(422, 'Invalid', `spec.${field}: the simulated cluster cannot change it`);
  }
}

function hpaVersion({ resource }: WriteRequest): HpaVersion {
  return resource.version === 'v1' ? 'v1' : 'v2';
}
