// The cluster that KUBECONFIG names, as tests use it, and what can be asked of it: a stand-in kubelet and metrics, or real ones.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

const kubeconfig = process.env.KUBECONFIG?.split(delimiter)[0];
if (!kubeconfig) throw new Error('KUBECONFIG is not set: run these tests by `npm run test:cluster`');

/** Where a control plane of ours reads its metrics from; null on any other cluster, whose metrics nobody can dictate. */
export const USAGE_FILE = onlyIfThere(join(dirname(kubeconfig), 'usage.json'));

/** Runs on real nodes too; a stand-in kubelet never pulls it. */
export const IMAGE = 'registry.k8s.io/pause:3.9';
/** It exists as well: changing to it is a rollout. */
export const OTHER_IMAGE = 'registry.k8s.io/pause:3.8';

/** @throws Error with what kubectl said */
export function kubectl(args: readonly string[], input?: string): string {
  return execFileSync(process.env.KUBECTL ?? 'kubectl', args, {
    encoding: 'utf8',
    ...(input !== undefined && { input }),
    stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    maxBuffer: 2 ** 28,
  });
}

export function apply(items: readonly object[]): void {
  kubectl(['apply', '-f', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
}

/** False where metrics-server is not installed or does not answer. */
export function hasMetrics(): boolean {
  try {
    kubectl(['get', '--raw', '/apis/metrics.k8s.io/v1beta1/pods?limit=1']);
    return true;
  } catch {
    process.stderr.write('The cluster has no metrics.k8s.io: tests that need metrics are skipped.\n');
    return false;
  }
}

function onlyIfThere(file: string): string | null {
  return existsSync(file) ? file : null;
}
