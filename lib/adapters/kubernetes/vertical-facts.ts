// The requests of a workload's pods and template as the domain knows them: only of a workload whose requests follow a level.
import { cleanText } from '../../domain/text/clean-text.ts';
import type {
  ContainerKind,
  ContainerResources,
  ResizablePod,
  ResizeCondition,
  VerticalFacts,
} from '../../domain/vertical/container-resources.ts';
import { annotatedKeys } from '../../domain/workload/annotated-values.ts';
import { type PerResource, RESOURCES, type Resource } from '../../domain/workload/signal.ts';
import { CONTAINER_NAME, VERTICAL_KEY } from '../../domain/workload/vertical-policy.ts';
import type { DeploymentFacts } from './deployment.ts';
import type { TargetingHpa } from './hpa.ts';
import type { OwnedPod } from './pod.ts';
import type { RawCondition, RawContainer, Resizable } from './resizable.ts';

type Asking = Pick<DeploymentFacts, 'kind' | 'annotations' | 'resizable' | 'templateTraits'>;

/** Null for a workload that does not ask for it, and for what is no Deployment. */
export function verticalFacts(
  { kind, annotations, resizable, templateTraits }: Asking,
  pods: readonly OwnedPod[],
  hpas: readonly TargetingHpa[] | null,
  isVpaUnknown: boolean,
): VerticalFacts | null {
  if (kind !== undefined || resizable === undefined || !annotatedKeys(annotations).includes(VERTICAL_KEY)) return null;
  return {
    template: containersOf(resizable),
    qos: templateTraits?.qos ?? 'BestEffort',
    hasPodResources: resizable.whole !== undefined,
    pods: pods.flatMap((pod) => (pod.isEnding ? [] : [toResizablePod(pod)])),
    measuredBy: measuredBy(hpas ?? []),
    isVpaUnknown,
  };
}

function toResizablePod({ info, resizable }: OwnedPod): ResizablePod {
  return {
    name: info.name,
    resourceVersion: resizable.resourceVersion,
    isServing: info.running && info.ready,
    isResized: resizable.isResized,
    containers: containersOf(resizable),
    condition: conditionOf(resizable.conditions),
    memoryUsed: {},
  };
}

function containersOf({ containers, sidecars, ending }: Resizable): readonly ContainerResources[] {
  const all = (kind: ContainerKind, of: readonly RawContainer[]) => of.flatMap((one) => toContainer(kind, one));
  return [...all('container', containers), ...all('sidecar', sidecars), ...all('init', ending)];
}

/** A name that is none of Kubernetes' would have to be quoted in what people copy: nothing of the kind is shown. */
function toContainer(
  kind: ContainerKind,
  { name, resources, resizePolicy }: RawContainer,
): readonly ContainerResources[] {
  if (!CONTAINER_NAME.test(name)) return [];
  const limits = stated(resources?.limits);
  return [
    {
      name,
      kind,
      // Where only a limit is stated, the API server makes it the request when the pod is created.
      requests: { ...limits, ...stated(resources?.requests) },
      limits,
      restartsOn: RESOURCES.filter((resource) =>
        resizePolicy?.some(
          ({ resourceName, restartPolicy }) => resourceName === resource && restartPolicy !== 'NotRequired',
        ),
      ),
    },
  ];
}

/** More than any quantity has; a longer text is none, also where it is cut. */
const QUANTITY_MAX_CHARS = 40;

function stated(figures: Readonly<Record<string, string>> | undefined): PerResource<string> {
  const found: Partial<Record<Resource, string>> = {};
  for (const resource of RESOURCES) {
    const text = figures?.[resource];
    if (text !== undefined) found[resource] = cleanText(String(text), QUANTITY_MAX_CHARS);
  }
  return found;
}

function measuredBy(hpas: readonly TargetingHpa[]): PerResource<string> {
  const found: Partial<Record<Resource, string>> = {};
  for (const { measures, status } of hpas) for (const resource of measures) found[resource] ??= status.name;
  return found;
}

const MESSAGE_MAX_CHARS = 160;

/** A resize that waits says more than one that is under way. */
function conditionOf(conditions: readonly RawCondition[]): ResizeCondition | null {
  const pending = conditions.find(({ type }) => type === 'PodResizePending');
  const of = pending ?? conditions.find(({ type }) => type === 'PodResizeInProgress');
  if (of === undefined) return null;
  const message = cleanText([of.reason, of.message].filter(Boolean).join(': '), MESSAGE_MAX_CHARS);
  if (pending === undefined) return { kind: 'in_progress', message };
  return { kind: pending.reason === 'Infeasible' ? 'infeasible' : 'deferred', message };
}
