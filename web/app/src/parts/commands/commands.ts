// The same action elsewhere: by the command line, by kubectl, and as YAML for Git.
import type { Ref } from '../../api/types.ts';
import { shellLine } from './shell.ts';
import { yamlText } from './yaml.ts';

const PREFIX = 'ai4k8s.io/';
const RESOURCES: Readonly<Record<string, string>> = {
  Deployment: 'deployment',
  StatefulSet: 'statefulset',
  Rollout: 'rollout.argoproj.io',
};

/**
 * Options are written in one word with their values: no name can pass for another option.
 * @param url where the API answers; null leaves it to the environment
 */
export function cliLine(url: string | null, action: string, ref: Ref, options: readonly string[] = []): string {
  const { cluster, namespace, deployment, kind } = ref;
  return shellLine([
    'ai4k8s',
    ...(url === null ? [] : [`--url=${url}`]),
    `--cluster=${cluster}`,
    action,
    `--namespace=${namespace}`,
    ...(kind === 'Deployment' ? [] : [`--kind=${kind}`]),
    ...options,
    ...(deployment.startsWith('-') ? ['--'] : []),
    deployment,
  ]);
}

export type Annotations = Readonly<Record<string, string>>;

/** @param annotations by our keys, without prefix */
export function annotateLine(ref: Ref, annotations: Annotations): string {
  const pairs = Object.entries(annotations).map(([key, value]) => `${PREFIX}${key}=${value}`);
  return shellLine([...kubectl(ref, 'annotate'), resourceOf(ref), '--overwrite', ...pairs]);
}

export function annotationsYaml(annotations: Annotations): string {
  const entries = Object.entries(annotations).map(([key, value]) => [`${PREFIX}${key}`, value] as const);
  return yamlText({ metadata: { annotations: Object.fromEntries(entries) } });
}

/** Sets the count by hand, with no guardrail. */
export function scaleLine(ref: Ref, replicas: number): string {
  return shellLine([...kubectl(ref, 'scale'), resourceOf(ref), `--replicas=${replicas}`]);
}

/** Moves the floor of an HPA by hand. */
export function floorLine(ref: Ref, hpa: string, replicas: number): string {
  const patch = JSON.stringify({ spec: { minReplicas: replicas } });
  return shellLine([...kubectl(ref, 'patch'), `hpa/${hpa}`, '--type=merge', `--patch=${patch}`]);
}

const kubectl = ({ namespace }: Ref, verb: string) => ['kubectl', `--namespace=${namespace}`, verb];

/** With its kind before the slash, so that it is no option whatever it begins with. */
const resourceOf = ({ kind, deployment }: Ref) => `${RESOURCES[kind] ?? kind.toLowerCase()}/${deployment}`;

/** A field of the API's bodies as a key of annotations, and as an option of the command line. */
export const keyOfField = (field: string) => field.replaceAll('_', '-');
