// What is wrong, before anything else. Nothing, where all is well.
import { PROPOSALS_PATH } from '../../routes.ts';
import { clock, counted } from '../../words.ts';
import type { Choice } from './choice.ts';
import { CONCERNS, type ConcernCode } from './concerns.ts';
import type { Item } from './items.ts';
import type { Fleet, OfCluster } from './of-cluster.ts';

interface Props {
  readonly fleet: Fleet;
  readonly items: readonly Item[];
  readonly choice: Choice;
  readonly setChoice: (choice: Choice) => void;
}

interface Line {
  readonly key: string;
  readonly isBad: boolean;
  readonly text: string;
  /** Of workloads: which the table may show alone. */
  readonly code?: ConcernCode;
}

const FIRST = 8;

export function Problems({ fleet, items, choice, setChoice }: Props) {
  const lines = [...fleet.flatMap((one) => linesOf(one, fleet.length > 1)), ...linesOfWorkloads(items)];
  // Before there is a workload nobody knows.
  if (lines.length === 0) return items.length === 0 ? null : <p class="calm">Nothing is wrong.</p>;
  const line = ({ key, isBad, text, code }: Line) => (
    <li key={key} class={isBad ? 'bad' : 'warn'}>
      {text} {code === 'proposed' && <a href={PROPOSALS_PATH}>Answer</a>}
      {code !== undefined && code !== 'proposed' && (
        <button
          type="button"
          class="small"
          aria-pressed={choice.needs === code}
          onClick={() => setChoice({ ...choice, needs: choice.needs === code ? '' : code })}
        >
          Show<span class="unseen"> workloads {CONCERNS[code].of}</span>
        </button>
      )}
    </li>
  );
  const rest = lines.slice(FIRST);
  return (
    <section class="problems" aria-label="Problems">
      <ul>{lines.slice(0, FIRST).map(line)}</ul>
      {rest.length > 0 && (
        <details>
          <summary>{rest.length} more</summary>
          <ul>{rest.map(line)}</ul>
        </details>
      )}
    </section>
  );
}

function linesOf({ id, status, at, problem }: OfCluster, isNamed: boolean): readonly Line[] {
  const name = isNamed ? `${id}: ` : '';
  const old = at === null ? 'nothing is known of it' : `what is shown is of ${clock(at)}`;
  const unread =
    problem === null ? [] : [`cluster ${id} cannot be read: ${problem.message}: ${problem.detail}; ${old}`];
  const said = [...unread, ...(status === null ? [] : status.problems.map((text) => `${name}${text}`))];
  return said.map((text, i) => ({ key: `${id} ${i}`, isBad: true, text }));
}

const NAMED = 3;

function linesOfWorkloads(items: readonly Item[]): readonly Line[] {
  const codes = Object.keys(CONCERNS) as ConcernCode[];
  return codes.flatMap((code) => {
    const found = items.filter(({ concerns }) => concerns.some((concern) => concern.code === code));
    if (found.length === 0) return [];
    const names = found.slice(0, NAMED).map(({ row }) => cut(`${row.namespace}/${row.deployment}`));
    const more = found.length > NAMED ? ` and ${found.length - NAMED} more` : '';
    const { of, isBad } = CONCERNS[code];
    return [{ key: code, isBad, code, text: `${counted(found.length, 'workload')} ${of}: ${names.join(', ')}${more}` }];
  });
}

const cut = (name: string) => (name.length > 60 ? `${name.slice(0, 59)}…` : name);
