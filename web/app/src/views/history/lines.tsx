// Decisions as lines, each a link to its story.
import type { HistoryLine, Ref } from '../../api/types.ts';
import { ActionBadge } from '../../parts/action.tsx';
import { parted } from '../../parts/decision/reason.tsx';
import { minute, signedMoney } from '../../quantities.ts';
import { decisionPath } from '../../routes.ts';
import { proposedWords } from './proposed.ts';

interface Props {
  readonly of: Ref;
  readonly lines: readonly HistoryLine[];
}

export function Lines({ of, lines }: Props) {
  if (lines.length === 0) return null;
  return (
    <table class="dense stacked">
      <thead>
        <tr>
          <th scope="col">when</th>
          <th scope="col" class="number">
            replicas
          </th>
          <th scope="col">action</th>
          <th scope="col">outcome</th>
          <th scope="col">source</th>
          <th scope="col">what, and why</th>
        </tr>
      </thead>
      <tbody>
        {lines.map((line) => (
          <tr key={line.id}>
            <th scope="row">
              <a href={decisionPath(of, line.id)}>{minute(Date.parse(line.timestamp))}</a>
            </th>
            <td class="number">{replicasOf(line)}</td>
            <td>
              <ActionBadge action={line.action} />
            </td>
            <td>{line.outcome}</td>
            <td>{line.source}</td>
            <td class="why">
              {proposedWords(line) ?? line.why_not?.message ?? line.outcome_message}
              {line.usd_per_hour ? ` (${signedMoney(line.usd_per_hour)} an hour)` : ''}
              {line.requested_by && <span class="faint"> asked for by {line.requested_by}</span>}
              <div class="faint">{parted(line.reason)[0]}</div>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function replicasOf({ current_replicas: from, target_replicas: to }: HistoryLine): string {
  return from === to ? `${from}` : `${from} → ${to}`;
}
