// The forecast of then, held against what was measured.
import { useMemo } from 'preact/hooks';
import type { Story } from '../../api/types.ts';
import { Chart } from '../../parts/chart/chart.tsx';
import { hoursOf, storySpec } from '../../parts/chart/of-story.ts';

export function Came({ story }: { readonly story: Story }) {
  const charts = useMemo(
    () =>
      hoursOf(story).map(([signal, hours]) => {
        const forecast = Object.entries(story.forecast).find(([name]) => name === signal)?.[1];
        const now = typeof forecast === 'object' ? (forecast as { readonly current: number | null }).current : null;
        return [signal, storySpec(story, signal, hours, now)] as const;
      }),
    [story],
  );
  return (
    <section class="card">
      <h2>What was forecast, and what came</h2>
      {charts.length === 0 && <p class="faint">Nothing was forecast then.</p>}
      <div class="came">
        {charts.map(([signal, spec]) => (
          <Chart key={signal} title={signal} spec={spec} size="middle" />
        ))}
      </div>
    </section>
  );
}
