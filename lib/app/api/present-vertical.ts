// How a workload's vertical proposal looks from outside: a key `vertical` where it asks for one, with commands that a person may copy.
import type { Amounts } from '../../domain/vertical/container-resources.ts';
import { resizeBody } from '../../domain/vertical/resize-body.ts';
import type { ContainerView, PodPatch, VerticalView } from '../../domain/vertical/vertical-view.ts';
import { isSameAmount } from '../../domain/workload/exact-quantity.ts';
import type { WorkloadRef } from '../../domain/workload/identity.ts';
import { type PerResource, RESOURCES, type Resource } from '../../domain/workload/signal.ts';
import { iso } from './iso.ts';

/** Whole, as recommendations show it. */
export function presentVertical(ref: WorkloadRef, view: VerticalView | undefined) {
  if (view === undefined) return {};
  const { code, message, apply, signal, level, raised, factor, containers, left, notes, pods, next, refusal } = view;
  return {
    vertical: {
      code,
      message,
      apply,
      signal,
      level,
      raised,
      factor,
      containers: containers.map(presentContainer),
      left,
      notes,
      pods: { total: pods.total, as_wanted: pods.asWanted },
      patches: next.map((patch) => ({
        pod: patch.pod,
        patch: resizeBody(patch.containers),
        command: podCommand(ref, patch),
      })),
      template: presentTemplate(ref, containers, apply),
      asked_again_at: refusal?.code === code ? iso(refusal.until) : null,
    },
  };
}

/** In a row of status. */
export function presentVerticalInRow(view: VerticalView | undefined) {
  if (view === undefined) return {};
  const { code, message, apply, level, factor, pods } = view;
  return {
    vertical: { code, message, apply, level, factor, pods: { total: pods.total, as_wanted: pods.asWanted } },
  };
}

function presentContainer({ name, kind, from, to, template }: ContainerView) {
  return { name, kind, from, to, ...(template !== undefined && { template }) };
}

const ROLLOUT = {
  print:
    'this causes a rollout: every pod is replaced; while the annotation says apply=print, what was printed is not multiplied again',
  resize:
    'this causes a rollout: every pod is replaced; say apply=print in the annotation first, or it is multiplied again by the level',
} as const;

/** Null where the template says already what the level asks for. */
function presentTemplate(ref: WorkloadRef, containers: readonly ContainerView[], apply: VerticalView['apply']) {
  const changes = containers.flatMap(({ name, kind, from, to, template }) => {
    const moved = movedOf({ ...from, ...template }, to);
    return Object.keys(moved).length === 0 ? [] : [{ name, kind, to: moved }];
  });
  if (changes.length === 0) return null;
  const patch = { spec: { template: resizeBody(changes) } };
  return {
    patch,
    command: `kubectl -n ${word(ref.namespace)} patch deployment ${word(ref.name)} --patch ${word(JSON.stringify(patch))}`,
    warning: ROLLOUT[apply],
  };
}

function movedOf(stated: PerResource<Amounts>, to: PerResource<Amounts>): PerResource<Amounts> {
  const moved: Partial<Record<Resource, Amounts>> = {};
  for (const resource of RESOURCES) {
    const [now, wanted] = [stated[resource], to[resource]];
    if (now === undefined || wanted === undefined) continue;
    const isSame = isSameAmount(now.request, wanted.request) && isSameAmount(now.limit ?? '0', wanted.limit ?? '0');
    if (!isSame) moved[resource] = wanted;
  }
  return moved;
}

function podCommand({ namespace }: WorkloadRef, { pod, containers }: PodPatch): string {
  const patch = JSON.stringify(resizeBody(containers));
  return `kubectl -n ${word(namespace)} patch pod ${word(pod)} --subresource resize --patch ${word(patch)}`;
}

/** One word of a shell, whatever is in it: Kubernetes lets no quote into a name, and a server that lies to us may. */
function word(text: string): string {
  return /^[a-z0-9][a-z0-9.-]*$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
