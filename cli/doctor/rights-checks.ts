// Every right the manifest grants, asked for one by one; and what an identity may that AI4K8s has no use for.
import type { ClusterClient } from '../../lib/adapters/kubernetes/connection.ts';
import { broken, type Check, ok, skipped, warning } from '../check.ts';
import { isAllowed, type Subject } from './access-review.ts';
import { neighboursCheck } from './neighbours-check.ts';
import { resizeCheck } from './resize-check.ts';
import {
  ANNOTATING_RIGHT,
  HPA_MANIFEST,
  LOSSES,
  MANIFEST,
  NAMESPACES_MANIFEST,
  NODES_MANIFEST,
  neededRights,
  type Right,
  rightsIn,
  UNWANTED_RIGHTS,
  wordOf,
} from './rights.ts';

export interface RightsQuestions {
  readonly subject: Subject;
  /** Namespaces one by one, or null for the whole cluster at once. */
  readonly scopes: readonly (string | null)[];
  /** Whether the installation is meant to annotate Deployments. */
  readonly annotates: boolean;
  /** Whether it is meant to read what namespaces themselves say; not unless given. */
  readonly readsNamespaces?: boolean;
}

/** One line per right that is needed, one for all that are not. One question after the other: there is no hurry. */
export async function rightsChecks(client: ClusterClient, questions: RightsQuestions): Promise<readonly Check[]> {
  try {
    const needed = questions.annotates ? [...neededRights(), ANNOTATING_RIGHT] : neededRights();
    const checks: Check[] = [];
    for (const right of needed) checks.push(await neededCheck(client, questions, right));
    const unwanted = questions.annotates ? UNWANTED_RIGHTS : [...UNWANTED_RIGHTS, ANNOTATING_RIGHT];
    const words = new Set(needed.map(wordOf));
    const excess: string[] = [];
    for (const right of unwanted.filter((right) => !words.has(wordOf(right))))
      if (await isAllowed(client, questions.subject, right, questions.scopes[0] ?? null)) excess.push(wordOf(right));
    const optional = [
      await hpaMakingCheck(client, questions),
      await neighboursCheck(client, questions),
      await nodeSizesCheck(client, questions),
      ...(await namespacesCheck(client, questions)),
      await resizeCheck(client, questions),
    ];
    return [...checks, ...optional, excessCheck(excess, questions.subject)];
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const others = questions.subject.kind === 'group';
    const mend = others ? 'run this as an administrator: only one may ask about others' : 'kubectl auth can-i --list';
    return [broken('rights', message, mend)];
  }
}

async function neededCheck(client: ClusterClient, { subject, scopes }: RightsQuestions, right: Right): Promise<Check> {
  const name = `may ${wordOf(right)}`;
  const missing: (string | null)[] = [];
  for (const scope of scopes) if (!(await isAllowed(client, subject, right, scope))) missing.push(scope);
  const everywhere = scopes.includes(null) ? 'in every namespace' : `in ${scopes.join(', ')}`;
  if (missing.length === 0) return ok(name, everywhere);
  const where = missing.includes(null) ? 'in the whole cluster' : `in ${missing.join(', ')}`;
  const loss = LOSSES[wordOf(right)];
  const mend = grantCommand(right, missing, subject);
  if (loss === undefined) return broken(name, `not granted ${where}`, mend);
  return warning(name, `not granted ${where}: ${loss}`, mend);
}

/** Optional, and no fault without: only those who ask the API for an HPA need it. */
async function hpaMakingCheck(client: ClusterClient, { subject, scopes }: RightsQuestions): Promise<Check> {
  const name = 'may make HPAs';
  for (const right of rightsIn(HPA_MANIFEST))
    if (!(await isAllowed(client, subject, right, scopes[0] ?? null)))
      return skipped(name, `not granted, and needed for hpa/create and create_hpa only (${HPA_MANIFEST})`);
  return ok(name, `as ${HPA_MANIFEST} allows`);
}

/** Optional, and no fault without. Nodes are of no namespace: the question is about the whole cluster. */
async function nodeSizesCheck(client: ClusterClient, { subject }: RightsQuestions): Promise<Check> {
  const name = 'may see the size of nodes';
  for (const right of rightsIn(NODES_MANIFEST))
    if (!(await isAllowed(client, subject, right, null)))
      return skipped(name, `not granted, and needed only to doubt figures of pods without limits (${NODES_MANIFEST})`);
  return ok(name, `as ${NODES_MANIFEST} allows`);
}

/** Asked only where the setting is on: without the right every workload is then only recommended for. */
async function namespacesCheck(
  client: ClusterClient,
  { subject, readsNamespaces }: RightsQuestions,
): Promise<readonly Check[]> {
  if (!readsNamespaces) return [];
  const name = 'may read namespaces';
  for (const right of rightsIn(NAMESPACES_MANIFEST))
    if (!(await isAllowed(client, subject, right, null)))
      return [
        broken(
          name,
          `no ${wordOf(right)}, and NAMESPACE_ANNOTATIONS is set: nothing is changed anywhere`,
          `kubectl apply -f ${NAMESPACES_MANIFEST}`,
        ),
      ];
  return [ok(name, `as ${NAMESPACES_MANIFEST} allows`)];
}

/** Where only some namespaces are watched, the role is bound in those: applying the manifest would bind it everywhere. */
function grantCommand(right: Right, missing: readonly (string | null)[], subject: Subject): string {
  if (right === ANNOTATING_RIGHT) return 'read infra/manifests/rbac-annotate.yaml, then kubectl apply -f it';
  const namespaces = missing.filter((scope) => scope !== null);
  if (namespaces.length === 0) return subject.kind === 'group' ? `kubectl apply -f ${MANIFEST}` : BIND_SELF;
  const group = subject.kind === 'group' ? subject.group : 'ai4k8s-autoscaler';
  const bind = `kubectl create rolebinding ai4k8s-autoscaler --clusterrole=ai4k8s-autoscaler --group=${group} -n`;
  return `for ns in ${namespaces.join(' ')}; do ${bind} $ns; done (the ClusterRole is in ${MANIFEST})`;
}

/** The manifest binds a group, which nobody but the functions is in. */
const BIND_SELF =
  `as an administrator: kubectl apply -f ${MANIFEST}, and for a ServiceAccount also ` +
  'kubectl create clusterrolebinding ai4k8s --clusterrole=ai4k8s-autoscaler --serviceaccount=NAMESPACE:NAME';

function excessCheck(excess: readonly string[], subject: Subject): Check {
  const name = 'no needless rights';
  if (excess.length === 0)
    return ok(name, 'no Secrets, no pod deletion, no image change, nothing else that was asked for');
  const whose = subject.kind === 'self' ? 'this identity' : `the group ${subject.group}`;
  const found = `${whose} may also ${excess.join(', ')}`;
  const mend =
    subject.kind === 'self'
      ? 'fine for an administrator; to ask about the functions instead: add --group ai4k8s-autoscaler'
      : `kubectl get clusterrolebindings,rolebindings -A -o wide | grep ${subject.group}`;
  return warning(name, found, mend);
}
