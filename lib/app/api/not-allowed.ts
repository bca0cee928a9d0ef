// How a refusal for want of a right is worded: what was asked for, by whom, and what would do.
import { cleanText, fewOf } from '../../domain/text/clean-text.ts';
import { problem } from './problem.ts';
import type { Caller, Right } from './rights.ts';

const GROUPS_SHOWN = 5;
const SHOWN_CHARS = 100;

/** A 403 problem. Whether there is such a cluster or namespace, it does not tell. */
export function notAllowed(caller: Caller, right: Right, cluster: string | null, namespace: string | null) {
  const where =
    cluster === null
      ? 'in all clusters'
      : namespace === null
        ? `in all of cluster ${shown(cluster)}`
        : `in namespace ${shown(namespace)} of cluster ${shown(cluster)}`;
  const detail = `${whose(caller)} do not include "${right}" ${where}: ask whoever deploys AI4K8s to give it to a group of yours`;
  return problem(403, 'Not allowed', detail, { right, cluster, namespace });
}

function whose(caller: Caller): string {
  if (caller.kind === 'trusted') return 'your rights';
  if (caller.groups.length === 0) return 'your token names no group, and your rights';
  return `the rights of your groups (${fewOf(caller.groups.map(shown), GROUPS_SHOWN)})`;
}

function shown(name: string): string {
  return cleanText(name, SHOWN_CHARS);
}
