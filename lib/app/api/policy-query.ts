// What is said of all of a cluster and of its namespaces, by whom and when.
import type { LevelRecord, PolicyStore } from '../ports/policy-store.ts';
import type { ApiContext } from './api-context.ts';
import { type Api, asking } from './base.ts';
import { iso } from './iso.ts';
import { fieldOfKey, keyOfField, policyRoute } from './policy-contract.ts';
import { sightOf } from './sight.ts';

export interface PolicyQueryContext extends ApiContext {
  readonly ports: { readonly policies: PolicyStore };
}

export function addPolicyReads(app: Api, context: PolicyQueryContext): void {
  const { policies } = context.ports;
  app.openapi(policyRoute, async (c) => {
    const { cluster } = c.req.valid('param');
    const { namespace } = c.req.valid('query');
    const { isSeen } = sightOf(asking(context, c.env, 'read'), cluster, namespace);
    const { above } = await policies.list(cluster);
    const named = Object.keys(above.namespaces).filter((name) => isSeen(name));
    const wanted = namespace === undefined ? [null, ...named.toSorted()] : [null, namespace];
    const records = await Promise.all(wanted.map((name) => policies.level(cluster, name)));
    const levels = records.flatMap((record) => (record === null ? [] : [presentLevel(record)]));
    const installation = presentValues(above.installation);
    const lines = [`the installation: ${wordsOf(installation)}`, ...levels.map(saidOfLevel)];
    return c.json({ success: true, cluster, message: lines.join('; '), installation, levels }, 200);
  });
}

export function presentLevel({ namespace, values, updatedAt, updatedBy }: LevelRecord) {
  return { namespace, policy: presentValues(values), changed_by: updatedBy, changed_at: iso(updatedAt) };
}

export function saidOfLevel({ namespace, policy, changed_by, changed_at }: ReturnType<typeof presentLevel>): string {
  const of = namespace === null ? 'the cluster' : `namespace ${namespace}`;
  return `${of}: ${wordsOf(policy)} (${changed_by === null ? '' : `by ${changed_by}, `}${toTheSecond(changed_at)})`;
}

function presentValues(values: Readonly<Record<string, string>>) {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [fieldOfKey(key), value]));
}

/** For people. */
function toTheSecond(timestamp: string): string {
  return timestamp.replace(/\.\d+Z$/, 'Z');
}

/** As annotations and the command line call them. */
function wordsOf(values: Readonly<Record<string, string>>): string {
  return (
    Object.entries(values)
      .map(([field, value]) => `${keyOfField(field)} ${value}`)
      .join(', ') || 'nothing is said'
  );
}
