// One field of the form, by its schema.
import { useId } from 'preact/hooks';
import type { Recommendations } from '../../api/types.ts';
import { expectedOf, type Field } from './schema.ts';

interface Props {
  readonly field: Field;
  readonly text: string;
  /** What is wrong with it: by the schema, or by the API. */
  readonly fault: string | null;
  readonly policy: Recommendations['policy'];
  readonly onText: (text: string) => void;
}

export function FieldOf({ field, text, fault, policy, onText }: Props) {
  const id = useId();
  const { name, schema } = field;
  const [now, from] = nowOf(name, policy);
  return (
    <div class={`form-field${fault ? ' wrong' : ''}`}>
      <label for={id}>{labelOf(name)}</label>
      <Control id={id} field={field} text={text} now={now} isWrong={Boolean(fault)} onText={onText} />
      <p id={`${id}h`} class="faint">
        {now !== '' && `Now ${now}${from === '' ? '' : ` (${from})`}. `}
        {schema.enum === undefined && sentence(expectedOf(schema))}
        {from === 'annotation' && ' The annotation wins: change it there.'}
      </p>
      <p id={`${id}f`} class="fault" aria-live="polite">
        {fault}
      </p>
    </div>
  );
}

interface ControlProps {
  readonly id: string;
  readonly field: Field;
  readonly text: string;
  readonly now: string;
  readonly isWrong: boolean;
  readonly onText: (text: string) => void;
}

function Control({ id, field: { name, schema }, text, now, isWrong, onText }: ControlProps) {
  const described = { 'aria-describedby': `${id}h ${id}f`, 'aria-invalid': isWrong };
  if (schema.type === 'boolean' || schema.enum !== undefined)
    return (
      <select id={id} value={text} onChange={(event) => onText(event.currentTarget.value)} {...described}>
        <option value="">{now === '' ? 'as it is' : `as it is: ${now}`}</option>
        {choicesOf(name, schema.enum).map((one) => (
          <option key={one} value={one}>
            {one === 'true' ? 'yes' : one}
          </option>
        ))}
      </select>
    );
  return (
    <input
      id={id}
      value={text}
      placeholder={now || schema.example || ''}
      inputMode={schema.type === 'integer' || schema.type === 'number' ? 'decimal' : 'text'}
      autoComplete="off"
      spellcheck={false}
      onInput={(event) => onText(event.currentTarget.value.trim())}
      {...described}
    />
  );
}

/** Of modes those that act: which do not is said by the rung. */
function choicesOf(name: string, all: readonly string[] = ['true']): readonly string[] {
  return name === 'mode' ? all.filter((mode) => mode !== 'recommend' && mode !== 'propose') : all;
}

const labelOf = (name: string) =>
  sentence(name.replaceAll('_', ' ')).replace(/\b(cpu|slo|hpa|llm)\b/gi, (word) => word.toUpperCase());

const sentence = (text: string) => (text === '' ? '' : text.charAt(0).toUpperCase() + text.slice(1));

/** The value that is in force, and which level gave it. */
function nowOf(name: string, policy: Recommendations['policy']): readonly [string, string] {
  const found = Object.entries(policy).find(([key]) => key === name || key === `${name}_seconds`);
  if (found === undefined) return ['', ''];
  const [key, value] = found;
  return [`${value}${key.endsWith('_seconds') ? ' s' : ''}`, policy.from[name] ?? 'default'];
}
