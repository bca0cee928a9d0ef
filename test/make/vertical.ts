// Builders for tests of vertical proposals: a believable LLM server of three pods, of which a test states only what matters to it.
import type {
  Amounts,
  ContainerResources,
  ResizablePod,
  VerticalFacts,
} from '../../lib/domain/vertical/container-resources.ts';
import type { LevelSaid } from '../../lib/domain/vertical/level-said.ts';
import type { PodWish } from '../../lib/domain/vertical/pod-patch.ts';
import { proposeVertical, type VerticalInput } from '../../lib/domain/vertical/propose.ts';
import { changed } from '../../lib/domain/vertical/qos.ts';
import { readVertical } from '../../lib/domain/workload/vertical-policy.ts';
import { observation, policy } from './workloads.ts';

export const GIB = 2 ** 30;

export function container(change: Partial<ContainerResources> = {}): ContainerResources {
  return {
    name: 'ollama',
    kind: 'container',
    requests: { cpu: '1', memory: '4Gi' },
    limits: { cpu: '2', memory: '8Gi' },
    restartsOn: [],
    ...change,
  };
}

export function pod(name: string, change: Partial<ResizablePod> = {}): ResizablePod {
  return {
    name,
    resourceVersion: '7',
    isServing: true,
    isResized: false,
    containers: [container()],
    condition: null,
    memoryUsed: { ollama: 2 * GIB },
    ...change,
  };
}

export function facts(change: Partial<VerticalFacts> = {}): VerticalFacts {
  const template = change.template ?? [container()];
  const pods = ['a', 'b', 'c'].map((name) => pod(name, { containers: template }));
  return { template, qos: 'Burstable', hasPodResources: false, pods, measuredBy: {}, isVpaUnknown: false, ...change };
}

export const HIGH: LevelSaid = { signal: 'complexity', level: 'high', raised: true, factor: 2 };
export const QUIET: LevelSaid = { signal: 'complexity', level: 'low', raised: false, factor: 1 };
export const RANGE = 'cpu=500m..4,memory=1Gi..16Gi';

interface Change extends Partial<Omit<VerticalInput, 'policy'>> {
  readonly annotation?: string;
  readonly policy?: Partial<VerticalInput['policy']>;
}

export function input({
  annotation = `${RANGE},apply=resize`,
  policy: said = {},
  ...change
}: Change = {}): VerticalInput {
  const vertical = readVertical(annotation);
  if (vertical === undefined) throw new Error(`${annotation} cannot be read`);
  return {
    observation: observation(),
    facts: facts(),
    said: HIGH,
    killSwitch: null,
    hold: null,
    before: undefined,
    ...change,
    policy: { ...policy(), vertical, ...said },
  };
}

export const propose = (change: Change = {}) => proposeVertical(input(change));

/** The amounts that the template's first container is to have. */
export function wantedAmounts(change: Change = {}): Partial<Record<'cpu' | 'memory', Amounts>> {
  return propose(change).view.containers[0]?.to ?? {};
}

/** The pod after the kubelet has done what was asked for. */
export function done({ pod: before, patch }: PodWish): ResizablePod {
  return { ...before, isResized: true, containers: changed(before.containers, patch?.containers ?? []) };
}
