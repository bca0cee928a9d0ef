// Each cluster: its last tick, what holds it, and its kill switch.
import { write } from '../../api/client.ts';
import { Ago } from '../../parts/age.tsx';
import { Confirm } from '../../parts/confirm.tsx';
import type { Said } from '../../parts/said.tsx';
import { useMayWrite } from '../../parts/session.tsx';
import { overviewPath } from '../../routes.ts';
import { count, counted, moment } from '../../words.ts';
import type { Fleet, OfCluster } from './of-cluster.ts';

interface Props {
  readonly fleet: Fleet;
  readonly isAll: boolean;
  readonly onSaid: (said: Said) => void;
  /** Something was changed. */
  readonly again: () => void;
}

export function Clusters({ fleet, isAll, onSaid, again }: Props) {
  return (
    <ul class="clusters" aria-label="Clusters">
      {fleet.map((one) => (
        <ClusterLine key={one.id} one={one} isAll={isAll} onSaid={onSaid} again={again} />
      ))}
    </ul>
  );
}

type LineProps = Omit<Props, 'fleet'> & { readonly one: OfCluster };

function ClusterLine({ one: { id, status }, isAll, onSaid, again }: LineProps) {
  const mayWrite = useMayWrite();
  const act = async (what: string, body: object, key: string) => {
    const { message } = await write<{ readonly message: string }>(`${what}/${encodeURIComponent(id)}`, body, key);
    again();
    return message;
  };
  return (
    <li class={status?.kill_switch != null || status?.hold != null ? 'stopped' : undefined}>
      <strong>{isAll ? <a href={overviewPath(id)}>{id}</a> : id}</strong>
      {status !== null && (
        <>
          <span>{counted(status.workload_count, 'workload')}</span>
          <LastTick tick={status.last_tick} />
          {status.kill_switch !== null && <span class="chip bad">kill switch on</span>}
          {status.hold !== null && <Hold hold={status.hold} />}
          <span class="grow" />
          {mayWrite && status.hold !== null && (
            <Confirm
              label="Clear the hold"
              of={id}
              question={`Scale ${id} down again from the next tick on?`}
              sure="Clear it"
              act={(key) => act('hold/clear', {}, key)}
              onSaid={onSaid}
            />
          )}
          {mayWrite && <KillSwitch id={id} isOn={status.kill_switch !== null} act={act} onSaid={onSaid} />}
        </>
      )}
    </li>
  );
}

function LastTick({ tick }: { readonly tick: NonNullable<OfCluster['status']>['last_tick'] }) {
  if (tick === null) return <span>no tick yet</span>;
  return (
    <span>
      last tick <Ago iso={tick.finished_at} />,{' '}
      {tick.applied === 0 ? 'nothing changed' : `${count(tick.applied)} changed`}
    </span>
  );
}

function Hold({ hold }: { readonly hold: NonNullable<NonNullable<OfCluster['status']>['hold']> }) {
  return (
    <span>
      <span class="chip bad">hold</span> nothing is scaled down since {moment(hold.since)}: {hold.reason}
    </span>
  );
}

interface SwitchProps {
  readonly id: string;
  readonly isOn: boolean;
  readonly act: (what: string, body: object, key: string) => Promise<string>;
  readonly onSaid: (said: Said) => void;
}

function KillSwitch({ id, isOn, act, onSaid }: SwitchProps) {
  const state = isOn ? 'off' : 'on';
  return (
    <Confirm
      label={isOn ? 'Allow changes' : 'Stop all changes'}
      of={id}
      question={isOn ? `Let changes in ${id} go on?` : `Stop every change in ${id} at once?`}
      sure={isOn ? 'Allow them' : 'Stop them'}
      reason="required"
      act={(key, reason) => act('kill-switch', { state, reason }, key)}
      onSaid={onSaid}
    />
  );
}
