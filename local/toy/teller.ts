// A line per tick: what came, how long it took, what we measured, and what was decided why.
import { oneLine, say } from '../../cli/terminal.ts';
import { type Load, type Phase, phaseAt } from './load.ts';

/** One tick of a story. */
export interface Told {
  /** Since the load began. */
  readonly seconds: number;
  readonly phase: string;
  readonly requestsPerSecond: number;
  /** 95th percentile of those who asked, in the last tick; null where none was answered. */
  readonly feltMs: number | null;
  readonly failed: number;
  /** What we measured; null where we have not. */
  readonly measuredMs: number | null;
  /** What it is held against: objective or baseline; null while there is none. */
  readonly usualMs: number | null;
  /** After the tick. */
  readonly asked: number;
  readonly serving: number;
  /** What this tick changed; null where it kept. */
  readonly change: { readonly from: number; readonly to: number; readonly source: string; readonly reason: string };
  readonly changed: boolean;
  /** What else there is to say of the tick. Absent where there is nothing. */
  readonly beside?: string;
}

/** The level that is told in a column of its own. */
export interface Watched {
  readonly signal: string;
  /** Of one of its units. */
  readonly ms: number;
  /** A further word of a tick; none unless given. */
  readonly beside?: (signals: Readonly<Record<string, Level>>) => string;
}

interface Scene {
  readonly api: string;
  readonly of: Readonly<Record<'cluster' | 'namespace' | 'deployment', string>>;
  readonly watched: Watched;
  readonly phases: readonly Phase[];
  readonly replicas: () => { readonly asked: number; readonly serving: number };
  readonly load: Load;
  /** Changes that ticks have made; taken from here as they are told. */
  readonly events: Told['change'][];
}

/** As much of the API's answer as is told. */
interface Answer {
  readonly decision: {
    readonly current_replicas: number;
    readonly target_replicas: number;
    readonly source: string;
    readonly reason: string;
  };
  readonly signals?: Readonly<Record<string, Level>>;
}

interface Level {
  readonly value?: number | null;
  readonly baseline?: number | { readonly value: number } | null;
  readonly objective?: number | null;
  readonly raised?: { readonly level: string; readonly factor: number };
}

export function makeTeller(scene: Scene) {
  const began = performance.now();
  const lines: Told[] = [];
  return {
    told: (): readonly Told[] => lines,
    async afterTick(): Promise<void> {
      const seconds = (performance.now() - began) / 1000;
      const answer = await askApi(scene);
      const change = scene.events.splice(0).at(-1);
      const { signal, ms, beside } = scene.watched;
      const level = answer?.signals?.[signal];
      const inMs = (value: number | null | undefined) => (value == null ? null : value * ms);
      const decided = answer?.decision;
      const line: Told = {
        seconds,
        phase: phaseAt(scene.phases, seconds),
        ...feltNow(scene.load),
        measuredMs: inMs(level?.value),
        usualMs: inMs(level?.objective ?? usualOf(level?.baseline)),
        ...(beside && { beside: beside(answer?.signals ?? {}) }),
        ...scene.replicas(),
        changed: change !== undefined,
        change: change ?? {
          from: decided?.current_replicas ?? 0,
          to: decided?.target_replicas ?? 0,
          source: decided?.source ?? '',
          reason: decided?.reason ?? 'the API has not answered',
        },
      };
      if (lines.length === 0) say(HEAD);
      lines.push(line);
      say(lineOf(line));
    },
  };
}

const HEAD = '    time  phase   requests/s    felt p95  measured     usual  replicas  decision';

/** Told as ranges, in the story's own words. */
function lineOf(told: Told): string {
  const { seconds, phase, requestsPerSecond, feltMs, failed, measuredMs, usualMs, asked, serving, change } = told;
  const ms = (value: number | null) => (value === null ? '–' : `${Math.round(value)} ms`).padStart(8);
  const replicas = asked === serving ? String(asked) : `${serving} of ${asked}`;
  const done = told.changed ? `${change.from} → ${change.to}` : `keeps ${asked}`;
  const lost = failed === 0 ? '' : ` (${failed} failed)`;
  return oneLine(
    `${String(Math.round(seconds)).padStart(6)} s  ${phase.padEnd(6)}  ${requestsPerSecond.toFixed(1).padStart(8)}/s    ${ms(feltMs)}  ${ms(measuredMs)}  ${ms(usualMs)}  ${replicas.padStart(8)}  ${told.beside ?? ''}${done}  ${change.source}: ${change.reason}${lost}`,
  );
}

function feltNow(load: Load) {
  const { requestsPerSecond, p95Ms, failed } = load.felt();
  return { requestsPerSecond, feltMs: p95Ms, failed };
}

function usualOf(baseline: Level['baseline']): number | null {
  return typeof baseline === 'number' ? baseline : (baseline?.value ?? null);
}

async function askApi({ api, of }: Scene): Promise<Answer | null> {
  const { cluster, namespace, deployment } = of;
  const query = new URLSearchParams({ deployment, namespace });
  const answer = await fetch(`${api}/api/autoscaling/recommendations/${cluster}?${query}`);
  return answer.ok ? ((await answer.json()) as Answer) : null;
}
