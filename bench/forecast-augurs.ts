// AutoETS and MSTL of @bsull/augurs: what a state-of-the-art library makes of the same past.
import { readFileSync } from 'node:fs';
import { AutoETS, initSync as initEts } from '@bsull/augurs/ets';
import { initSync as initMstl, MSTL } from '@bsull/augurs/mstl';
import { HORIZONS, type Method, SLOTS_PER_DAY } from './forecast-method.ts';

/** Fitted anew at each forecast, as neither can be updated: 0.03–0.2 s each, so asked for less often. */
const EVERY_MINUTES = 180;
/** More than a day made AutoETS slower, not better. */
const ETS_SLOTS = SLOTS_PER_DAY;
const MSTL_SLOTS = 7 * SLOTS_PER_DAY;
const LONGEST = Math.max(...HORIZONS);

/** Without a season: its own ones, at 288 steps a day, are not offered. */
export function autoEts(): Method {
  initEts({ module: wasm('ets') });
  return {
    name: 'AutoETS',
    everyMinutes: EVERY_MINUTES,
    quantiles: 'past_misses',
    forecast: ({ past }) => fitted(new AutoETS(1, 'ZZN'), past.subarray(-ETS_SLOTS)),
  };
}

/** A daily season, and AutoETS for what is left. It needs two days. */
export function mstl(): Method {
  initMstl({ module: wasm('mstl') });
  return {
    name: 'MSTL',
    everyMinutes: EVERY_MINUTES,
    quantiles: 'past_misses',
    forecast: ({ past }) =>
      past.length < 2 * SLOTS_PER_DAY ? null : fitted(MSTL.ets([SLOTS_PER_DAY]), past.subarray(-MSTL_SLOTS)),
  };
}

/** Null where the library gives up on a series, as it does on a constant one. */
function fitted(model: AutoETS | MSTL, past: Float64Array): readonly number[] | null {
  try {
    model.fit(past);
    const { point } = model.predict(LONGEST);
    const ahead = HORIZONS.map((slots) => Math.max(0, point[slots - 1] ?? Number.NaN));
    return ahead.every(Number.isFinite) ? ahead : null;
  } catch {
    return null;
  } finally {
    model.free();
  }
}

/** The package exports its modules, not the bytes that lie beside them. */
function wasm(name: 'ets' | 'mstl'): Buffer {
  return readFileSync(new URL(`${name}_bg.wasm`, import.meta.resolve(`@bsull/augurs/${name}`)));
}
