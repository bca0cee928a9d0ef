// The load of the story: requests come when they come, however long the last ones take, as from many people.
import { Agent, get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { quantile } from '../../lib/domain/workload/series.ts';

/** Requests a second, from its start evenly to its end. */
export interface Phase {
  readonly name: string;
  readonly seconds: number;
  readonly from: number;
  readonly to: number;
}

/** What those who asked felt since the last time this was looked at. */
interface Felt {
  readonly requestsPerSecond: number;
  /** Of those that were answered; null where none was. */
  readonly p95Ms: number | null;
  readonly failed: number;
}

export interface Load {
  felt(): Felt;
  /** Resolves when all phases are over, or the signal says so. */
  readonly done: Promise<void>;
}

const TIMEOUT_MS = 30_000;

/** Sends GET requests to `url`, at intervals drawn from a seed: the same load every time. */
export function startLoad(url: string, phases: readonly Phase[], signal: AbortSignal): Load {
  const agent = new Agent({ keepAlive: true });
  const load = startLoadOf(phases, signal, (answered, failed) => {
    const request = get(url, { agent, timeout: TIMEOUT_MS }, (answer) => {
      answer.resume();
      answer.on('end', answer.statusCode === 200 ? answered : failed);
    });
    request.on('timeout', () => request.destroy(new Error('timed out')));
    request.on('error', failed);
  });
  return { ...load, done: load.done.finally(() => agent.destroy()) };
}

/** @param send asks once, and says when it was answered, or that it was not */
export function startLoadOf(
  phases: readonly Phase[],
  signal: AbortSignal,
  send: (answered: () => void, failed: () => void) => void,
): Load {
  let sent = 0;
  let failed = 0;
  let latencies: number[] = [];
  let lookedAt = performance.now();
  const ask = (): void => {
    const began = performance.now();
    sent++;
    send(
      () => latencies.push(performance.now() - began),
      () => {
        failed++;
      },
    );
  };
  return {
    done: run(phases, ask, signal),
    felt() {
      const seconds = (performance.now() - lookedAt) / 1000;
      const p95Ms = latencies.length === 0 ? null : quantile(Float64Array.from(latencies), 0.95);
      const felt = { requestsPerSecond: sent / Math.max(seconds, 0.001), p95Ms, failed };
      [sent, failed, latencies, lookedAt] = [0, 0, [], performance.now()];
      return felt;
    },
  };
}

/** Requests a second, so many seconds after the start; 0 when all is over. */
export function rateAt(phases: readonly Phase[], seconds: number): number {
  let left = seconds;
  for (const phase of phases) {
    if (left < phase.seconds) return phase.from + ((phase.to - phase.from) * left) / phase.seconds;
    left -= phase.seconds;
  }
  return 0;
}

/** Name of the phase that is on. */
export function phaseAt(phases: readonly Phase[], seconds: number): string {
  let end = 0;
  for (const { name, seconds: length } of phases) {
    end += length;
    if (seconds < end) return name;
  }
  return 'over';
}

export function secondsOf(phases: readonly Phase[]): number {
  return phases.reduce((sum, { seconds }) => sum + seconds, 0);
}

async function run(phases: readonly Phase[], send: () => void, signal: AbortSignal): Promise<void> {
  const random = xoroshiro128plus(7);
  const began = performance.now();
  const end = secondsOf(phases);
  let at = 0;
  while (at < end && !signal.aborted) {
    const rate = Math.max(0.1, rateAt(phases, at));
    at += -Math.log(1 - uniformFloat64(random)) / rate;
    const wait = began + 1000 * at - performance.now();
    if (wait > 1) await sleep(wait, undefined, { signal }).catch(() => undefined);
    if (at < end && !signal.aborted) send();
  }
}
