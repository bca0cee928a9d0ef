// After the replicas of a shard: requests of running pods follow the level, a few pods at a time, each only while it is as it was read.
import type { DecisionRecord } from '../../domain/decision/decision.ts';
import type { WorkloadMemory } from '../../domain/decision/workload-memory.ts';
import type { OpenBreaker } from '../../domain/guardrails/cluster/circuit-breaker.ts';
import type { NamespaceLimits } from '../../domain/guardrails/cluster/quota.ts';
import type { VerticalFacts } from '../../domain/vertical/container-resources.ts';
import { levelSaid } from '../../domain/vertical/level-said.ts';
import type { PodWish } from '../../domain/vertical/pod-patch.ts';
import { proposeVertical, type VerticalInput, type VerticalProposal } from '../../domain/vertical/propose.ts';
import { growthOf, isGrowing, whyNoRoomFor } from '../../domain/vertical/room.ts';
import type { VerticalView } from '../../domain/vertical/vertical-view.ts';
import { workloadKey } from '../../domain/workload/identity.ts';
import type { EpochMs } from '../../domain/workload/time.ts';
import type { KubernetesEvent, LimitsReader, PodResizer, ResizeResult } from '../ports/cluster.ts';
import { AdapterError, type Log } from '../ports/world.ts';
import { remembered, type Stop, whyNotAgain, withResized } from './asked-before.ts';

export interface ResizePorts {
  /** Absent: no pod is resized. */
  readonly resizer?: PodResizer;
  readonly limits: LimitsReader;
  readonly log: Log;
}

export interface ResizeInput {
  readonly now: EpochMs;
  readonly killSwitch: string | null;
  readonly hold: OpenBreaker | null;
  /** What was read of requests, by workload. */
  readonly facts: ReadonlyMap<string, VerticalFacts>;
  readonly before: ReadonlyMap<string, WorkloadMemory>;
  /** Says yes as often as pods of the cluster may be resized in this tick. */
  readonly mayResize: () => boolean;
}

export interface Resized {
  /** By workload; those that do not ask for it have none. */
  readonly views: ReadonlyMap<string, VerticalView>;
  readonly notices: readonly KubernetesEvent[];
}

/** Never throws: a workload that cannot be resized harms no other. Without a workload that asks for it, nothing is called. */
export async function resizeShard(
  ports: ResizePorts,
  input: ResizeInput,
  records: readonly DecisionRecord[],
): Promise<Resized> {
  const proposals = inTurn(
    records.flatMap((record) => proposalOf(input, record)),
    input.now,
  );
  const due = proposals.filter(({ turns }) => turns.length > 0);
  const [limits, cannot] = await Promise.all([limitsOf(ports, due), whyCannot(ports, due)]);
  const views = new Map<string, VerticalView>();
  const notices: KubernetesEvent[] = [];
  // One after the other: a tick resizes a few pods, and what goes wrong with one is known before the next.
  for (const proposal of proposals) {
    const { view, pods } = await carryOut(ports, input, proposal, { limits, cannot });
    views.set(proposal.key, view);
    if (pods.length > 0) notices.push(noticeOf(proposal.record, view));
  }
  return { views, notices };
}

/** Another begins with each minute: where there are more than a tick has time for, none waits for ever. */
function inTurn(proposals: readonly Due[], now: EpochMs): readonly Due[] {
  const first = Math.floor(now / 60_000) % Math.max(1, proposals.length);
  return [...proposals.slice(first), ...proposals.slice(0, first)];
}

/** Asked once for all of them: where there is no answer, none waits for another one. */
async function whyCannot({ resizer }: ResizePorts, [first]: readonly Due[]): Promise<Stop | null> {
  if (first === undefined) return null;
  try {
    const isServed = await resizer?.isServed(first.record.decision.workload.cluster);
    return isServed ? null : NOT_SERVED;
  } catch (error) {
    return stopOfError(error);
  }
}

interface Due extends VerticalProposal {
  readonly key: string;
  readonly record: DecisionRecord;
}

function proposalOf(input: ResizeInput, record: DecisionRecord): readonly Due[] {
  const { assessment, outcome } = record;
  const { policy, observation, levels } = assessment;
  const { vertical } = policy;
  if (vertical === undefined) return [];
  const key = workloadKey(observation.workload);
  const verticalInput: VerticalInput = {
    policy: { ...policy, vertical },
    observation,
    facts: input.facts.get(key) ?? null,
    said: levelSaid(levels),
    killSwitch: input.killSwitch,
    hold: input.hold?.reason ?? null,
    before: input.before.get(key)?.vertical,
  };
  const proposal = proposeVertical(verticalInput);
  if (proposal.turns.length === 0 || outcome.kind !== 'applied') return [{ ...proposal, key, record }];
  const message = 'its replica count was changed in this tick: its pods are resized in the next';
  return [{ view: { ...proposal.view, code: 'next_tick', message }, turns: [], key, record }];
}

