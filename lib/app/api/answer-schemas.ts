// What every route answers, for the OpenAPI document alone: no function that is deployed reads it.

import * as z from 'zod';
import { RUNGS } from '../../domain/workload/rung.ts';
import type { ROUTES } from './all-routes.ts';
import { proposals, proposed } from './answer-schemas-of-proposals.ts';
import { cost, demandClass, status } from './answer-schemas-of-status.ts';
import { PROBLEMS, type ProblemTitle, problemType } from './problem.ts';

const TYPES = Object.keys(PROBLEMS).map((title) => problemType(title as ProblemTitle));

const proposal = z
  .looseObject({ success: z.boolean(), action: z.string(), target_replicas: z.number(), reason: z.string() })
  .nullable();
const decision = z
  .looseObject({
    id: z.string(),
    action: z.string(),
    current_replicas: z.number(),
    target_replicas: z.number(),
    source: z.string(),
    reason: z.string(),
    outcome: z.string(),
    outcome_message: z.string(),
    timestamp: z.string(),
  })
  .meta({ id: 'Decision' });
const recommendations = z
  .looseObject({
    success: z.boolean(),
    recommendations: z.looseObject({
      predictive: proposal.unwrap().extend({ llm_used: z.boolean() }).nullable(),
      reactive: proposal,
      rules: proposal,
    }),
    decision,
    demand_class: demandClass,
    llm_used: z.boolean(),
    llm_model: z.string().nullable(),
    cached: z.boolean(),
    rate_limited: z.boolean(),
    limited_by: z.string().nullable(),
    source: z.string(),
    timestamp: z.string(),
  })
  .meta({ id: 'Recommendations' });
const hourAhead = z.looseObject({
  timestamp: z.string(),
  p50: z.number().nullable(),
  p90: z.number().nullable(),
  p99: z.number().nullable(),
  came: z.number().nullable().meta({ description: 'Null until it is known, and where nothing was measured' }),
});
const story = recommendations
  .extend({
    came: z.record(z.string(), z.array(hourAhead)).meta({ description: 'By signal, the six hours ahead of then' }),
    llm_record: z
      .looseObject({
        confidence: z.number(),
        days: z.number(),
        judged: z.number(),
        right: z.number().nullable(),
        message: z.string(),
      })
      .nullable()
      .meta({ description: 'How often advice of about this confidence was right; null where no LLM advised' }),
  })
  .meta({ id: 'DecisionStory' });
const ladder = z.looseObject({
  rung: z.enum(RUNGS),
  next: z.enum(RUNGS).nullable(),
  evidence: z.array(z.string()).meta({ description: 'What is known that speaks for the next rung, or against it' }),
});
const history = z
  .looseObject({ success: z.boolean(), decisions: z.array(z.looseObject({})), cursor: z.string().nullable() })
  .meta({ id: 'History' });
const commandDone = z
  .looseObject({ success: z.boolean(), message: z.string(), decision: decision.nullable() })
  .meta({ id: 'CommandDone' });
const enabled = commandDone
  .extend({
    hpa_offer: z
      .looseObject({
        name: z.string(),
        why: z.string(),
        yaml: z.string(),
        create: z.looseObject({ method: z.string(), path: z.string(), body: z.looseObject({}) }).nullable(),
      })
      .nullable()
      .meta({ description: 'Where no HPA is under it: one for Git, and the request that makes it at once' }),
  })
  .meta({ id: 'Enabled' });
const chart = z.looseObject({ unit: z.string(), start: z.string(), values: z.array(z.number().nullable()) });
const patterns = z
  .looseObject({
    success: z.boolean(),
    from: z.string(),
    to: z.string(),
    step_seconds: z.number().meta({ description: 'Between two values of every series' }),
    series: z.record(z.string(), chart),
    forecast: z.looseObject({ horizon_hours: z.number(), history_hours: z.number().nullable() }),
    forecast_at: z.string(),
    schedules: z
      .array(z.looseObject({ id: z.string(), from: z.string(), to: z.string().nullable() }))
      .meta({ description: 'When windows hold, from the first moment to the end of the forecast' }),
  })
  .meta({ id: 'Patterns' });
const health = z.looseObject({ status: z.string(), version: z.string() }).meta({ id: 'Health' });
export const problemSchema = z
  .looseObject({
    type: z.enum(TYPES).meta({ description: 'The cause: a closed list, and each stays what it is' }),
    title: z.string(),
    status: z.number(),
    detail: z.string(),
    request_id: z.string(),
    errors: z
      .array(z.looseObject({ field: z.string(), message: z.string() }))
      .optional()
      .meta({ description: 'Every parameter or field that is at fault, up to twenty' }),
  })
  .meta({ id: 'Problem' });

const window = z
  .looseObject({
    id: z.string(),
    deployment: z.string(),
    namespace: z.string(),
    time_zone: z.string(),
    active_now: z.boolean(),
    next_start: z.string().nullable(),
    next_end: z.string().nullable(),
  })
  .meta({ id: 'ScheduleListed' });
const created = z.looseObject({ success: z.boolean(), message: z.string(), window }).meta({ id: 'ScheduleCreated' });
const deleted = z.looseObject({ success: z.boolean(), message: z.string() }).meta({ id: 'ScheduleDeleted' });
const listed = z.looseObject({ success: z.boolean(), windows: z.array(window) }).meta({ id: 'Schedule' });

