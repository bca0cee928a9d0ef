// Every reason that advice is not taken and that a number is not what was proposed: closed lists, so that dashboards and alarms can count on them.

export const REJECTION_CODES = [
  'no_api_key',
  'switched_off',
  /** Whatever is advised, orders and evidence leave one answer. */
  'no_room',
  /** Advice has cost too much of late, or moved the workload to and fro: what is left of its room is one answer. */
  'room_closed',
  /** Nothing may be written to the workload, whatever is advised. */
  'not_permitted',
  /** What holds the workload for now stands against every advice alike. */
  'held',
  /** The month's budget in dollars is spent. */
  'budget_used_up',
  /** What time has earned of the month's budget is spent, for now. */
  'budget_paced',
  /** Our own interval: the workload had its call. */
  'asked_recently',
  /** The server's limit. */
  'rate_limited',
  /** Our own count of the model's quota, or the tokens that its server takes at once. */
  'quota_exhausted',
  /** Every model is left alone for a while, after a server said no. */
  'backing_off',
  'timeout',
  'network',
  'server_error',
  'request_refused',
  'no_model',
  'empty',
  'truncated',
  'too_large',
  'unparsable',
  /** Differing advice, or advice taken back: which is meant cannot be told. */
  'several_answers',
  'schema',
  'out_of_bounds',
  'contradiction',
] as const;
export type RejectionCode = (typeof REJECTION_CODES)[number];

/** Why a guardrail did what it did; closed, so that dashboards and alarms can count on it. */
export type ReasonCode =
  | 'ok'
  | RejectionCode
  | 'below_min'
  | 'above_max'
  /** A scheduled window asks for more, or for less, than the source. */
  | 'below_schedule'
  | 'above_schedule'
  | 'workload_at_zero'
  /** Its HPA holds it at none, and wakes it. */
  | 'hpa_at_zero'
  | 'signal_missing'
  /** Measured too long ago. */
  | 'signal_stale'
  /** Measured on some of the ready pods only. */
  | 'signal_partial'
  /** Ready pods whose figure still holds CPU of their start-up. */
  | 'pods_starting'
  /** A container states no request: utilisation is undefined. */
  | 'request_missing'
  | 'rollout_in_progress'
  | 'deployment_paused'
  | 'pods_not_ready'
  | 'down_while_over_target'
  | 'up_while_under_target'
  /** What constraints leave of advice goes the other way, or moves what it wanted kept. */
  | 'direction_turned'
  /** Advice has moved it to and fro more often than the baseline alone would have, past its allowance. */
  | 'too_many_changes'
  | 'below_envelope'
  | 'above_envelope'
  | 'step_up'
  | 'step_down'
  /** A person's window has it off. */
  | 'off_by_schedule'
  /** A person lets it grow and not shrink, or the other way, for now. */
  | 'paused_scale_in'
  | 'paused_scale_out'
  /** A person lets changes go one way only, or so far at once. */
  | 'limit_direction'
  | 'limit_step'
  | 'stabilising'
  | 'cooling_down'
  /** Somebody else changed the replica count within the cooldown. */
  | 'scaled_by_other'
  | 'pods_unschedulable'
  | 'image_pull_failing'
  | 'crash_looping'
  | 'owned_by_hpa'
  | 'owned_by_keda'
  /** An Argo Rollout runs its pods (`workloadRef`). */
  | 'owned_by_rollout'
  /** A StatefulSet or a Rollout is scaled through an HPA, or not at all. */
  | 'floors_only'
  | 'ambiguous_owner'
  | 'owner_unknown'
  /** A GitOps controller or operator sets `spec.replicas` to its own count. */
  | 'owned_by_manager'
  /** A manifest holds `spec.replicas`: told, not an obstacle. */
  | 'replicas_in_manifest'
  /** A VerticalPodAutoscaler changes the requests that sizing counts in: told. */
  | 'vpa_present'
  /** Selectors of two Deployments match the same pods: told. */
  | 'selector_overlap'
  | 'paused'
  | 'kill_switch'
  /** Ready counts fell after changes of ours: the circuit breaker is open. */
  | 'on_hold'
  /** A ResourceQuota has no room for so many pods. */
  | 'quota_exceeded'
  /** A LimitRange refuses pods of this size. */
  | 'limit_range'
  /** One tick may change only a share of a cluster. */
  | 'blast_radius';
