// Who wrote a field, by managedFields: the trace that other writers leave on an object itself.

import type { OtherWriters } from '../../domain/workload/observation.ts';
import { isReconciler } from '../../domain/workload/other-writers.ts';
import type { EpochMs } from '../../domain/workload/time.ts';
import type { Deployment, Hpa } from './api-types.ts';

type Metadata = NonNullable<Deployment['metadata']>;

/**
 * Who else writes `spec.replicas`. An `Apply` (server-side apply) owns just the fields its manifest states. An `Update` owns
 * whatever it ever wrote, defaults included; there kubectl's and Argo CD's record of the manifest tells what was stated.
 * One-shot tools (kubectl, Helm, Terraform …) state a count until they run again; what they cannot be told from is left so.
 */
export function replicasWriters({ metadata }: Pick<Deployment, 'metadata'>): Pick<OtherWriters, 'manager' | 'writer'> {
  const entries = othersWriting('replicas', metadata);
  return { manager: managerOf('replicas', metadata ?? {}, entries), writer: newest(entries) };
}

/** Whether Argo Rollouts have set `spec.replicas`: what they leave on a Deployment whose pods a Rollout runs. */
export function isScaledByRollouts({ metadata }: Pick<Deployment, 'metadata'>): boolean {
  return othersWriting('replicas', metadata).some(({ name }) => name === 'rollouts-controller');
}

/** Who keeps an HPA's `minReplicas` at its own number, by the same rules; null where nobody does. */
export function floorManager({ metadata }: Hpa): string | null {
  const manager = managerOf('minReplicas', metadata ?? {}, othersWriting('minReplicas', metadata));
  return manager?.how === 'reconciles' ? manager.name : null;
}

/** Who else wrote an HPA's `minReplicas` last; null where nobody is recorded. */
export function floorWriter({ metadata }: Hpa): string | null {
  return newest(othersWriting('minReplicas', metadata))?.name ?? null;
}

type Field = 'replicas' | 'minReplicas';

interface Entry {
  readonly name: string;
  readonly at: EpochMs;
  readonly through: 'scale' | 'object';
  readonly applied: boolean;
}

/** The user agent up to its slash is the field manager: ours is `ai4k8s`. The HPA controller lives in the controller-manager. */
const OURS_OR_HPA = /^(ai4k8s|kube-controller-manager)$/;
/** Apply once, and are gone. */
const ONE_SHOT = /^(kubectl.*|helm|terraform|hashicorp|pulumi.*)$/i;

function managerOf(field: Field, metadata: Metadata, entries: readonly Entry[]): OtherWriters['manager'] {
  const whole = entries.filter(({ through }) => through === 'object');
  const stating = whole.filter(({ applied }) => applied || manifestStates(field, metadata) !== false);
  const operator = metadata.ownerReferences?.some(({ controller }) => controller) ?? false;
  const keeps = ({ name, applied }: Entry) => isReconciler(name) || (!ONE_SHOT.test(name) && (applied || operator));
  const reconciler = stating.find(keeps);
  if (reconciler) return { name: reconciler.name, how: 'reconciles' };
  const manifest = stating.find(({ applied }) => applied || manifestStates(field, metadata) === true);
  return manifest ? { name: manifest.name, how: 'states' } : null;
}

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** Null where no manifest was kept. */
function manifestStates(field: Field, { annotations }: Metadata): boolean | null {
  const text = annotations?.[LAST_APPLIED];
  if (text === undefined) return null;
  try {
    const manifest: unknown = JSON.parse(text);
    const spec = isObject(manifest) ? manifest.spec : undefined;
    return isObject(spec) && spec[field] !== undefined;
  } catch {
    return null;
  }
}

function newest(entries: readonly Entry[]): OtherWriters['writer'] {
  const dated = entries.filter(({ at }) => !Number.isNaN(at)).toSorted((a, b) => b.at - a.at);
  return dated[0] ? { name: dated[0].name, at: dated[0].at, through: dated[0].through } : null;
}

function othersWriting(field: Field, metadata: Metadata | undefined): readonly Entry[] {
  return (metadata?.managedFields ?? [])
    .filter(({ manager, fieldsV1 }) => !OURS_OR_HPA.test(manager ?? '') && holds(fieldsV1, ['f:spec', `f:${field}`]))
    .map(({ manager, time, operation, subresource }) => ({
      name: (manager ?? 'unknown').slice(0, NAME_KEPT),
      at: Date.parse(time ?? ''),
      through: subresource === 'scale' ? 'scale' : 'object',
      applied: operation === 'Apply',
    }));
}

/** Field managers may be 128 characters long; this is a name to show. */
const NAME_KEPT = 64;

function holds(fields: unknown, path: readonly string[]): boolean {
  let at = fields;
  for (const step of path) {
    if (!isObject(at)) return false;
    at = at[step];
  }
  return at !== undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
