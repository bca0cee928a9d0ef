// The kill switch's part of the HTTP API as data: of one cluster, and of all of them.

import { createRoute, z } from '@hono/zod-openapi';
import { body, clusterParams, json, problems } from './contract.ts';

const turnBody = z
  .strictObject({
    state: z.enum(['on', 'off']).openapi({ description: 'on: nothing is changed' }),
    reason: z.string().trim().min(1).max(500).openapi({ example: 'INC-42: latency after the last change' }),
  })
  .openapi('KillSwitchTurn');
const state = z
  .looseObject({
    cluster: z.string(),
    state: z.enum(['on', 'off']),
    reason: z.string().nullable(),
    changed_by: z.string().nullable(),
    changed_at: z.string().nullable(),
  })
  .openapi('KillSwitch');
const answer = z
  .looseObject({
    success: z.boolean(),
    message: z.string(),
    installation: z
      .string()
      .nullable()
      .openapi({ description: 'Why the deployment itself forbids every change, or null' }),
    switches: z.array(state),
  })
  .openapi('KillSwitches');
const turned = z
  .looseObject({ success: z.boolean(), message: z.string(), turned: z.array(z.string()), failed: z.array(z.string()) })
  .openapi('KillSwitchTurned');

const ALL = '/api/autoscaling/kill-switch';
const ONE = `${ALL}/{cluster}` as const;
const TURNS =
  'Stops every change at once ("on"), or lets them go on ("off"); decisions are made and shown all the same';

export const killSwitchRoute = createRoute({
  method: 'get',
  path: ONE,
  summary: 'Whether the kill switch of a cluster is on, since when, by whom and why',
  request: { params: clusterParams },
  responses: { 200: json(answer, 'The switch'), ...problems },
});
export const killSwitchesRoute = createRoute({
  method: 'get',
  path: ALL,
  summary: 'The kill switch of every cluster',
  responses: { 200: json(answer, 'The switches'), ...problems },
});
export const turnRoute = createRoute({
  method: 'post',
  path: ONE,
  summary: TURNS,
  request: { params: clusterParams, body: body(turnBody) },
  responses: { 200: json(turned, 'Turned'), ...problems },
});
export const turnAllRoute = createRoute({
  method: 'post',
  path: ALL,
  summary: `${TURNS}; in every cluster that is configured now`,
  request: { body: body(turnBody) },
  responses: { 200: json(turned, 'Turned, and where it could not be'), ...problems },
});

export const KILL_SWITCH_ROUTES = [killSwitchRoute, killSwitchesRoute, turnRoute, turnAllRoute] as const;
