// The tick's advisor in simulated time: one per run. Loaded by runs that ask, for it brings an SDK along.

import { makeMemoryAdviceStore } from '../../lib/adapters/memory-advice-store.ts';
import type { Advisor } from '../../lib/app/advise/advisor.ts';
import type { AdviceStore } from '../../lib/app/ports/advice-store.ts';
import { fixedKey } from '../../lib/app/ports/api-key.ts';
import type { Log, LogFields } from '../../lib/app/ports/world.ts';
import type { LlmConfig } from '../../lib/config.ts';
import type { Assessment } from '../../lib/domain/assessment/assessment.ts';
import { wireAdvisor } from '../../lib/wire/advisor.ts';
import { isStub } from '../../lib/wire/stub.ts';
import { complain } from '../terminal.ts';

/** Real quotas are one for all runs of this thread; `runJobs` lets one thread ask. */
const quotas = makeMemoryAdviceStore();

/** The advisor of the tick in simulated time: its own cache and claims, nothing kept from other runs. */
export function adviseInBacktest(config: LlmConfig): (assessment: Assessment) => ReturnType<Advisor['advise']> {
  let now = 0;
  const clock = { now: () => now };
  const own = makeMemoryAdviceStore();
  const shared = isStub(config.GROQ_BASE_URL) ? own : quotas;
  const store: AdviceStore = { ...own, reserve: shared.reserve, block: shared.block };
  const apiKey = fixedKey(config.GROQ_API_KEY ?? null);
  const advisor = wireAdvisor(config, {
    apiKey,
    store,
    clock,
    callClock: clock,
    log: eachKindOnce(),
    hasBudget: false,
  });
  return (assessment) => {
    now = assessment.now;
    return advisor.advise(assessment);
  };
}

/** Thousands of calls fail alike: the first of each kind is told, on stderr. */
function eachKindOnce(): Log {
  const told = new Set<string>();
  const tell = (message: string, fields: LogFields = {}) => {
    const kind = String(fields.code ?? message);
    if (told.has(kind)) return;
    told.add(kind);
    const detail = fields.detail === undefined ? '' : `: ${String(fields.detail)}`;
    complain(`! ${message}${message.includes(String(fields.detail)) ? '' : detail}`);
  };
  return { info: () => undefined, warn: tell, error: tell };
}
