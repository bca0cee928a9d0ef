// Advice over a simulated day: how much of it comes from the cache, and how fast. The LLM is the stub on this machine.
import { makeGroqModel } from '../lib/adapters/groq.ts';
import { makeAdvisor } from '../lib/app/advise/advisor.ts';
import type { AdviceResult } from '../lib/domain/advice/advice.ts';
import { adviceKey } from '../lib/domain/advice/cache-key.ts';
import { CALL_INTERVAL_MS } from '../lib/domain/advice/call-interval.ts';
import { stubReply } from '../test/stand-ins/groq-answers.ts';
import { startGroqServer } from '../test/stand-ins/groq-server.ts';
import { makeMemoryAdviceStore } from '../test/stand-ins/memory-advice-store.ts';
import { makeWorkloadDay } from './advice-day.ts';

const MINUTE_MS = 60_000;
/** As many as the free plan's 1,000 requests a day serve at one call per five minutes. */
const WORKLOADS = 3;
const START = Date.parse('2026-03-04T00:00:00Z');

interface Tally {
  asked: number;
  fresh: number;
  /** On this very state: it has the key of advice that is fresh. */
  same: number;
  /** On a state that has changed since, within the five minutes in which a workload is not asked about again. */
  kept: number;
  rejected: number;
  readonly cachedMs: number[];
  readonly freshMs: number[];
}

export async function advice(): Promise<void> {
  console.log(
    `Advice: ${WORKLOADS} workloads, a simulated day of one-minute ticks; baseline: a call of the stub on loopback`,
  );
  for (const isNaming of [false, true]) await day(isNaming);
}

/** @param isNaming whether the workloads name a load and a level */
async function day(isNaming: boolean): Promise<void> {
  const server = await startGroqServer((request) => stubReply('sensible', request));
  let now = START;
  const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const advisor = makeAdvisor({
    model: makeGroqModel({ apiKey: 'stub', baseUrl: server.url }),
    store: makeMemoryAdviceStore(),
    limitClock: { now: () => now },
    log: silent,
    settings: {
      models: ['openai/gpt-oss-20b'],
      limits: { requestsPerMinute: 30, requestsPerDay: 1000, tokensPerMinute: 8000 },
      budgetMs: 5000,
    },
  });
  const tally: Tally = { asked: 0, fresh: 0, same: 0, kept: 0, rejected: 0, cachedMs: [], freshMs: [] };
  const answeredAt = new Map<string, number>();
  const days = Array.from({ length: WORKLOADS }, (_, i) =>
    makeWorkloadDay(i + 40, isNaming, async (assessment) => {
      const started = performance.now();
      const result = await advisor.advise(assessment);
      const ms = performance.now() - started;
      const key = adviceKey(assessment);
      note(tally, result, ms, now - (answeredAt.get(key) ?? 0) <= CALL_INTERVAL_MS);
      if (result?.kind === 'advice' && !result.cached) answeredAt.set(key, now);
      return result;
    }),
  );
  for (; now < START + 24 * 60 * MINUTE_MS; now += MINUTE_MS) for (const pass of days) await pass(now);
  await server.close();
  print(isNaming ? 'naming a load and a level' : 'naming no signal', tally, server.requests.length);
}

function note(tally: Tally, result: AdviceResult | null, ms: number, isSame: boolean): void {
  tally.asked++;
  if (result?.kind !== 'advice') tally.rejected++;
  else if (result.cached) {
    tally[isSame ? 'same' : 'kept']++;
    tally.cachedMs.push(ms);
  } else {
    tally.fresh++;
    tally.freshMs.push(ms);
  }
}

function print(what: string, tally: Tally, requests: number): void {
  const share = (part: number, whole: number) => `${((100 * part) / whole).toFixed(1)} %`;
  const { asked, fresh, same, kept, rejected } = tally;
  const given = fresh + same + kept;
  const [freshMs, cachedMs] = [median(tally.freshMs), median(tally.cachedMs)];
  console.log(
    `  ${what}: ${asked} times asked, ${requests} calls: ${share(same + kept, given)} of advice came from the cache (the ` +
      `seeds say 80–90 %): ${share(same, given)} on a state alike, ${share(kept, given)} on one that has changed within ` +
      `the five minutes of a call; ${share(rejected, asked)} of the times there was none (rate limit), rules decided`,
  );
  console.log(
    `    from the cache ${cachedMs.toFixed(3)} ms in the median (worst ${Math.max(...tally.cachedMs).toFixed(1)} ms), ` +
      `a call ${freshMs.toFixed(1)} ms: the cache takes ${(cachedMs / freshMs).toFixed(3)} × of it`,
  );
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
