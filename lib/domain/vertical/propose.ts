// The vertical proposal of one workload: what its containers should request at the level it has, and which pods' turn it is.
import type { ExactQuantity } from '../workload/exact-quantity.ts';
import { exactNumber } from '../workload/exact-quantity.ts';
import type { Observation } from '../workload/observation.ts';
import { rolloutMessage } from '../workload/other-writers.ts';
import type { Policy } from '../workload/policy.ts';
import type { VerticalPolicy } from '../workload/vertical-policy.ts';
import type { VerticalFacts } from './container-resources.ts';
import type { LevelSaid } from './level-said.ts';
import { type PodWish, wishOf } from './pod-patch.ts';
import { turnsOf } from './turns.ts';
import type { VerticalCode } from './vertical-code.ts';
import { type ContainerView, LEFT_KEPT, type Left, PATCHES_KEPT, type VerticalView } from './vertical-view.ts';
import { wantedOf } from './wanted.ts';

export interface VerticalInput {
  readonly policy: Policy & { readonly vertical: VerticalPolicy };
  readonly observation: Observation;
  /** Null where nothing of the kind is read: it is no Deployment. */
  readonly facts: VerticalFacts | null;
  readonly said: LevelSaid | null;
  /** Why nothing may be changed anywhere, or null. */
  readonly killSwitch: string | null;
  /** Why the cluster is on hold, or null. */
  readonly hold: string | null;
  readonly before: VerticalView | undefined;
}

export interface VerticalProposal {
  readonly view: VerticalView;
  /** Pods that may be resized now; none where the view's code says what stands against it. */
  readonly turns: readonly PodWish[];
}

/** A pod of the largest kind has fewer; the patch of one must be whole. */
const MOST_CONTAINERS = 8;

export function proposeVertical(input: VerticalInput): VerticalProposal {
  const { facts, said } = input;
  const factor = said?.level == null ? null : exactNumber(said.factor);
  const early = whyNoProposal(input);
  if (early !== null || facts === null || factor === null) {
    const { code, message } = early ?? { code: 'level_unknown', message: UNKNOWN };
    return { view: viewOf(input, { code, message }, NOTHING), turns: [] };
  }
  const { containers, left, wishes } = wishesOf(input, facts, factor);
  const changing = wishes.filter(({ patch }) => patch !== null);
  const shown = {
    containers,
    left,
    pods: { total: wishes.length, asWanted: wishes.length - changing.length },
    next: changing,
  };
  const stands = whyNotNow(input, facts, shown);
  if (stands !== null) return { view: viewOf(input, stands, shown), turns: [] };
  const { now, waits } = turnsOf(wishes);
  const others = changing.filter((wish) => !now.includes(wish));
  const code = waits ?? { code: 'next_tick' as const, message: `${now.length} of ${changing.length} pods are next` };
  return { view: viewOf(input, code, { ...shown, next: [...now, ...others] }), turns: waits === null ? now : [] };
}

const UNKNOWN = 'the level is not measured: nobody resizes on it';

interface Shown extends Pick<VerticalView, 'containers' | 'left' | 'pods'> {
  readonly next: readonly PodWish[];
}
const NOTHING: Shown = { containers: [], left: [], pods: { total: 0, asWanted: 0 }, next: [] };

interface Stands {
  readonly code: VerticalCode;
  readonly message: string;
}

function wishesOf({ policy, observation, before }: VerticalInput, facts: VerticalFacts, factor: ExactQuantity) {
  const wanted = wantedOf({ policy: policy.vertical, facts, observation, factor, before: knownOf(before) });
  const wishes = facts.pods.map((pod) => wishOf(pod, wanted.containers, policy.vertical));
  return { containers: wanted.containers, left: [...wanted.left, ...once(wishes.flatMap(({ left }) => left))], wishes };
}

/** Without facts or a level there is nothing to show. */
function whyNoProposal({ facts, said, observation }: VerticalInput): Stands | null {
  if (observation.workload.kind !== undefined)
    return { code: 'floors_only', message: 'requests of Deployments follow the level, and those of nothing else' };
  if (observation.owner.kind === 'rollout')
    return { code: 'owned_by_rollout', message: rolloutMessage(observation.owner.name) };
  if (said === null)
    return {
      code: 'no_level',
      message:
        'none of its signals tells a level of complexity: name one with "scaling" in SIGNALS (docs/complexity.md)',
    };
  if (said.level === null) return { code: 'level_unknown', message: UNKNOWN };
  return facts === null ? { code: 'no_pods', message: 'its pods were not read' } : null;
}

