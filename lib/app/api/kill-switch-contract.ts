// The kill switch's part of the HTTP API as data: of one cluster, and of all of them.

import * as z from 'zod';
import { body, clusterParams, reasonText } from './contract.ts';
import { createRoute } from './route.ts';

const turnBody = z
  .strictObject({
    state: z.enum(['on', 'off']).meta({ description: 'on: nothing is changed' }),
    reason: reasonText(500).meta({ example: 'INC-42: latency after the last change' }),
  })
  .meta({ id: 'KillSwitchTurn' });
const ALL = '/api/autoscaling/kill-switch';
const ONE = `${ALL}/{cluster}` as const;
const TURNS =
  'Stops every change at once ("on"), or lets them go on ("off"); decisions are made and shown all the same';

export const turnRoute = createRoute({
  method: 'post',
  path: ONE,
  summary: TURNS,
  request: { params: clusterParams, body: body(turnBody) },
});
export const turnAllRoute = createRoute({
  method: 'post',
  path: ALL,
  summary: `${TURNS}; in every cluster that is configured now`,
  request: { body: body(turnBody) },
});

export const KILL_SWITCH_ROUTES = [turnRoute, turnAllRoute] as const;
