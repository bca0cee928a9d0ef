// How a workload's vertical proposal stands, and why something is left out of it: closed, so that dashboards can count on it.

/** One of them for the whole proposal. */
export type VerticalCode =
  /** Every pod requests what it should. */
  | 'as_wanted'
  /** Pods were resized in this tick. */
  | 'resized'
  /** A person is shown the patch: apply=print. */
  | 'print_only'
  | 'not_enabled'
  | 'policy_invalid'
  | 'mode_recommend'
  | 'paused'
  | 'kill_switch'
  | 'on_hold'
  /** StatefulSets and Rollouts are served through their HPAs only. */
  | 'floors_only'
  /** An Argo Rollout runs its pods. */
  | 'owned_by_rollout'
  /** No signal that it names tells a level of complexity. */
  | 'no_level'
  /** The level is not measured now: nobody resizes on it. */
  | 'level_unknown'
  | 'rollout_in_progress'
  | 'deployment_paused'
  | 'no_pods'
  /** Nothing is left to follow the level; what is left out says why. */
  | 'nothing_to_change'
  | 'too_many_containers'
  /** The API server has no pods/resize. */
  | 'not_served'
  /** The right to patch pods/resize is not granted. */
  | 'forbidden'
  /** The API server refused it, e.g. by an admission plugin. */
  | 'refused_by_server'
  /** The pod was written since it was read: the next tick reads it again. */
  | 'conflict'
  /** Nobody knows what became of it: the next tick looks, and it is asked again after some minutes. */
  | 'failed'
  /** The API server took it, and the pod is as it was before. */
  | 'not_kept'
  | 'quota_exceeded'
  | 'limit_range'
  /** The kubelet is at it. */
  | 'resize_in_progress'
  /** The node has no room now; the kubelet tries again by itself. */
  | 'resize_deferred'
  /** The node never has room for it. */
  | 'resize_infeasible'
  /** A pod that was resized does not serve: no other is touched. */
  | 'resized_not_ready'
  | 'pods_not_ready'
  /** So many pods of the cluster were resized in this tick that others wait. */
  | 'next_tick';

/** Why a resource, or one of a container, is left as it is. */
export type LeftCode =
  | 'hpa_uses_resource'
  /** KEDA scales it, and by what cannot be seen. */
  | 'owned_by_keda'
  /** HPAs could not be read. */
  | 'owner_unknown'
  | 'vpa_present'
  | 'vpa_unknown'
  | 'best_effort'
  /** Its figures are those of the pod as a whole. */
  | 'pod_level_resources'
  /** An init container that ends. */
  | 'init_container'
  | 'not_chosen'
  | 'no_request'
  | 'unreadable'
  /** Its pods have a limit or request that the template does not state: admission gave it to them. */
  | 'not_as_template'
  /** Its resizePolicy asks for a restart, and the policy does not allow one. */
  | 'restart_needed'
  /** What it uses of memory keeps it from shrinking as far. */
  | 'memory_in_use'
  /** What it uses of memory is not known: it does not shrink. */
  | 'memory_unknown'
  | 'qos_would_change'
  /** Named in the policy and not in the pod. */
  | 'no_such_container';
