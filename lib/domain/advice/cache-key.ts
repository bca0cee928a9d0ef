// Two situations that deserve the same advice share this key: advice is then reused instead of asked for again.
import type { Assessment } from '../assessment/assessment.ts';
import { workloadKey } from '../workload/identity.ts';
import { namedLoads } from '../workload/loads.ts';
import { percentOfRequests } from '../workload/percent-of-requests.ts';
import type { SignalName } from '../workload/signal.ts';
import { PROMPT_VERSION } from './prompt.ts';
import { SIGNALS_PROMPT_VERSION } from './signal-lines.ts';

/**
 * The seeds' cache key (seed 2 §5.1): load rounded hard, replicas as they are. Cluster, bounds, targets and prompt
 * version are ours: without them two clusters, or a policy before and after an edit, would share advice.
 */
export function adviceKey(assessment: Assessment): string {
  const { observation, policy, utilisation, forecasts, targets } = assessment;
  const peak = (signal: SignalName) => {
    const forecast = forecasts[signal];
    return forecast ? percentOfRequests(assessment, signal, forecast.peak) : null;
  };
  return JSON.stringify({
    prompt: PROMPT_VERSION,
    cluster: observation.workload.cluster,
    deployment: workloadKey(observation.workload),
    replicas: observation.replicas.spec,
    cpu: roundCpu(utilisation.cpu),
    memory: roundMemory(utilisation.memory),
    cpu_peak: roundCpu(peak('cpu')),
    memory_peak: roundMemory(peak('memory')),
    cpu_trend: forecasts.cpu?.trend ?? null,
    memory_trend: forecasts.memory?.trend ?? null,
    bounds: [policy.min, policy.max],
    targets: [targets.cpu, policy.memoryOff ? 'off' : targets.memory],
    slo: policy.sloPercent,
    ...signalsKey(assessment),
  });
}

/** Eleven characters or so that stand for such a key where it is stored: within one workload and five minutes none is mistaken. */
export function keyDigest(key: string): string {
  return [0x811c9dc5, 0x1b873593].map((seed) => fnv1a(key, seed).toString(36)).join('.');
}

function fnv1a(text: string, seed: number): number {
  let value = seed;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193) >>> 0;
  return value;
}

/**
 * Named loads as CPU is, in percent of their targets; levels by their bands, `low` and `usual` as one: windows go to and fro
 * between them by chance, and a level agrees to fewer only after several. Nothing where the workload names none.
 */
function signalsKey(assessment: Assessment) {
  const { policy, utilisation, forecasts, levels } = assessment;
  if (policy.signals === undefined) return {};
  const loads = namedLoads(policy).map((name) => {
    const forecast = forecasts[name];
    const peak = forecast === undefined ? null : percentOfRequests(assessment, name, forecast.peak);
    return [name, roundCpu(utilisation[name]), roundCpu(peak), forecast?.trend ?? null, policy.signals?.[name]?.target];
  });
  const bands = Object.entries(levels ?? {}).map(([name, { band, unhelped, objective, raised }]) => {
    const of = [name, band === 'low' ? 'usual' : band, unhelped, objective];
    return raised === undefined ? of : [...of, raised.factor];
  });
  return { signals_prompt: SIGNALS_PROMPT_VERSION, loads, bands };
}

/** To the nearest 25 %: 173 → 175. Null stays null: missing is not zero. */
export function roundCpu(percent: number | null | undefined): number | null {
  return roundTo(percent, 25);
}

/** To the nearest 5 %: 11.7 → 10. */
export function roundMemory(percent: number | null | undefined): number | null {
  return roundTo(percent, 5);
}

function roundTo(percent: number | null | undefined, step: number): number | null {
  return Number.isFinite(percent) ? Math.round(Number(percent) / step) * step : null;
}
