// Its policy, and where each value comes from.
import type { Recommendations } from '../../api/types.ts';

/** Told elsewhere on the page. */
const ELSEWHERE: ReadonlySet<string> = new Set(['from', 'problems', 'demoted', 'clipped']);

export function PolicyCard({ recommended }: { readonly recommended: Recommendations }) {
  const { policy, plan } = recommended;
  const rows = rowsOf(policy);
  return (
    <section class="card">
      <h2>Policy</h2>
      {policy.problems.map((problem) => (
        <p key={problem} class="notice warn">
          {problem}
        </p>
      ))}
      <table class="dense">
        <thead>
          <tr>
            <th scope="col">key</th>
            <th scope="col">value</th>
            <th scope="col">from</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(([key, value, from]) => (
            <tr key={key}>
              <th scope="row">{key.replaceAll('_', ' ')}</th>
              <td class="value">{value}</td>
              <td class="faint">{ORIGINS[from] ?? from}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {plan && (
        <p class="faint">
          Sized by a way that is learned, in which a replica may be as full as {plan.short_above_percent} % of its CPU
          request: {plan.way}. The target cpu above applies where nothing is learned.
        </p>
      )}
      {'clipped' in policy && policy.clipped !== undefined && <p class="faint">{words(policy.clipped)}</p>}
    </section>
  );
}

/** As people know it. */
const ORIGINS: Readonly<Record<string, string>> = { record: 'set by the API' };

type Row = readonly [key: string, value: string, from: string];

function rowsOf(policy: Recommendations['policy']): readonly Row[] {
  const { from } = policy;
  const origin = (key: string) => from[key] ?? from[key.replace(/_seconds$/, '')] ?? 'default';
  return Object.entries(policy).flatMap(([key, value]): readonly Row[] => {
    if (ELSEWHERE.has(key)) return [];
    if (key !== 'signals') return [[key, words(value), origin(key)]];
    return Object.entries(value as object).map(([name, one]) => [
      `signal ${name}`,
      words(one),
      origin(`signal.${name}`),
    ]);
  });
}

function words(value: unknown): string {
  if (value === true) return 'yes';
  if (value === false) return 'no';
  if (Array.isArray(value)) return value.map(words).join(', ');
  if (typeof value === 'object' && value !== null)
    return Object.entries(value)
      .filter(([, one]) => one !== null)
      .map(([key, one]) => `${key} ${words(one)}`)
      .join(', ');
  return String(value);
}
