// What several routes of the HTTP API have in common: how a workload is named, and where a body is found.

import * as z from 'zod';
import { WORKLOAD_KINDS } from '../../domain/workload/kind.ts';
import { shown } from './input-words.ts';

export const name = z
  .string()
  .min(1)
  .max(253)
  .regex(/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/, {
    error: ({ input }) => `is ${shown(input)}, expected a Kubernetes name: lower-case letters, digits, - and .`,
  });
export const namespace = name.max(63).default('default');
/** Behind an HPA a workload may also be a StatefulSet or a Rollout. */
export const kind = z.enum(WORKLOAD_KINDS).default('Deployment');
/** Which workload a body is about. */
export const workloadFields = { deployment_name: name, namespace, kind };
const cluster = z.string().min(1).max(100).meta({ example: 'demo' });

/** What a person says why: some characters that are not blank. */
export const reasonText = (most: number) =>
  z
    .string()
    .trim()
    .regex(/\S/, { error: ({ input }) => `is ${shown(input)}, expected a reason in words` })
    .max(most);

export const clusterParams = z.object({ cluster });

export const body = <T extends z.ZodType>(schema: T) => ({
  required: true as const,
  content: { 'application/json': { schema } },
});
