// A chart in words: some of its moments as rows, and each mark as a link.
import { minute } from '../../quantities.ts';
import { counted } from '../../words.ts';
import type { ChartSpec } from './spec.ts';

const MOST_ROWS = 40;

export function ChartTable({ title, spec }: { readonly title: string; readonly spec: ChartSpec }) {
  const { at, lines, marks, spans, words } = spec;
  const every = Math.max(1, Math.ceil(at.length / MOST_ROWS));
  const rows = at.map((_, i) => i).filter((i) => (at.length - 1 - i) % every === 0);
  return (
    <details class="as-table">
      <summary>As a table{marks.length > 0 && `, with ${counted(marks.length, 'decision')}`}</summary>
      <table>
        <caption>{title}</caption>
        <thead>
          <tr>
            <th scope="col">time</th>
            {lines.map(({ name }) => (
              <th key={name} scope="col" class="number">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((i) => (
            <tr key={at[i]}>
              <th scope="row">{minute((at[i] ?? 0) * 1000)}</th>
              {lines.map(({ name, values }) => (
                <td key={name} class="number">
                  {values[i] == null ? '–' : words(values[i])}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <ul>
        {spans.map(({ from, to, words: said }) => (
          <li key={`${from} ${said}`}>
            {said}: {minute(from * 1000)} to {minute(to * 1000)}
          </li>
        ))}
        {marks.map(({ href, at: when, words: said }) => (
          <li key={href}>
            {minute(when * 1000)} <a href={href}>{said}</a>
          </li>
        ))}
      </ul>
    </details>
  );
}
