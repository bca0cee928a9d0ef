// The search and the filters.
import { useEffect, useRef } from 'preact/hooks';
import { isTyping } from '../../parts/typing.ts';
import { counted } from '../../words.ts';
import { type Choice, needsText } from './choice.ts';

const RUNGS = ['look', 'recommend', 'propose', 'limited', 'auto'];
const CLASSES = ['predictable', 'static', 'bursty', 'too_short'];

interface Props {
  readonly choice: Choice;
  readonly setChoice: (choice: Choice) => void;
  readonly shown: number;
  readonly all: number;
  readonly help: () => void;
}

export function Toolbar({ choice, setChoice, shown, all, help }: Props) {
  const search = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.key !== '/' || event.ctrlKey || event.metaKey || isTyping(event)) return;
      event.preventDefault();
      search.current?.focus();
      search.current?.select();
    };
    addEventListener('keydown', pressed);
    return () => removeEventListener('keydown', pressed);
  }, []);
  const { text, needs, isEnabled, rung, demandClass } = choice;
  const leave = (event: KeyboardEvent) => {
    if (event.key !== 'Escape') return;
    if (text === '') search.current?.blur();
    setChoice({ ...choice, text: '' });
  };
  return (
    <search class="tools">
      <input
        ref={search}
        type="search"
        aria-label="Search workloads"
        placeholder="Search  ( / )"
        value={text}
        onInput={(event) => setChoice({ ...choice, text: event.currentTarget.value })}
        onKeyDown={leave}
      />
      <button
        type="button"
        aria-pressed={needs !== ''}
        onClick={() => setChoice({ ...choice, needs: needs === '' ? 'any' : '' })}
      >
        Needs attention
      </button>
      <button type="button" aria-pressed={isEnabled} onClick={() => setChoice({ ...choice, isEnabled: !isEnabled })}>
        Enabled
      </button>
      <Choose name="Rung" all={RUNGS} value={rung} set={(next) => setChoice({ ...choice, rung: next })} />
      <Choose
        name="Class"
        all={CLASSES}
        value={demandClass}
        set={(next) => setChoice({ ...choice, demandClass: next })}
      />
      <span class="faint" aria-live="polite">
        {shown === all ? counted(all, 'workload') : `${shown} of ${counted(all, 'workload')}`}
        {needs !== '' && ` ${needsText(needs)}`}
      </span>
      <span class="grow" />
      <button type="button" class="quiet" onClick={help}>
        Keys ( ? )
      </button>
    </search>
  );
}

interface ChooseProps {
  readonly name: string;
  readonly all: readonly string[];
  readonly value: string;
  readonly set: (value: string) => void;
}

function Choose({ name, all, value, set }: ChooseProps) {
  return (
    <select aria-label={name} value={value} onChange={(event) => set(event.currentTarget.value)}>
      <option value="">{name}: all</option>
      {all.map((one) => (
        <option key={one} value={one}>
          {one.replace('_', ' ')}
        </option>
      ))}
    </select>
  );
}
