// What an undo would take back.
import type { Ref } from '../../api/types.ts';
import { moment } from '../../words.ts';
import { useDecisionsOf } from './use-workload.ts';

const HOURS = 24;

export function LastChange({ of }: { readonly of: Ref }) {
  const { data } = useDecisionsOf(of, HOURS);
  const last = data?.find(({ outcome }) => outcome === 'applied');
  if (data === null || last === undefined) return null;
  const { current_replicas: from, target_replicas: to, timestamp, source } = last;
  return (
    <p>
      The last change that was written down: <strong>{`${from} → ${to}`}</strong>, {moment(timestamp)}, by {source}.
      Back is {from}.
    </p>
  );
}
