// The manifests grant what lib/adapters/kubernetes calls, and nothing else.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadAllYaml } from '@kubernetes/client-node';
import { describe, expect, it } from 'vitest';
import { KUBERNETES_GROUP } from '../../infra/cluster-access.ts';
import { PROJECT } from './synthesis.ts';

interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly rules?: readonly { apiGroups: string[]; resources: string[]; verbs: string[] }[];
  readonly roleRef?: { readonly name: string };
  readonly subjects?: readonly { readonly kind: string; readonly name: string }[];
}

function manifests(file: string): readonly Manifest[] {
  return loadAllYaml(readFileSync(join(PROJECT, 'infra/manifests', file), 'utf8')) as Manifest[];
}

/** `verb resource.group` */
function granted(file: string): readonly string[] {
  const rules = manifests(file).flatMap((manifest) => manifest.rules ?? []);
  return rules
    .flatMap(({ apiGroups, resources, verbs }) =>
      apiGroups.flatMap((group) =>
        resources.flatMap((resource) => verbs.map((verb) => `${verb} ${resource} ${group}`)),
      ),
    )
    .map((line) => line.trim())
    .toSorted();
}

describe('RBAC', () => {
  it('grants the calls of the adapter', () => {
    expect(granted('rbac.yaml')).toEqual([
      'create events events.k8s.io',
      'get deployments apps',
      'list deployments apps',
      'list horizontalpodautoscalers autoscaling',
      'list limitranges',
      'list pods',
      'list pods metrics.k8s.io',
      'list replicasets apps',
      'list resourcequotas',
      'patch horizontalpodautoscalers autoscaling',
      'update deployments/scale apps',
    ]);
  });

  it('keeps the wide right to patch Deployments in a manifest of its own', () => {
    expect(granted('rbac-annotate.yaml')).toEqual(['patch deployments apps']);
  });

  it('keeps seeing KEDA, the VPA, StatefulSets and Rollouts in a manifest of its own, for clusters that have them', () => {
    expect(granted('rbac-neighbours.yaml')).toEqual([
      'list rollouts argoproj.io',
      'list scaledobjects keda.sh',
      'list statefulsets apps',
      'list verticalpodautoscalers autoscaling.k8s.io',
    ]);
  });

  it('keeps making and deleting HPAs in a manifest of its own', () => {
    expect(granted('rbac-hpa.yaml')).toEqual([
      'create horizontalpodautoscalers autoscaling',
      'delete horizontalpodautoscalers autoscaling',
    ]);
  });

  it('keeps the cluster-wide right to see nodes in a manifest of its own', () => {
    expect(granted('rbac-nodes.yaml')).toEqual(['list nodes']);
  });

  it('keeps reading what namespaces say in a manifest of its own', () => {
    expect(granted('rbac-namespaces.yaml')).toEqual(['get namespaces', 'list namespaces']);
  });

  it('keeps reading external and custom metrics in a manifest of its own', () => {
    expect(granted('rbac-metrics.yaml')).toEqual(['get * custom.metrics.k8s.io', 'list * external.metrics.k8s.io']);
  });

  it.each([
    'rbac.yaml',
    'rbac-annotate.yaml',
    'rbac-hpa.yaml',
    'rbac-metrics.yaml',
    'rbac-namespaces.yaml',
    'rbac-neighbours.yaml',
    'rbac-nodes.yaml',
  ])('%s binds its role to the group of the access entries', (file) => {
    const [role, binding] = manifests(file);
    expect(binding?.roleRef?.name).toBe(role?.metadata.name);
    expect(binding?.subjects).toEqual([expect.objectContaining({ kind: 'Group', name: KUBERNETES_GROUP })]);
  });
});
