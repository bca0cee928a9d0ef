// What stands behind a number in its cell: a unit, and the factor to its base.

export interface Unit {
  /** What is counted; numbers of different dimensions cannot stand in one column. Empty for a plain count. */
  readonly dimension: string;
  readonly factor: number;
}

const NONE: Unit = { dimension: '', factor: 1 };
/** SI, binary, and the three words of Grafana's "short" numbers; Kubernetes quantities are among them. */
const PREFIXES: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  µ: 1e-6,
  μ: 1e-6,
  m: 1e-3,
  k: 1e3,
  K: 1e3,
  M: 1e6,
  Mil: 1e6,
  G: 1e9,
  Bil: 1e9,
  T: 1e12,
  Tri: 1e12,
  P: 1e15,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
};
/** Units that prefixes are written directly before. */
const PREFIXED = /^(n|u|µ|μ|m|k|K|M|G|T|P|Ki|Mi|Gi|Ti|Pi)(B|b|s|W|Hz|cores?|cpus?|bps|Bps|B\/s|b\/s)$/;
const SPACED = /^(n|u|µ|μ|m|k|K|M|Mil|G|Bil|T|Tri|P|Ki|Mi|Gi|Ti|Pi)\s+(\S.*)$/;
const WORDS: Readonly<Record<string, Unit>> = {
  millicores: { dimension: 'cores', factor: 1e-3 },
  min: { dimension: 's', factor: 60 },
  mins: { dimension: 's', factor: 60 },
  hour: { dimension: 's', factor: 3600 },
  hours: { dimension: 's', factor: 3600 },
  h: { dimension: 's', factor: 3600 },
  day: { dimension: 's', factor: 86_400 },
  days: { dimension: 's', factor: 86_400 },
};
const SPELLINGS: Readonly<Record<string, string>> = {
  core: 'cores',
  cpu: 'cores',
  cpus: 'cores',
  byte: 'B',
  bytes: 'B',
};

/** Whatever it does not know is a dimension of its own. */
export function unitOf(suffix: string): Unit {
  if (suffix === '') return NONE;
  const word = WORDS[suffix];
  if (word !== undefined) return word;
  const alone = PREFIXES[suffix];
  if (alone !== undefined) return { dimension: '', factor: alone };
  const [, prefix = '', base = suffix] = PREFIXED.exec(suffix) ?? SPACED.exec(suffix) ?? [];
  return { dimension: SPELLINGS[base] ?? base, factor: PREFIXES[prefix] ?? 1 };
}

/** By division where the factor is below 1, so that 350m is 0.35 and not a digit beside it. */
export function inBase(value: number, { factor }: Unit): number {
  return factor < 1 ? value / Math.round(1 / factor) : value * factor;
}
