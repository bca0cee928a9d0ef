// A field with its label, and what the API says is wrong with it.
import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import type { Problem } from '../../api/client.ts';
import type { Form } from './window-body.ts';

export interface FormProps {
  readonly form: Form;
  readonly set: (change: Partial<Form>) => void;
  readonly errors: Problem['errors'];
}

interface Props {
  readonly label: string;
  /** As the API names them. */
  readonly names: readonly string[];
  readonly errors: Problem['errors'];
  readonly children: (attributes: Attributes) => ComponentChildren;
}

interface Attributes {
  readonly id: string;
  readonly 'aria-invalid': boolean;
  readonly 'aria-describedby': string | undefined;
}

export function Field({ label, names, errors, children }: Props) {
  const id = useId();
  const wrong = errorsOf(errors, names);
  const told = `${id}-wrong`;
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children({ id, 'aria-invalid': wrong.length > 0, 'aria-describedby': wrong.length > 0 ? told : undefined })}
      {wrong.length > 0 && (
        <span id={told} class="wrong">
          {wrong.map(({ message }) => message).join('; ')}
        </span>
      )}
    </div>
  );
}

export function errorsOf(errors: Problem['errors'], names: readonly string[]): Problem['errors'] {
  return errors.filter(({ field }) => names.includes(field.split('.')[0] ?? ''));
}
