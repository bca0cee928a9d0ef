// Advice over a simulated day: how much of it comes from the cache, and how fast. The LLM is the stub on this machine.
import { makeGroqModel } from '../lib/adapters/groq.ts';
import { makeAdvisor } from '../lib/app/advise/advisor.ts';
import type { AdviceResult } from '../lib/domain/advice/advice.ts';
import { assess } from '../lib/domain/assessment/assess.ts';
import { decide } from '../lib/domain/decision/decide.ts';
import type { Observation } from '../lib/domain/workload/observation.ts';
import { DEFAULT_POLICY } from '../lib/domain/workload/policy.ts';
import type { Series } from '../lib/domain/workload/series.ts';
import { generatedLoad } from '../local/loads.ts';
import { stubReply } from '../test/stand-ins/groq-answers.ts';
import { startGroqServer } from '../test/stand-ins/groq-server.ts';
import { makeMemoryAdviceStore } from '../test/stand-ins/memory-advice-store.ts';

const MINUTE = 60_000;
/** As many as the free plan's 1,000 requests a day serve at one call per five minutes. */
const WORKLOADS = 3;
const START = Date.parse('2026-03-04T00:00:00Z');

interface Tally {
  asked: number;
  fresh: number;
  cached: number;
  rejected: number;
  readonly cachedMs: number[];
  readonly freshMs: number[];
}

export async function advice(): Promise<void> {
  const server = await startGroqServer((request) => stubReply('sensible', request));
  const clock = { now: () => now };
  let now = START;
  const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const advisor = makeAdvisor({
    model: makeGroqModel({ apiKey: 'stub', baseUrl: server.url }),
    store: makeMemoryAdviceStore(),
    limitClock: clock,
    log: silent,
    settings: {
      models: ['openai/gpt-oss-20b'],
      limits: { requestsPerMinute: 30, requestsPerDay: 1000, tokensPerMinute: 8000 },
      budgetMs: 5000,
    },
  });
  const tally: Tally = { asked: 0, fresh: 0, cached: 0, rejected: 0, cachedMs: [], freshMs: [] };
  const replicas = Array.from({ length: WORKLOADS }, () => 6);
  for (; now < START + 24 * 60 * MINUTE; now += MINUTE)
    for (let i = 0; i < WORKLOADS; i++) replicas[i] = await once(i, replicas[i] ?? 1);
  await server.close();
  print(tally, server.requests.length);

  async function once(i: number, spec: number): Promise<number> {
    const load = generatedLoad({ seed: i + 40, mean: 2 });
    const policy = { ...DEFAULT_POLICY, enabled: true, max: 40 };
    const recent = series(load, spec, now);
    const input = { now, policy, observation: observe(load(now), spec, now, i), recent, fitted: undefined, past: [] };
    const assessment = assess(input);
    const started = performance.now();
    const result = await advisor.advise(assessment);
    note(tally, result, performance.now() - started);
    return decide(assessment, result, { wanted: [], lastScaledAt: null, killSwitch: null }).target;
  }
}

function note(tally: Tally, result: AdviceResult | null, ms: number): void {
  tally.asked++;
  if (result?.kind !== 'advice') tally.rejected++;
  else if (result.cached) {
    tally.cached++;
    tally.cachedMs.push(ms);
  } else {
    tally.fresh++;
    tally.freshMs.push(ms);
  }
}

function print(tally: Tally, requests: number): void {
  const share = (part: number, whole: number) => `${((100 * part) / whole).toFixed(1)} %`;
  const [fresh, cached] = [median(tally.freshMs), median(tally.cachedMs)];
  console.log(
    `Advice: ${WORKLOADS} workloads, a simulated day of one-minute ticks; baseline: a call of the stub on loopback`,
  );
  console.log(
    `  ${tally.asked} times asked, ${requests} calls: ${share(tally.cached, tally.cached + tally.fresh)} of advice came from the ` +
      `cache (the seeds say 80–90 %); ${share(tally.rejected, tally.asked)} of the times there was none (rate limit), rules decided`,
  );
  console.log(
    `  from the cache ${cached.toFixed(3)} ms in the median (worst ${Math.max(...tally.cachedMs).toFixed(1)} ms), ` +
      `a call ${fresh.toFixed(1)} ms: the cache takes ${(cached / fresh).toFixed(3)} × of it`,
  );
}

function series(load: (at: number) => number, replicas: number, now: number): Series {
  const at = Float64Array.from({ length: 31 }, (_, i) => now - (30 - i) * MINUTE);
  const cpu = at.map(load);
  return { at, demand: { cpu, memory: cpu.map((cores) => 2 ** 27 * cores) }, replicas: at.map(() => replicas) };
}

function observe(cores: number, replicas: number, at: number, i: number): Observation {
  const reading = (demand: number) => ({ demand, at, coverage: 1, atLimit: false });
  return {
    workload: { cluster: 'bench', namespace: 'team', name: `service-${i}` },
    at,
    resourceVersion: '1',
    replicas: { spec: replicas, ready: replicas, running: replicas, total: replicas },
    capacity: { cpu: 0.5, memory: 2 ** 29 },
    startupSeconds: null,
    signals: { cpu: reading(cores), memory: reading(2 ** 27 * cores) },
    rollout: 'settled',
    hpa: null,
    owner: { kind: 'none' },
    annotations: {},
  };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
