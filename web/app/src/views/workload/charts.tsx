// The pictures of a workload: its demand against what its replicas carry, the replicas, and each other signal.
import { useMemo, useState } from 'preact/hooks';
import type { HistoryLine, Patterns, Recommendations, Ref } from '../../api/types.ts';
import { Chart } from '../../parts/chart/chart.tsx';
import { seconds } from '../../parts/chart/grid.ts';
import { marksOf, spansOf } from '../../parts/chart/marks.ts';
import { type Beside, demandSpec, loadsOf, replicasSpec } from '../../parts/chart/of-demand.ts';
import { levelSpec } from '../../parts/chart/of-level.ts';
import { Freshness } from '../../parts/freshness.tsx';
import { levelsOf } from './levels.ts';
import { lowMax } from './low-max.ts';
import { useDecisionsOf, usePatterns } from './use-workload.ts';

const HOURS = [6, 24, 72] as const;

interface Props {
  /** Kept by who shows it: another answer is the same workload. */
  readonly of: Ref;
  readonly recommended: Recommendations | null;
}

export function Charts({ of, recommended }: Props) {
  const [hours, setHours] = useState<number>(24);
  const patterns = usePatterns(of, hours);
  const decisions = useDecisionsOf(of, hours);
  return (
    <section class="card" aria-label="Charts">
      <div class="row">
        <h2>Demand and forecast</h2>
        <span class="grow" />
        <fieldset class="choice">
          <legend class="unseen">How far back</legend>
          {HOURS.map((choice) => (
            <label key={choice}>
              <input type="radio" name="hours" checked={hours === choice} onChange={() => setHours(choice)} />
              {choice} h
            </label>
          ))}
        </fieldset>
      </div>
      <Freshness live={patterns} what="the charts" />
      {patterns.data && (
        <Pictures of={of} patterns={patterns.data} decisions={decisions.data ?? []} recommended={recommended} />
      )}
    </section>
  );
}

interface PicturesProps extends Props {
  readonly patterns: Patterns;
  /** Newest first. */
  readonly decisions: readonly HistoryLine[];
}

function Pictures({ of, patterns, decisions, recommended }: PicturesProps) {
  const from = seconds(patterns.from);
  const now = seconds(patterns.to);
  const beside = useMemo<Beside>(
    () => ({
      marks: marksOf(of, decisions, from),
      spans: spansOf(patterns, from, now + patterns.forecast.horizon_hours * 3600),
    }),
    [of, decisions, patterns, from, now],
  );
  const specs = useMemo(
    () =>
      loadsOf(patterns).map((name, i) => {
        const shown = i === 0 ? beside : { ...beside, marks: [] };
        return [name, demandSpec(patterns, name, recommended, shown)] as const;
      }),
    [patterns, recommended, beside],
  );
  const target = recommended?.decision.target_replicas ?? null;
  const [main, ...others] = specs;
  const levels = levelsOf(recommended);
  const low = lowMax(patterns, recommended);
  if (main === undefined) return <p class="faint">Nothing of its demand is known yet.</p>;
  return (
    <>
      {low !== '' && <p class="notice warn">{low}</p>}
      <Chart title={titleOf(main[0])} spec={main[1]} size="tall" />
      <Replicas patterns={patterns} spec={main[1]} target={target} />
      <div class="small-charts">
        {levels.map(([name, level]) => (
          <LevelChart key={name} {...{ name, level, decisions, from, now, beside }} />
        ))}
        {others.map(([name, spec]) => (
          <Chart key={name} title={titleOf(name)} spec={spec} size="middle" />
        ))}
      </div>
    </>
  );
}

const titleOf = (signal: string) => ({ cpu: 'CPU', memory: 'Memory' })[signal] ?? signal;

interface ReplicasProps {
  readonly patterns: Patterns;
  readonly spec: ReturnType<typeof demandSpec>;
  readonly target: number | null;
}

function Replicas({ patterns, spec, target }: ReplicasProps) {
  const made = useMemo(() => replicasSpec(patterns, spec, target), [patterns, spec, target]);
  return <Chart title="Replicas" spec={made} size="low" />;
}

type LevelProps = Parameters<typeof levelSpec>[0] & { readonly beside: Beside };

function LevelChart({ name, level, decisions, from, now, beside }: LevelProps) {
  const spec = useMemo(
    () => levelSpec({ name, level, decisions, from, now }, beside),
    [name, level, decisions, from, now, beside],
  );
  return (
    <div>
      <Chart title={`${name}, as decisions met it`} spec={spec} size="middle" />
      <p class="faint">
        Band: <strong>{level.band}</strong>
        {level.raised && (
          <>
            {' '}
            · level <strong>{level.raised.level}</strong>, × {level.raised.factor}
            {level.raised.triggers.length > 0 && `: ${level.raised.triggers.join(', ')}`}
          </>
        )}
        . {level.reason}
        {level.more_replicas_help === false && '. More replicas do not help: look at what it depends on'}
      </p>
    </div>
  );
}
