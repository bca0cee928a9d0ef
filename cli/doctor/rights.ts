// The rights AI4K8s needs, taken from the manifest that grants them, and the ones nobody should have given it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadAllYaml } from '@kubernetes/client-node';
import * as z from 'zod';

export interface Right {
  readonly verb: string;
  /** '' is the core group. */
  readonly group: string;
  readonly resource: string;
  readonly subresource: string;
}

/** The role everybody applies; a right that is added there is asked for here from then on. */
export const MANIFEST = 'infra/manifests/rbac.yaml';

const manifest = z.array(
  z.object({
    rules: z
      .array(z.object({ apiGroups: z.array(z.string()), resources: z.array(z.string()), verbs: z.array(z.string()) }))
      .default([]),
  }),
);

/** What infra/manifests/rbac-hpa.yaml grants, for those who let the API make HPAs. */
export const HPA_MANIFEST = 'infra/manifests/rbac-hpa.yaml';

/** What infra/manifests/rbac-nodes.yaml grants, for figures of pods that state no limit. */
export const NODES_MANIFEST = 'infra/manifests/rbac-nodes.yaml';
/** What infra/manifests/rbac-namespaces.yaml grants, for installations that read what namespaces say. */
export const NAMESPACES_MANIFEST = 'infra/manifests/rbac-namespaces.yaml';
/** What infra/manifests/rbac-resize.yaml grants, for workloads whose requests follow a level. */
export const RESIZE_MANIFEST = 'infra/manifests/rbac-resize.yaml';
/** What infra/manifests/rbac-neighbours.yaml grants, for clusters that have what it names. */
export const NEIGHBOURS_MANIFEST = 'infra/manifests/rbac-neighbours.yaml';

/** What is lost without a right of the manifest that one may leave out; without any other AI4K8s cannot work. */
export const LOSSES: Readonly<Record<string, string>> = {
  'patch horizontalpodautoscalers.autoscaling': 'workloads under an HPA are only told about',
  'list replicasets.apps':
    'whose pods are whose is told by names and selectors, which is wrong where a ReplicaSet was adopted or selectors overlap',
  'list resourcequotas': 'whether a namespace has room is not known before a scale-up',
  'list limitranges': 'whether a namespace has room is not known before a scale-up',
  'create events.events.k8s.io': 'kubectl describe shows nothing of us',
};

/** @throws Error where the manifest is not beside us or is not RBAC */
export function neededRights(): readonly Right[] {
  return rightsIn(MANIFEST);
}

/** @param file from the project's folder. @throws Error as `neededRights` */
export function rightsIn(file: string): readonly Right[] {
  const text = readFileSync(join(import.meta.dirname, '../..', file), 'utf8');
  const rules = manifest.parse(loadAllYaml(text)).flatMap(({ rules }) => rules);
  return rules.flatMap(({ apiGroups, resources, verbs }) =>
    apiGroups.flatMap((group) =>
      resources.flatMap((path) =>
        verbs.map((verb) => {
          const [resource = '', subresource = ''] = path.split('/');
          return { verb, group, resource, subresource };
        }),
      ),
    ),
  );
}

/** What nothing of ours uses; each would let a mistake or a thief do more than change a replica count. */
export const UNWANTED_RIGHTS: readonly Right[] = [
  right('get', '', 'secrets'),
  right('list', '', 'secrets'),
  right('list', '', 'configmaps'),
  right('create', '', 'pods'),
  right('delete', '', 'pods'),
  right('create', '', 'pods', 'exec'),
  right('create', 'apps', 'deployments'),
  right('update', 'apps', 'deployments'),
  right('delete', 'apps', 'deployments'),
  right('delete', '', 'nodes'),
  right('create', 'rbac.authorization.k8s.io', 'clusterrolebindings'),
  right('impersonate', '', 'users'),
];

/** What infra/manifests/rbac-annotate.yaml grants: wide, optional, and needed only with ANNOTATE_ON_ENABLE. */
export const ANNOTATING_RIGHT: Right = right('patch', 'apps', 'deployments');

/** As RBAC words it: `update deployments.apps/scale`. */
export function wordOf({ verb, group, resource, subresource }: Right): string {
  return `${verb} ${resource}${group === '' ? '' : `.${group}`}${subresource === '' ? '' : `/${subresource}`}`;
}

function right(verb: string, group: string, resource: string, subresource = ''): Right {
  return { verb, group, resource, subresource };
}
