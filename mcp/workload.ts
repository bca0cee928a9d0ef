// How tools name a workload, and which cluster is meant.
import * as z from 'zod';
import { got, Refusal } from './refusal.ts';
import type { Calling } from './tool.ts';

const cluster = z
  .string()
  .min(1)
  .max(100)
  .optional()
  .describe('As the installation names it; may be left out where there is one');

export const clusterField = { cluster };

/** Names are checked by the API, in its own words. */
export const workloadFields = {
  cluster,
  deployment: z.string().min(1).max(253).describe('Name of the workload'),
  namespace: z.string().min(1).max(63).default('default'),
  kind: z.enum(['Deployment', 'StatefulSet', 'Rollout']).default('Deployment'),
};

export interface Named {
  readonly cluster?: string | undefined;
  readonly deployment: string;
  readonly namespace: string;
  readonly kind: string;
}

export function queryOf({ deployment, namespace, kind }: Named): Readonly<Record<string, string>> {
  return { deployment, namespace, kind };
}

export function bodyOf({ deployment, namespace, kind }: Named): Readonly<Record<string, string>> {
  return { deployment_name: deployment, namespace, kind };
}

/**
 * The cluster that is named, else the one of the configuration, else the only one there is.
 * @throws Refusal where none of them says which
 */
export async function clusterOf(calling: Calling, given: string | undefined): Promise<string> {
  const meant = given ?? calling.cluster;
  if (meant !== null) return meant;
  const { clusters } = got<{ clusters: readonly { id: string }[] }>(await calling.ask({ what: 'clusters' }));
  const [only, ...others] = clusters;
  if (only !== undefined && others.length === 0) return only.id;
  if (only === undefined)
    throw new Refusal('No cluster is here that these credentials may see', 'do not try again; tell a person who may.');
  const listed = clusters.map(({ id }) => id).join(', ');
  throw new Refusal(
    `There are ${clusters.length} clusters here, and none is named`,
    'call again with one of them as "cluster".',
    listed,
  );
}
