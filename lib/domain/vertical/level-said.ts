// What a workload's levels say of complexity: the level, whether it is raised for it, and what that is worth.
import type { ComplexityLevel } from '../complexity/scaling-policy.ts';
import type { LevelView } from '../level/level-view.ts';
import type { PerSignal, SignalName } from '../workload/signal.ts';

export interface LevelSaid {
  readonly signal: SignalName;
  /** Null while it is not measured. */
  readonly level: ComplexityLevel | null;
  readonly raised: boolean;
  /** What requests are multiplied by; 1 where it is not raised. */
  readonly factor: number;
}

/** Of the signal that asks for the most; null where none of them tells a level of complexity. */
export function levelSaid(levels: PerSignal<Pick<LevelView, 'value' | 'raised'>> = {}): LevelSaid | null {
  const all = Object.entries(levels).flatMap(([signal, { value, raised }]): readonly LevelSaid[] => {
    if (raised === undefined) return [];
    const { level, isRaised, factor } = raised;
    return [{ signal, level: value === null ? null : level, raised: isRaised, factor: isRaised ? factor : 1 }];
  });
  return all.reduce<LevelSaid | null>((most, one) => (most !== null && worth(most) >= worth(one) ? most : one), null);
}

/** One that is measured says more than one that is not. */
function worth({ level, factor }: LevelSaid): number {
  return level === null ? 0 : factor;
}
