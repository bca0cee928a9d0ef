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

/**
 * Of the signal that asks for the most; null where none of them tells a level of complexity. Where one is not measured and
 * the others ask for nothing, nobody knows whether it would: then the level is not known.
 */
export function levelSaid(levels: PerSignal<Pick<LevelView, 'value' | 'raised'>> = {}): LevelSaid | null {
  const all = Object.entries(levels).flatMap(([signal, { value, raised }]): readonly LevelSaid[] => {
    if (raised === undefined) return [];
    const { level, isRaised, factor } = raised;
    return [{ signal, level: value === null ? null : level, raised: isRaised, factor: isRaised ? factor : 1 }];
  });
  const most = all.reduce<LevelSaid | null>(
    (best, one) => (best !== null && worth(best) >= worth(one) ? best : one),
    null,
  );
  return most?.raised ? most : (all.find(({ level }) => level === null) ?? most);
}

/** One that is measured says more than one that is not. */
function worth({ level, factor }: LevelSaid): number {
  return level === null ? 0 : factor;
}
