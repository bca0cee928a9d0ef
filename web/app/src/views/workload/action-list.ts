// The actions on a workload: what each does, and how the same is done without this page.
import type { Recommendations, Ref } from '../../api/types.ts';
import { annotateLine, annotationsYaml, cliLine, floorLine, scaleLine } from '../../parts/commands/commands.ts';
import { yamlText } from '../../parts/commands/yaml.ts';

export interface Action {
  readonly name: 'apply' | 'undo' | 'pause' | 'resume' | 'disable';
  readonly label: string;
  /** What will come of it. */
  readonly means: string;
  /** Of the API, below `predictive/`. */
  readonly path: string;
  readonly body: object;
  readonly cli: string;
  /** Null where no object of the cluster says it. */
  readonly kubectl: string | null;
  readonly yaml: string | null;
  /** Where kubectl and the manifest come to something else. */
  readonly elsewhere?: string;
}

/** Those that make sense now. @param url where the API is, for commands */
export function actionsOf(ref: Ref, recommended: Recommendations, url: string | null): readonly Action[] {
  const { enabled, paused } = recommended.policy;
  return [
    applyAction(ref, recommended, url),
    ...(enabled ? [paused === false ? pauseAction(ref, url) : resumeAction(ref, recommended, url)] : []),
    undoAction(ref, url),
    ...(enabled ? [disableAction(ref, url)] : []),
  ];
}

function applyAction(ref: Ref, { decision, observation }: Recommendations, url: string | null): Action {
  const { target_replicas: target, current_replicas: now } = decision;
  const { hpa } = observation;
  const through = hpa === null ? '' : ` through the minReplicas of HPA ${hpa.name}`;
  const moved = target === now ? `keeps ${now}` : `goes ${now} → ${target}`;
  return {
    name: 'apply',
    label: 'Apply once',
    means: `Decides again, on what is measured now, and carries that out once${through}: by what is known here it ${moved}.`,
    path: 'apply',
    body: {},
    cli: cliLine(url, 'apply', ref),
    kubectl: hpa === null ? scaleLine(ref, target) : floorLine(ref, hpa.name, target),
    yaml: hpa === null ? yamlText({ spec: { replicas: target } }) : yamlText({ spec: { minReplicas: target } }),
  };
}

function undoAction(ref: Ref, url: string | null): Action {
  const annotations = { paused: 'true' };
  return {
    name: 'undo',
    label: 'Undo',
    means:
      'Sets the count back to what it was before our last change, and for an hour makes no change of that kind (after a ' +
      'scale-in that is undone: no scale-in).',
    elsewhere: 'kubectl and the manifest only pause all changes until it is resumed; the count is for you to set.',
    path: 'undo',
    body: {},
    cli: cliLine(url, 'undo', ref),
    kubectl: annotateLine(ref, annotations),
    yaml: annotationsYaml(annotations),
  };
}

function pauseAction(ref: Ref, url: string | null): Action {
  const annotations = { paused: 'true' };
  return {
    name: 'pause',
    label: 'Pause',
    means: 'It stays enabled, decides and shows, and changes nothing until it is resumed.',
    path: 'pause',
    body: { paused: true },
    cli: cliLine(url, 'pause', ref),
    kubectl: annotateLine(ref, annotations),
    yaml: annotationsYaml(annotations),
  };
}

function resumeAction(ref: Ref, recommended: Recommendations, url: string | null): Action {
  const annotations = { paused: 'false' };
  return {
    name: 'resume',
    label: 'Resume',
    means: `Every change is allowed again, from the next tick on.${heldBack(recommended)}`,
    path: 'pause',
    body: { paused: false },
    cli: cliLine(url, 'resume', ref),
    kubectl: annotateLine(ref, annotations),
    yaml: annotationsYaml(annotations),
  };
}

/** What the pause alone keeps from happening, as far as is known. */
function heldBack({ decision, observation, policy }: Recommendations): string {
  const { spec } = observation.replicas;
  const { verdicts, source, target_replicas: target } = decision;
  const holding = verdicts.filter(({ code, from, to }) => ONE_WAY.has(code ?? '') && from !== to);
  const held = holding.find((verdict) => verdict.source === source) ?? holding[0];
  const wanted = held?.from ?? (policy.paused === true ? target : spec);
  return wanted === spec ? '' : ` The pause holds back ${spec} → ${wanted}.`;
}

const ONE_WAY: ReadonlySet<string> = new Set(['paused_scale_in', 'paused_scale_out']);

function disableAction(ref: Ref, url: string | null): Action {
  const annotations = { 'predictive-autoscaling-enabled': 'false' };
  return {
    name: 'disable',
    label: 'Disable',
    means: 'Switches autoscaling off. Its replicas stay as they are; a floor on its HPA is given back.',
    path: 'disable',
    body: {},
    cli: cliLine(url, 'disable', ref),
    kubectl: annotateLine(ref, annotations),
    yaml: annotationsYaml(annotations),
  };
}
