// What asking the LLM costs beside its own price: the table and the log, with no key, a healthy quota and one that is used up.
import { stubReply } from '../test/stand-ins/groq-answers.ts';
import { startGroqServer } from '../test/stand-ins/groq-server.ts';
import { sum } from './cost-bill.ts';
import { meanUsage, usageOf } from './cost-usage.ts';
import { startFleet } from './fleet.ts';
import { ticksInFreshProcess } from './ticks.ts';

export interface LlmCost {
  readonly mode: 'no key' | 'a healthy quota' | 'a quota used up';
  readonly workloads: number;
  /** Of a tick, in the mean of so many minutes. */
  readonly writeUnits: number;
  readonly readUnits: number;
  readonly logBytes: number;
  readonly calls: number;
}

const WORKLOADS = 200;
const SETTLING_TICKS = 20;
const MEASURED_TICKS = 30;
const PLENTY = { GROQ_RPM: '10000', GROQ_RPD: '1000000', GROQ_TPM: '10000000', LLM_MONTHLY_USD: '100000' };
/** The free plan's, but for a day's requests: so few that they are used up before ticks count. */
const USED_UP = { GROQ_RPM: '30', GROQ_RPD: '20', GROQ_TPM: '8000' };
const KEY = { GROQ_API_KEY: 'gsk_stub', LLM_PRICES: '{"*":[0.075,0.3]}' };

/** Of a workload and tick, beyond no key. */
const USED_UP_UNITS = 0.05;

/** Whether a quota that is used up, which is the normal state of a free plan, costs next to nothing. */
export function llmTargetsMet(costs: readonly LlmCost[]): readonly string[] {
  const of = (mode: LlmCost['mode']) => costs.find((one) => one.mode === mode);
  const [none, usedUp] = [of('no key'), of('a quota used up')];
  if (none === undefined || usedUp === undefined) return [];
  const more = (usedUp.writeUnits - none.writeUnits) / usedUp.workloads;
  const verdict = more <= USED_UP_UNITS ? 'met' : 'MISSED';
  return [
    `at most ${USED_UP_UNITS} write units a workload and tick more with a quota used up than with no key: ${more.toFixed(3)}, ${verdict}`,
  ];
}

/** @param start of a fleet that all of them have */
export async function llmCosts(start: number): Promise<readonly LlmCost[]> {
  const groq = await startGroqServer((request) => stubReply('sensible', request));
  const withKey = { ...KEY, GROQ_BASE_URL: groq.url };
  const modes = [
    ['no key', {}],
    ['a healthy quota', { ...withKey, ...PLENTY }],
    ['a quota used up', { ...withKey, ...USED_UP }],
  ] as const;
  const costs: LlmCost[] = [];
  for (const [mode, env] of modes) {
    const fleet = await startFleet(WORKLOADS, { start });
    const asked: number[] = [];
    const counting = {
      ...fleet,
      env: { ...fleet.env, ...env },
      moveTo: (at: number) => {
        asked.push(groq.requests.length);
        fleet.moveTo(at);
      },
    };
    const { warm } = await ticksInFreshProcess(counting, SETTLING_TICKS + MEASURED_TICKS);
    await fleet.close();
    const { writeUnits, readUnits, logBytes } = meanUsage(warm.slice(-MEASURED_TICKS).map(usageOf));
    const calls = (groq.requests.length - (asked.at(-MEASURED_TICKS) ?? 0)) / MEASURED_TICKS;
    costs.push({ mode, workloads: WORKLOADS, writeUnits: sum(writeUnits), readUnits: sum(readUnits), logBytes, calls });
  }
  await groq.close();
  return costs;
}
