// A person stops what goes by itself, one way or both, for a while or until it is resumed.
import './pause.css';
import { useId, useState } from 'preact/hooks';
import { write } from '../api/client.ts';
import type { Ref } from '../api/types.ts';
import { moment } from '../words.ts';
import { Confirm } from './confirm.tsx';
import type { Said } from './said.tsx';
import { useMayWrite } from './session.tsx';

type Paused = boolean | 'scale-in' | 'scale-out';

interface Props {
  readonly workload: Ref;
  readonly paused: Paused;
  /** As the API has it, where it ends by itself. */
  readonly until?: string | undefined;
  readonly reason?: string | undefined;
  /** Something was changed, or was not. */
  readonly onSaid: (said: Said) => void;
}

const SAID = {
  'scale-in': 'Scaling in is paused (it may still grow)',
  'scale-out': 'Scaling out is paused (it may still shrink)',
} as const;
const WAYS = [
  ['all', 'all changes'],
  ['scale-in', 'scaling in: it may grow'],
  ['scale-out', 'scaling out: it may shrink'],
] as const;
const HOUR = 3_600_000;
const LENGTHS = [
  ['', 'until it is resumed'],
  ['1', 'for an hour'],
  ['4', 'for 4 hours'],
  ['24', 'for a day'],
  ['168', 'for a week'],
] as const;

/** What is paused, and what changes that. */
export function Pause({ workload, paused, until, reason, onSaid }: Props) {
  const mayWrite = useMayWrite();
  const send = async (body: object, key: string) => {
    const { cluster, namespace, deployment, kind } = workload;
    const said = { deployment_name: deployment, namespace, kind, ...body };
    const path = `predictive/pause/${encodeURIComponent(cluster)}`;
    return (await write<{ readonly message: string }>(path, said, key)).message;
  };
  if (paused === false) return mayWrite ? <Stop send={send} of={workload.deployment} onSaid={onSaid} /> : null;
  const end = until === undefined ? 'until it is resumed' : `until ${moment(until)}`;
  return (
    <div class="pause">
      <span>
        {paused === true ? 'Paused' : SAID[paused]} {end}
        {reason && `: ${reason}`}
      </span>
      {mayWrite && (
        <Confirm
          label="Resume"
          of={workload.deployment}
          question={`Let ${workload.deployment} go on?`}
          sure="Resume it"
          act={(key) => send({ paused: false }, key)}
          onSaid={onSaid}
        />
      )}
    </div>
  );
}

interface StopProps {
  readonly send: (body: object, key: string) => Promise<string>;
  readonly of: string;
  readonly onSaid: (said: Said) => void;
}

function Stop({ send, of, onSaid }: StopProps) {
  const [way, setWay] = useState('all');
  const [hours, setHours] = useState('');
  const id = useId();
  const pause = (key: string, reason: string) =>
    send(
      {
        paused: way === 'all' ? true : way,
        ...(hours !== '' && { until: endAfter(Number(hours)) }),
        ...(reason !== '' && { reason }),
      },
      key,
    );
  return (
    <div class="pause">
      <label for={`${id}w`}>Pause</label>
      <select id={`${id}w`} value={way} onChange={(event) => setWay(event.currentTarget.value)}>
        {WAYS.map(([value, name]) => (
          <option key={value} value={value}>
            {name}
          </option>
        ))}
      </select>
      <select aria-label="For how long" value={hours} onChange={(event) => setHours(event.currentTarget.value)}>
        {LENGTHS.map(([value, name]) => (
          <option key={value} value={value}>
            {name}
          </option>
        ))}
      </select>
      <Confirm
        label="Pause"
        of={of}
        question={`Pause ${of}?`}
        sure="Pause it"
        reason="optional"
        act={pause}
        onSaid={onSaid}
      />
    </div>
  );
}

/** To the second: as policies have it. */
function endAfter(hours: number): string {
  return new Date(Date.now() + hours * HOUR).toISOString().replace(/\.\d+Z$/, 'Z');
}
