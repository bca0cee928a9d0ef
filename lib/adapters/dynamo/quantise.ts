// Two bytes per number: samples are read back within 0.05 %, while "none" and "nothing measured" stay exact.

export interface Scale {
  /** NaN, negative and infinite values become `MISSING`; what lies outside the scale is moved to its end. */
  encode(value: number): number;
  decode(code: number): number;
}

/** Decodes to NaN. */
export const MISSING = 0xffff;
const HIGHEST = 0xfffe;

/** Cores, from a millionth to a million: steps of 0.042 %, so half of that is the largest error. */
export const CPU_CORES = logScale(1e-6, 1e6);
/** Bytes, from 1 to 2^52: steps of 0.055 %. */
export const MEMORY_BYTES = logScale(1, 2 ** 52);
/**
 * Any load, in its unit, from 10^-9 to 10^15: steps of 0.084 %. Loads and targets are round numbers more often than not, and
 * 800 of 80 a replica must not come back as 800.3 and cost a replica: whole numbers up to 1,000 are exact.
 */
export const LOAD = roundScale(1e-9, 1e15);
/** Whole numbers up to 65,534, exactly. */
export const REPLICAS: Scale = {
  encode: (value) => (isMeasured(value) ? Math.min(Math.round(value), HIGHEST) : MISSING),
  decode: (code) => (code === MISSING ? Number.NaN : code),
};

/** Code 0 is zero; 1 … 65,534 are spaced evenly in the logarithm from `min` to `max`. */
function logScale(min: number, max: number): Scale {
  const step = Math.log(max / min) / (HIGHEST - 1);
  // Reading two weeks decodes a million samples, and looking up beats computing; 0 is not known yet.
  const known = new Float64Array(MISSING);
  return {
    encode(value) {
      if (!isMeasured(value)) return MISSING;
      if (value === 0) return 0;
      return 1 + Math.round(Math.log(Math.min(Math.max(value, min), max) / min) / step);
    },
    decode(code) {
      if (code === 0) return 0;
      if (!(code < MISSING)) return Number.NaN;
      const value = known[code] || min * Math.exp((code - 1) * step);
      known[code] = value;
      return value;
    },
  };
}

/** The same, read back as the number of the fewest digits that is stored so. */
function roundScale(min: number, max: number): Scale {
  const { encode, decode } = logScale(min, max);
  const known = new Map<number, number>();
  return {
    encode,
    decode(code) {
      const value = known.get(code) ?? roundest(decode(code), (near) => encode(near) === code);
      known.set(code, value);
      return value;
    },
  };
}

function roundest(value: number, isSame: (near: number) => boolean): number {
  for (let digits = 1; digits < 6; digits++) {
    const near = Number(value.toPrecision(digits));
    if (isSame(near)) return near;
  }
  return value;
}

function isMeasured(value: number): boolean {
  return value >= 0 && value !== Number.POSITIVE_INFINITY;
}
