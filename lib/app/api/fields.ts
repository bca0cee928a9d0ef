// What bodies and queries of the API call a workload.
import { z } from '@hono/zod-openapi';
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
