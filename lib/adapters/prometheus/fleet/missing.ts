// Which series of kube-state-metrics a server lacks, what is taken instead, and what to do about it.
import { DEFAULT_STARTUP_SECONDS } from '../../../domain/workload/startup-time.ts';
import type { FleetAnswers } from './answers.ts';

/** In the order of how much hangs on each. */
export function missingSeries(answers: FleetAnswers): readonly string[] {
  const isThere = (name: keyof FleetAnswers) => answers[name].length > 0;
  return [
    ...(isThere('requests')
      ? []
      : [
          'no kube_pod_container_resource_requests: what a replica requests is not known, and nothing can be replayed; give --kubeconfig, or let kube-state-metrics see pods',
        ]),
    ...(isThere('hpaMax')
      ? []
      : [
          'no kube_horizontalpodautoscaler_spec_max_replicas: every Deployment is taken to have no HPA; if some have, give --kubeconfig, or let kube-state-metrics see horizontalpodautoscalers',
        ]),
    ...(isThere('hpaMax') && !isThere('hpaTargets')
      ? [
          'no kube_horizontalpodautoscaler_info: an HPA is taken to scale the Deployment of its own name; kube-state-metrics 2.1 and newer says which',
        ]
      : []),
    ...(isThere('startups')
      ? []
      : [
          `neither kube_pod_status_ready_time nor kube_pod_status_ready with kube_pod_created: a new pod is taken to serve after ${DEFAULT_STARTUP_SECONDS} s; give --startup, or let kube-state-metrics see pods`,
        ]),
    ...(isThere('ranMost') ? [] : ['no kube_deployment_status_replicas of earlier days: what runs now is what ran']),
  ];
}
