// The part of the HTTP API that is about HPAs, as data: one made and deleted on request, and floors given back.

import * as z from 'zod';
import { MAX_REPLICAS, TARGET_RANGE } from '../../domain/workload/pace.ts';
import { body, clusterParams, name, workloadFields } from './contract.ts';
import { createRoute } from './route.ts';

const replicas = z.number().int().min(1).max(MAX_REPLICAS).optional();
/** `-hpa` must still fit into a Kubernetes name. */
const fields = { ...workloadFields, deployment_name: name.max(249) };

const createBody = z
  .strictObject({
    ...fields,
    min_replicas: replicas,
    max_replicas: replicas,
    cpu_target: z
      .number()
      .int()
      .min(TARGET_RANGE.cpu[0])
      .max(TARGET_RANGE.cpu[1])
      .optional()
      .meta({ description: 'Percent of requests; 70' }),
    memory_target: z
      .number()
      .int()
      .min(TARGET_RANGE.memory[0])
      .max(TARGET_RANGE.memory[1])
      .optional()
      .meta({ description: 'Percent of requests; 80' }),
  })
  .meta({ id: 'HpaCreate' });
const deleteBody = z.strictObject(fields).meta({ id: 'HpaDelete' });
const releaseBody = z
  .strictObject({
    hold_minutes: z
      .number()
      .int()
      .min(0)
      .max(10_080)
      .default(60)
      .meta({ description: 'So long no floor is raised again; 0 ends an earlier hold' }),
  })
  .meta({ id: 'Release' });

export const createHpaRoute = createRoute({
  method: 'post',
  path: '/api/autoscaling/hpa/create/{cluster}',
  summary: 'Creates the HPA {deployment}-hpa: CPU 70 %, memory 80 %, where requests are stated; twice is once',
  request: { params: clusterParams, body: body(createBody) },
});
export const deleteHpaRoute = createRoute({
  method: 'post',
  path: '/api/autoscaling/hpa/delete/{cluster}',
  summary: 'Deletes the HPA {deployment}-hpa where it was made here; twice is once',
  request: { params: clusterParams, body: body(deleteBody) },
});
export const releaseRoute = createRoute({
  method: 'post',
  path: '/api/autoscaling/release/{cluster}',
  summary: 'Gives every HPA its own minReplicas back and raises none for an hour; before uninstalling. Twice is once',
  request: { params: clusterParams, body: body(releaseBody) },
});

export const HPA_ROUTES = [createHpaRoute, deleteHpaRoute, releaseRoute] as const;
