// What annotations, the record in the table and the defaults say about one workload, and what those defaults are.
import type { SignalName } from './signal.ts';

export const DEFAULT_POLICY = {
  enabled: false,
  mode: 'auto',
  min: 1,
  max: 10,
  sloPercent: 99.5,
  targetPercent: { cpu: 70, memory: 80 },
  cooldownDownSeconds: 300,
  cooldownUpSeconds: 60,
  staleAfterTicks: 3,
  tickSeconds: 60,
  paused: false,
  llm: 'on',
  problems: [],
} as const satisfies Policy;

export type Mode = 'auto' | 'recommend' | 'hpa-floor' | 'scale';

/** What annotations, the record in the table and the defaults say about one workload. */
export interface Policy {
  readonly enabled: boolean;
  readonly mode: Mode;
  readonly min: number;
  readonly max: number;
  /** Nobody stated a maximum: `max` bounds growth and never orders a scale-in. */
  readonly maxIsDefault?: true;
  readonly sloPercent: number;
  readonly targetPercent: Readonly<Record<SignalName, number>>;
  /** Memory is shown and not sized by; absent where it is. */
  readonly memoryOff?: boolean;
  readonly cooldownDownSeconds: number;
  readonly cooldownUpSeconds: number;
  readonly staleAfterTicks: number;
  readonly tickSeconds: number;
  readonly paused: boolean;
  readonly llm: 'on' | 'off' | 'shadow';
  /** One sentence per value that could not be read; not empty means the workload is treated as `recommend`. */
  readonly problems: readonly string[];
}