function whyNotNow(
  { policy, observation, killSwitch, hold, said }: VerticalInput,
  { pods }: VerticalFacts,
  shown: Shown,
): Stands | null {
  const { containers, next } = shown;
  if (containers.length === 0)
    return { code: 'nothing_to_change', message: 'nothing is left that may follow the level' };
  if (containers.length > MOST_CONTAINERS)
    return {
      code: 'too_many_containers',
      message: `${containers.length} containers would change, ${MOST_CONTAINERS} at most: name them in containers=`,
    };
  if (pods.length === 0) return { code: 'no_pods', message: 'none of its pods runs' };
  if (next.length === 0)
    return { code: 'as_wanted', message: `all ${pods.length} pods request what level ${said?.level} asks for` };
  if (killSwitch !== null) return { code: 'kill_switch', message: killSwitch };
  if (!policy.enabled) return { code: 'not_enabled', message: 'autoscaling is not enabled for this workload' };
  if (policy.problems.length > 0) return { code: 'policy_invalid', message: policy.problems[0] ?? '' };
  if (policy.mode === 'recommend')
    return { code: 'mode_recommend', message: 'mode recommend shows it and changes nothing' };
  if (policy.paused === true) return { code: 'paused', message: 'the policy says paused' };
  if (observation.rollout === 'paused')
    return { code: 'deployment_paused', message: 'its rollout is paused: its pods may be of two templates' };
  if (observation.rollout !== 'settled')
    return { code: 'rollout_in_progress', message: 'a rollout replaces its pods: they are resized after it' };
  if (policy.vertical.apply === 'print')
    return {
      code: 'print_only',
      message: 'apply=print: the patch is there for a person (apply=resize carries it out)',
    };
  return hold === null ? null : { code: 'on_hold', message: hold };
}

function viewOf(
  { policy, said, before, observation }: VerticalInput,
  { code, message }: Stands,
  shown: Shown,
): VerticalView {
  const patches = shown.next.flatMap(({ patch }) => (patch === null ? [] : [patch]));
  return {
    code,
    message,
    apply: policy.vertical.apply,
    signal: said?.signal ?? null,
    level: said?.level ?? null,
    raised: said?.raised ?? false,
    factor: said?.level == null ? null : said.factor,
    containers: shown.containers.slice(0, MOST_CONTAINERS),
    ...rememberedOf(before, shown),
    left: shown.left.slice(0, LEFT_KEPT),
    notes: notesOn(observation),
    pods: shown.pods,
    // Half of a patch is none.
    next: code === 'too_many_containers' ? [] : patches.slice(0, PATCHES_KEPT),
    ...(before?.refusal !== undefined && { refusal: before.refusal }),
    ...(before?.resized !== undefined && { resized: before.resized }),
  };
}

/** What was proposed of each container last, whether or not anything is proposed of it now. */
function knownOf(before: VerticalView | undefined): readonly ContainerView[] {
  return before === undefined ? [] : [...before.containers, ...(before.remembered ?? [])];
}

/** What a person was shown is remembered also while nothing can be said, and not shown then: it is of another level, or not ours. */
function rememberedOf(before: VerticalView | undefined, { containers }: Shown): Pick<VerticalView, 'remembered'> {
  const others = knownOf(before).filter(({ name }) => containers.every((one) => one.name !== name));
  return others.length > 0 ? { remembered: others.slice(0, MOST_CONTAINERS) } : {};
}

/** Others on the same workload that are no obstacle. */
function notesOn({ otherWriters }: Observation): readonly string[] {
  const { manager = null, vpa = null } = otherWriters ?? {};
  return [
    ...(manager === null
      ? []
      : [`${manager.name} keeps the Deployment: running pods are resized beside it, and its template is not touched`]),
    ...(vpa?.mode === 'Off' ? [`VPA ${vpa.name} (Off) only recommends`] : []),
  ];
}

/** Pods that run alike leave the same things out. */
function once(left: readonly Left[]): readonly Left[] {
  const known = new Map(left.map((one) => [`${one.container}/${one.resource}/${one.code}`, one]));
  return [...known.values()];
}
