// Every golden by its name, in the order they are made.

import { saidByApi } from './answers.ts';
import { saidByBacktest, saidUnderAdvice } from './backtests.ts';
import { saidByDeciding, saidByPrompts, saidWithSignals } from './deciding.ts';
import type { Said } from './parts.ts';
import { GENERATED } from './traces.ts';

/** Each trace under `ours`; the others, which are slower or say less, on one trace each. */
const ALSO: Readonly<Record<string, readonly string[]>> = {
  wave: ['ours'],
  office: ['ours', 'hpa:0.7'],
  bursts: ['ours', 'ours+hpa:0.7'],
  outage: ['ours', 'a14k8s'],
};

export const GOLDENS: Readonly<Record<string, () => Said | Promise<Said>>> = {
  ...Object.fromEntries(
    Object.entries(GENERATED).flatMap(([name, trace]) =>
      (ALSO[name] ?? []).map((policy) => [`backtest ${name} ${policy}`, () => saidByBacktest(trace, policy)] as const),
    ),
  ),
  'backtest bursts ours advised': () => saidUnderAdvice(GENERATED.bursts as (typeof GENERATED)[string]),
  deciding: saidByDeciding,
  'with signals': saidWithSignals,
  prompt: saidByPrompts,
  api: saidByApi,
};