const hpaDone = z
  .looseObject({ success: z.boolean(), hpa: z.string(), changed: z.boolean(), message: z.string() })
  .meta({ id: 'HpaDone' });
const released = z
  .looseObject({
    success: z.boolean(),
    given_back: z.array(z.string()),
    failed: z.array(z.string()),
    held_off_until: z.string().nullable(),
    message: z.string(),
  })
  .meta({ id: 'Released' });

const state = z
  .looseObject({
    cluster: z.string(),
    state: z.enum(['on', 'off']),
    reason: z.string().nullable(),
    changed_by: z.string().nullable(),
    changed_at: z.string().nullable(),
  })
  .meta({ id: 'KillSwitch' });
const answer = z
  .looseObject({
    success: z.boolean(),
    message: z.string(),
    installation: z
      .string()
      .nullable()
      .meta({ description: 'Why the deployment itself forbids every change, or null' }),
    switches: z.array(state),
  })
  .meta({ id: 'KillSwitches' });
const turned = z
  .looseObject({ success: z.boolean(), message: z.string(), turned: z.array(z.string()), failed: z.array(z.string()) })
  .meta({ id: 'KillSwitchTurned' });

const level = z.looseObject({ namespace: z.string().nullable(), policy: z.record(z.string(), z.string()) });
const policies = z
  .looseObject({ success: z.boolean(), message: z.string(), installation: level.shape.policy, levels: z.array(level) })
  .meta({ id: 'LevelPolicies' });
const levelSet = level.extend({ success: z.boolean(), message: z.string() }).meta({ id: 'LevelPolicySet' });

type KeyOf<R> = R extends { readonly method: infer M extends string; readonly path: infer P extends string }
  ? `${M} ${P}`
  : never;
type Key = KeyOf<(typeof ROUTES)[number]>;

interface AnswerSchema {
  readonly schema: z.ZodType;
  readonly description: string;
}

const said = (schema: z.ZodType, description: string): AnswerSchema => ({ schema, description });

/** The answer of status 200 to every route. */
export const ANSWERS: Readonly<Record<Key, AnswerSchema>> = {
  'get /health': said(health, 'It does'),
  'get /api/autoscaling/recommendations/{cluster}': said(
    recommendations.extend({ ladder, cost }).meta({ id: 'RecommendationsNow' }),
    'Recommendations of all sources',
  ),
  'get /api/autoscaling/status/{cluster}': said(status, 'The cluster as the last tick saw it'),
  'get /api/autoscaling/history/{cluster}': said(history, 'One page of decisions'),
  'get /api/autoscaling/history/{cluster}/{decision}': said(story, 'The decision, beside what came'),
  'get /api/autoscaling/patterns/{cluster}': said(patterns, 'The series'),
  'get /api/autoscaling/schedule/{cluster}': said(listed, 'The windows'),
  'get /api/autoscaling/proposals/{cluster}': said(proposals, 'What nobody has answered'),
  'get /api/autoscaling/policy/{cluster}': said(policies, 'What is said at each level'),
  'post /api/autoscaling/policy/{cluster}': said(levelSet, 'All that is said at that level now'),
  'get /api/autoscaling/kill-switch/{cluster}': said(answer, 'The switch'),
  'get /api/autoscaling/clusters': said(
    z
      .looseObject({ success: z.boolean(), clusters: z.array(z.looseObject({ id: z.string() })) })
      .meta({ id: 'Clusters' }),
    'Their names',
  ),
  'get /api/autoscaling/kill-switch': said(answer, 'The switches'),
  'post /api/autoscaling/predictive/enable/{cluster}': said(enabled, 'Enabled'),
  'post /api/autoscaling/predictive/disable/{cluster}': said(commandDone, 'Disabled'),
  'post /api/autoscaling/predictive/apply/{cluster}': said(commandDone, 'Decided'),
  'post /api/autoscaling/predictive/pause/{cluster}': said(commandDone, 'Paused or resumed'),
  'post /api/autoscaling/predictive/undo/{cluster}': said(commandDone, 'Taken back'),
  'post /api/autoscaling/proposals/create/{cluster}': said(proposed, 'It waits for a person'),
  'post /api/autoscaling/proposals/approve/{cluster}': said(commandDone, 'Decided'),
  'post /api/autoscaling/proposals/reject/{cluster}': said(commandDone, 'Declined'),
  'post /api/autoscaling/hold/clear/{cluster}': said(
    z.looseObject({ success: z.boolean(), message: z.string() }),
    'Ended',
  ),
  'post /api/autoscaling/schedule/create/{cluster}': said(created, 'The window, and when it is next'),
  'post /api/autoscaling/schedule/delete/{cluster}': said(deleted, 'Removed'),
  'post /api/autoscaling/hpa/create/{cluster}': said(hpaDone, 'It is there'),
  'post /api/autoscaling/hpa/delete/{cluster}': said(hpaDone, 'It is not there'),
  'post /api/autoscaling/release/{cluster}': said(released, 'What was given back, and what could not be'),
  'post /api/autoscaling/kill-switch/{cluster}': said(turned, 'Turned'),
  'post /api/autoscaling/kill-switch': said(turned, 'Turned, and where it could not be'),
};
