// The answers to a proposed change as data: paths and bodies.

import * as z from 'zod';
import { MAX_REPLICAS } from '../../domain/workload/pace.ts';
import { body, clusterParams, reasonText, workloadFields } from './contract.ts';
import { createRoute } from './route.ts';

const id = z.string().min(1).max(200).meta({ description: 'The id of the proposal, as the list has it' });
const approveBody = z
  .strictObject({
    ...workloadFields,
    proposal: id,
    target_replicas: z
      .number()
      .int()
      .min(1)
      .max(MAX_REPLICAS)
      .optional()
      .meta({ description: "The number that is approved; the proposal's own unless given" }),
  })
  .meta({ id: 'Approve' });
const rejectBody = z
  .strictObject({ ...workloadFields, proposal: id, reason: reasonText(200).optional() })
  .meta({ id: 'Reject' });

const createBody = z
  .strictObject({
    ...workloadFields,
    target_replicas: z.number().int().min(1).max(MAX_REPLICAS),
    reason: reasonText(500).meta({ description: 'Why, for whoever approves it' }),
  })
  .meta({ id: 'Propose' });

export const proposeRoute = createRoute({
  method: 'post',
  path: '/api/autoscaling/proposals/create/{cluster}',
  summary: 'Puts a number of replicas before people; changes nothing until one approves it',
  request: { params: clusterParams, body: body(createBody) },
});
export const approveRoute = createRoute({
  method: 'post',
  path: '/api/autoscaling/proposals/approve/{cluster}',
  summary: 'Decides again and carries a proposed change out, where it is still what is wanted',
  request: { params: clusterParams, body: body(approveBody) },
});
export const rejectRoute = createRoute({
  method: 'post',
  path: '/api/autoscaling/proposals/reject/{cluster}',
  summary: 'Declines a proposed change: it is not proposed again for half an hour, unless more is wanted',
  request: { params: clusterParams, body: body(rejectBody) },
});

export const PROPOSAL_ROUTES = [proposeRoute, approveRoute, rejectRoute] as const;
