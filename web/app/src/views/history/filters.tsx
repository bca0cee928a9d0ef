// What of the history is shown.
import type { Filter } from './filter.ts';

interface Props {
  readonly filter: Filter;
  readonly sources: readonly string[];
  readonly outcomes: readonly string[];
  readonly onFilter: (filter: Filter) => void;
}

export function Filters({ filter, sources, outcomes, onFilter }: Props) {
  const set = (change: Partial<Filter>) => onFilter({ ...filter, ...change });
  return (
    <search class="row">
      <label>
        <input
          type="checkbox"
          checked={filter.isChangesOnly}
          onChange={(event) => set({ isChangesOnly: event.currentTarget.checked })}
        />{' '}
        changes only
      </label>
      <Choice name="source" all={sources} value={filter.source} onChange={(source) => set({ source })} />
      <Choice name="outcome" all={outcomes} value={filter.outcome} onChange={(outcome) => set({ outcome })} />
      <label>
        text <input type="search" value={filter.text} onInput={(event) => set({ text: event.currentTarget.value })} />
      </label>
    </search>
  );
}

interface ChoiceProps {
  readonly name: string;
  readonly all: readonly string[];
  readonly value: string;
  readonly onChange: (value: string) => void;
}

function Choice({ name, all, value, onChange }: ChoiceProps) {
  return (
    <label>
      {name}{' '}
      <select value={value} onChange={(event) => onChange(event.currentTarget.value)}>
        <option value="">all</option>
        {all.map((one) => (
          <option key={one} value={one}>
            {one}
          </option>
        ))}
      </select>
    </label>
  );
}
