// Proposed changes in the HTTP API as data: the list of those that wait, and the answers to one.

import { createRoute, z } from '@hono/zod-openapi';
import { MAX_REPLICAS } from '../../domain/workload/pace.ts';
import { body, clusterParams, commandDone, json, namespaceQuery, problems } from './contract.ts';
import { workloadFields } from './fields.ts';

const proposal = z
  .looseObject({
    id: z.string(),
    namespace: z.string(),
    deployment: z.string(),
    current_replicas: z.number(),
    target_replicas: z.number(),
    reason: z.string(),
    proposed_at: z.string(),
    expires_at: z.string(),
  })
  .openapi('Proposal');
const proposals = z
  .looseObject({ success: z.boolean(), cluster: z.string(), proposals: z.array(proposal) })
  .openapi('Proposals');
const id = z.string().min(1).max(200).openapi({ description: 'The id of the proposal, as the list has it' });
const approveBody = z
  .strictObject({
    ...workloadFields,
    proposal: id,
    target_replicas: z.number().int().min(1).max(MAX_REPLICAS).optional().openapi({
      description: "The number that is approved; the proposal's own unless given",
    }),
  })
  .openapi('Approve');
const rejectBody = z
  .strictObject({ ...workloadFields, proposal: id, reason: z.string().trim().min(1).max(200).optional() })
  .openapi('Reject');

export const proposalsRoute = createRoute({
  method: 'get',
  path: '/api/autoscaling/proposals/{cluster}',
  summary: 'Changes that wait for a person',
  request: { params: clusterParams, query: namespaceQuery },
  responses: { 200: json(proposals, 'Those of the last tick that nobody has answered'), ...problems },
});
export const approveRoute = createRoute({
  method: 'post',
  path: '/api/autoscaling/proposals/approve/{cluster}',
  summary: 'Decides again and carries a proposed change out, where it is still what is wanted',
  request: { params: clusterParams, body: body(approveBody) },
  responses: { 200: json(commandDone, 'Decided'), ...problems },
});
export const rejectRoute = createRoute({
  method: 'post',
  path: '/api/autoscaling/proposals/reject/{cluster}',
  summary: 'Declines a proposed change: it is not proposed again for half an hour, unless more is wanted',
  request: { params: clusterParams, body: body(rejectBody) },
  responses: { 200: json(commandDone, 'Declined'), ...problems },
});

export const PROPOSAL_ROUTES = [proposalsRoute, approveRoute, rejectRoute] as const;
