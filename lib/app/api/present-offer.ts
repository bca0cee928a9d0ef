// The HPA that enable offers: for Git, and with the one request that makes it, and the command that sends that.
import type { WorkloadRef } from '../../domain/workload/identity.ts';
import type { CommandResult } from '../commands/commands.ts';
import { hpaOffer } from '../commands/hpa-offer.ts';

/** Null where none is offered; `create` is null where nothing is changed yet. */
export function presentOffer({ cluster, namespace, name }: WorkloadRef, result: CommandResult) {
  const assessment = result.kind === 'done' ? result.record?.assessment : undefined;
  const offer = assessment === undefined ? null : hpaOffer(assessment.policy, assessment.observation);
  if (offer === null) return null;
  const { isReady, ...shown } = offer;
  const create = {
    method: 'POST',
    path: `/api/autoscaling/hpa/create/${encodeURIComponent(cluster)}`,
    body: { deployment_name: name, namespace },
    command: `ai4k8s enable ${name} -n ${namespace} --hpa`,
  };
  return { ...shown, create: isReady ? create : null };
}
