import { write } from '../../api/client.ts';
import type { Window } from '../../api/types.ts';
import { Confirm } from '../../parts/confirm.tsx';
import type { OfClusters } from '../../parts/of-clusters.ts';
import type { Said } from '../../parts/said.tsx';
import { useMayWrite } from '../../parts/session.tsx';
import { workloadPath } from '../../routes.ts';
import { effectText, rangeText, stateText, timesText } from './window-words.ts';

interface Props {
  readonly of: OfClusters<readonly Window[]>;
  readonly onSaid: (said: Said) => void;
}

export function Windows({ of, onSaid }: Props) {
  const all = of.found.flatMap(([cluster, windows]) => windows.map((window) => ({ cluster, window })));
  if (all.length === 0 && of.failed.length === 0)
    return (
      <p class="empty">There is no window yet. Off-hours are a window of size 0, where the namespace allows it.</p>
    );
  return (
    <ul class="windows">
      {all.map(({ cluster, window }) => (
        <WindowLine
          key={`${cluster} ${window.namespace} ${window.deployment} ${window.id}`}
          cluster={cluster}
          window={window}
          showsCluster={of.clusters.length > 1}
          onSaid={onSaid}
        />
      ))}
    </ul>
  );
}

interface LineProps {
  readonly cluster: string;
  readonly window: Window;
  readonly showsCluster: boolean;
  readonly onSaid: (said: Said) => void;
}

function WindowLine({ cluster, window, showsCluster, onSaid }: LineProps) {
  const mayWrite = useMayWrite();
  const { id, namespace, deployment, kind, time_zone, active_now } = window;
  const remove = async (key: string) => {
    const body = { deployment_name: deployment, namespace, kind, id };
    const path = `schedule/delete/${encodeURIComponent(cluster)}`;
    return (await write<{ readonly message: string }>(path, body, key)).message;
  };
  return (
    <li class="card row">
      <a class="name" href={workloadPath({ cluster, namespace, deployment, kind })}>
        <bdi>
          {namespace}/{deployment}
        </bdi>
      </a>
      {showsCluster && <span class="faint">{cluster}</span>}
      <strong>{effectText(window)}</strong>
      <span>{timesText(window)}</span>
      <span class="faint">{[time_zone, rangeText(window)].filter(Boolean).join(' · ')}</span>
      <span class="grow" />
      <span class={active_now ? 'chip' : 'faint'}>{stateText(window)}</span>
      {mayWrite && (
        <Confirm
          label="Delete"
          of={`${effectText(window)}, ${timesText(window)}, of ${namespace}/${deployment}`}
          question="Delete this window?"
          sure="Delete it"
          act={remove}
          onSaid={onSaid}
        />
      )}
    </li>
  );
}
