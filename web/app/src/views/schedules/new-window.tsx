// A new window. What is wrong with it stands at its fields, in the API's words.
import { useState } from 'preact/hooks';
import { Problem, write } from '../../api/client.ts';
import { type Said, saidOf } from '../../parts/said.tsx';
import { Field, type FormProps } from './field.tsx';
import { TimesFields } from './times-fields.tsx';
import { bodyOf, emptyForm, type Form } from './window-body.ts';
import { WorkloadField } from './workload-field.tsx';

interface Props {
  readonly clusters: readonly string[];
  readonly onSaid: (said: Said) => void;
}

export function NewWindow({ clusters, onSaid }: Props) {
  const [form, setForm] = useState<Form>(() => emptyForm(clusters[0] ?? ''));
  const [errors, setErrors] = useState<Problem['errors']>([]);
  const [wrong, setWrong] = useState('');
  const [isBusy, setBusy] = useState(false);
  const set = (change: Partial<Form>) => setForm((was) => ({ ...was, ...change }));
  const create = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    setWrong('');
    setErrors([]);
    try {
      const path = `schedule/create/${encodeURIComponent(form.cluster)}`;
      const { message } = await write<{ readonly message: string }>(path, bodyOf(form));
      onSaid({ isGood: true, text: message });
      set({ replicas: '' });
    } catch (error) {
      const atFields = error instanceof Problem ? error.errors : [];
      setErrors(atFields);
      setWrong(error instanceof Problem && atFields.length > 0 ? error.message : saidOf(error).text);
    }
    setBusy(false);
  };
  return (
    <form class="card new-window" aria-label="New window" onSubmit={create} noValidate>
      <h2>New window</h2>
      <div class="fields">
        {clusters.length > 1 && (
          <Field label="Cluster" names={[]} errors={errors}>
            {(attributes) => (
              <select {...attributes} value={form.cluster} onChange={(e) => set({ cluster: e.currentTarget.value })}>
                {clusters.map((cluster) => (
                  <option key={cluster}>{cluster}</option>
                ))}
              </select>
            )}
          </Field>
        )}
        <WorkloadField form={form} set={set} errors={errors} />
        <EffectField form={form} set={set} errors={errors} />
        <TimesFields form={form} set={set} errors={errors} />
      </div>
      <div aria-live="polite">{wrong !== '' && <p class="notice bad">{wrong}</p>}</div>
      <button type="submit" class="main" disabled={isBusy}>
        Create the window
      </button>
    </form>
  );
}

const EFFECTS = [
  ['floor', 'at least'],
  ['ceiling', 'at most'],
  ['size', 'exactly (0: it is off)'],
] as const;

function EffectField({ form, set, errors }: FormProps) {
  return (
    <Field label="Replicas" names={['floor', 'ceiling', 'size']} errors={errors}>
      {(attributes) => (
        <span class="pair">
          <select
            aria-label="At least, at most or exactly"
            value={form.effect}
            onChange={({ currentTarget: { value } }) =>
              set({ effect: EFFECTS.find(([effect]) => effect === value)?.[0] ?? 'floor' })
            }
          >
            {EFFECTS.map(([effect, name]) => (
              <option key={effect} value={effect}>
                {name}
              </option>
            ))}
          </select>
          <input
            {...attributes}
            inputMode="numeric"
            class="number"
            value={form.replicas}
            onInput={(e) => set({ replicas: e.currentTarget.value })}
          />
        </span>
      )}
    </Field>
  );
}
