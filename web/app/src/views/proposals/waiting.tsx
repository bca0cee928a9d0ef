// One change that waits: what, why, for how much, and how long still.
import { write } from '../../api/client.ts';
import type { Proposal } from '../../api/types.ts';
import { Ago, Left } from '../../parts/age.tsx';
import { Confirm } from '../../parts/confirm.tsx';
import { Reason } from '../../parts/decision/reason.tsx';
import type { Said } from '../../parts/said.tsx';
import { useMayWrite } from '../../parts/session.tsx';
import { workloadPath } from '../../routes.ts';
import { money } from './money.ts';

interface Props {
  readonly cluster: string;
  readonly proposal: Proposal;
  readonly showsCluster: boolean;
  readonly onSaid: (said: Said) => void;
}

interface Answered {
  readonly success: boolean;
  readonly message: string;
}

export function Waiting({ cluster, proposal, showsCluster, onSaid }: Props) {
  const mayWrite = useMayWrite();
  const { namespace, deployment, kind, current_replicas: from, target_replicas: to, source, reason, change } = proposal;
  const ref = { cluster, namespace, deployment, kind };
  const name = `${namespace}/${deployment}`;
  const answer = async (how: 'approve' | 'reject', key: string, said: object) => {
    const body = { deployment_name: deployment, namespace, kind, proposal: proposal.id, ...said };
    const { success, message } = await write<Answered>(`proposals/${how}/${encodeURIComponent(cluster)}`, body, key);
    if (!success) throw new Error(message);
    return message;
  };
  return (
    <li class="card">
      <div class="row">
        <a class="name" href={workloadPath(ref)}>
          <bdi>{name}</bdi>
        </a>
        {showsCluster && <span class="faint">{cluster}</span>}
        <strong class={to > from ? 'scale_up' : 'scale_down'}>
          {from} → {to}
        </strong>
        <span>{money(proposal.usd_per_hour)}</span>
        <span class="grow" />
        <span class="faint">
          proposed <Ago iso={proposal.proposed_at} />, <Left iso={proposal.expires_at} />
        </span>
      </div>
      <p>{change}</p>
      {proposal.proposed_by !== null && (
        <p>
          Asked for by <bdi>{proposal.proposed_by}</bdi>
        </p>
      )}
      <Reason text={`${source}: ${reason}`} />
      {mayWrite && (
        <div class="row">
          <Confirm
            label="Approve"
            of={`${name} ${from} → ${to}`}
            question={`Set ${deployment} to ${to} replicas now?`}
            sure={`Approve ${from} → ${to}`}
            isMain
            act={(key) => answer('approve', key, { target_replicas: to })}
            onSaid={onSaid}
          />
          <Confirm
            label="Reject"
            of={`${name} ${from} → ${to}`}
            question="Not for the next half hour?"
            sure="Reject it"
            reason="optional"
            act={(key, text) => answer('reject', key, text === '' ? {} : { reason: text })}
            onSaid={onSaid}
          />
        </div>
      )}
    </li>
  );
}
