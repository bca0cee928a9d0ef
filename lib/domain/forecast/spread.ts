// How far from its forecasts what came has been, ready to be laid around many of them.
import { moved, RESIDUAL_UNITS, type ResidualKind } from './conformal.ts';
import { type FittedResiduals, type FittedSignal, HORIZONS_SECONDS } from './fitted.ts';

/** How far from its forecasts what came has been, of one horizon. */
export interface Spread {
  readonly kind: ResidualKind;
  readonly quantiles: readonly number[];
  /** By part of the day, in percent. */
  readonly parts: readonly number[];
  readonly width: number;
}

/** Before anything was fitted: the widths that hold for most services, as ln(1 + share). */
export const UNKNOWN: Spread = { kind: 'share', quantiles: [-0.7, -0.4, 0.26, 0.4, 0.7], parts: [], width: 1 };

/** By horizon. */
export function spreadsOf({ residuals }: FittedSignal, width: number): readonly Spread[] {
  return HORIZONS_SECONDS.map((_, h) => {
    const found = residuals[h] ?? null;
    return found === null ? UNKNOWN : spreadOf(found, width);
  });
}

export function spreadOf([kind, quantiles, parts]: FittedResiduals, width: number): Spread {
  return { kind, quantiles: quantiles.map((size) => size * RESIDUAL_UNITS[kind]), parts, width };
}

/** A forecast on the scale, moved by the quantile `q` of its residuals; in demand. @param part of the day */
export function movedBy(
  { kind, quantiles, parts, width }: Spread,
  q: number,
  z: number,
  part: number,
  floor: number,
): number {
  return moved(z, (quantiles[q] ?? 0) * ((parts[part] ?? 100) / 100) * width, kind, floor);
}
