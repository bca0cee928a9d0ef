// Which workload: typed, with those that the cluster has as an offer.
import { useId } from 'preact/hooks';
import { read } from '../../api/client.ts';
import { useLive } from '../../api/live.ts';
import type { Status } from '../../api/types.ts';
import { Field, type FormProps } from './field.tsx';

const SELDOM = 10 * 60_000;

export function WorkloadField({ form, set, errors }: FormProps) {
  const { cluster } = form;
  const id = useId();
  const { data } = useLive(
    `names ${cluster}`,
    async (signal) => (await read<Status>(`status/${encodeURIComponent(cluster)}`, {}, signal)).workloads,
    SELDOM,
  );
  return (
    <Field label="Workload" names={['deployment_name', 'namespace', 'kind']} errors={errors}>
      {(attributes) => (
        <>
          <input
            {...attributes}
            list={id}
            autoComplete="off"
            placeholder="namespace/name"
            value={form.workload}
            onInput={(event) => set({ workload: event.currentTarget.value })}
          />
          <datalist id={id}>
            {(data ?? []).map(({ namespace, deployment, kind }) => (
              <option
                key={`${namespace}/${deployment} ${kind}`}
                value={`${namespace}/${deployment}${kind === 'Deployment' ? '' : ` ${kind}`}`}
              />
            ))}
          </datalist>
        </>
      )}
    </Field>
  );
}