/** Asked only where a pod is to grow. */
async function limitsOf(
  { limits, log }: ResizePorts,
  due: readonly Due[],
): Promise<ReadonlyMap<string, NamespaceLimits>> {
  const growing = due.filter(({ turns }) => turns.some(({ pod, patch }) => patch && isGrowing(growthOf(pod, patch))));
  const [first] = growing;
  if (first === undefined) return new Map();
  const namespaces = [...new Set(growing.map(({ record }) => record.decision.workload.namespace))].toSorted();
  try {
    return await limits.limits(first.record.decision.workload.cluster, namespaces);
  } catch (error) {
    // The API server decides then, as it always does.
    log.warn('quotas are unknown before a resize', { message: messageOf(error) });
    return new Map();
  }
}

interface Done {
  readonly view: VerticalView;
  /** Names of those that were resized. */
  readonly pods: readonly string[];
}

interface Known {
  readonly limits: ReadonlyMap<string, NamespaceLimits>;
  /** Why no pod of this cluster is resized in this tick, or null. */
  readonly cannot: Stop | null;
}

async function carryOut(
  ports: ResizePorts,
  input: ResizeInput,
  { view, turns, record, key }: Due,
  { limits, cannot }: Known,
): Promise<Done> {
  const { now } = input;
  const due = turns.filter((wish) => whyNotAgain(view, wish, now) === null);
  const [first] = turns;
  if (first === undefined) return { view, pods: [] };
  if (due.length === 0) return { view: { ...view, ...whyNotAgain(view, first, now) }, pods: [] };
  const { refusal: _asked, resized, ...fresh } = view;
  const done: PodWish[] = [];
  for (const wish of due) {
    const stop = cannot ?? (await resizeOne(ports, input, record, wish, limits));
    if (stop === null) done.push(wish);
    else {
      ports.log.warn('pod not resized', { workload: key, pod: wish.pod.name, message: stop.message });
      const said = done.length > 0 ? resizedNow(done, fresh, `; then ${stop.message}`) : codeOf(stop);
      const kept = { ...withResized(resized, done, now), ...remembered(wish, stop, now) };
      return { view: { ...fresh, ...said, ...kept }, pods: namesOf(done) };
    }
  }
  return {
    view: { ...fresh, ...resizedNow(done, fresh, ''), ...withResized(resized, done, now) },
    pods: namesOf(done),
  };
}

function codeOf({ code, message }: Stop): Pick<Stop, 'code' | 'message'> {
  return { code, message };
}

function namesOf(wishes: readonly PodWish[]): readonly string[] {
  return wishes.map(({ pod }) => pod.name);
}

function resizedNow(done: readonly PodWish[], { level, factor }: Pick<VerticalView, 'level' | 'factor'>, then: string) {
  const message = `resized ${namesOf(done).join(', ')} for level ${level} (times ${factor})${then}`;
  return { code: 'resized' as const, message };
}

/** Null where it was done. */
async function resizeOne(
  { resizer }: ResizePorts,
  { mayResize }: ResizeInput,
  { decision: { workload }, assessment: { observation } }: DecisionRecord,
  { pod, patch }: PodWish,
  limits: ReadonlyMap<string, NamespaceLimits>,
): Promise<Stop | null> {
  if (patch === null || resizer === undefined) return NOT_SERVED;
  const { cluster, namespace } = workload;
  try {
    const noRoom = whyNoRoomFor(pod, patch, limits.get(namespace), observation);
    if (noRoom !== null) return noRoom;
    if (!mayResize())
      return { code: 'next_tick', message: 'other pods of the cluster were first: the next tick goes on' };
    const { name, resourceVersion } = pod;
    return stopOf(await resizer.resize({ cluster, namespace, name, resourceVersion }, patch));
  } catch (error) {
    return stopOfError(error);
  }
}

/** Out of time: nothing was sent. Of anything else nobody knows: where it was done after all, the next tick sees it. */
function stopOfError(error: unknown): Stop {
  const message = messageOf(error);
  return error instanceof AdapterError && error.source === 'tick'
    ? { code: 'next_tick', message }
    : { code: 'failed', message, asked: 'failed' };
}

const NOT_SERVED: Stop = {
  code: 'not_served',
  message:
    'its API server has no pods/resize (Kubernetes 1.33 and later have it, 1.35 for good): the patch is there for a person',
};

function stopOf(result: ResizeResult): Stop | null {
  switch (result.kind) {
    case 'applied':
      return null;
    case 'conflict':
      return { code: 'conflict', message: `${result.message}; the next tick reads it again` };
    case 'not_found':
      return { code: 'conflict', message: 'it is gone; the next tick reads the others again' };
    case 'forbidden':
      return { code: 'forbidden', message: `${result.message} (infra/manifests/rbac-resize.yaml)`, asked: 'refused' };
    case 'refused':
      return { code: 'refused_by_server', message: result.message, asked: 'refused' };
  }
}

function noticeOf(
  { decision: { workload }, assessment: { observation } }: DecisionRecord,
  view: VerticalView,
): KubernetesEvent {
  const { message: note } = view;
  return { workload, uid: observation.uid ?? '', at: observation.at, kind: 'change', reason: 'Resized', note };
}

function messageOf(error: unknown): string {
  return error instanceof AdapterError ? error.message : String(error);
}
