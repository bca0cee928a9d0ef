// How fast this machine is just now: whatever else runs beside a benchmark makes each of its CPU seconds do less.

const NUMBERS = 4096;
const ENTRIES = 400;
const ROUNDS = 12;
const SHARE_UNDISTURBED = 0.1;

const numbers = Float64Array.from({ length: NUMBERS }, (_, i) => Math.sin(i));
const entries = Array.from({ length: ENTRIES }, (_, i) => ({
  name: `service-${i}`,
  at: 1_795_658_400_000 + i,
  of: [i / 7, i / 11],
}));

/** CPU seconds of the same piece of work each time: text is made and read, numbers are walked, as a tick does. */
export function yardstickSeconds(): number {
  const start = process.cpuUsage();
  let sum = 0;
  for (let round = 0; round < ROUNDS; round++) {
    for (const { of } of JSON.parse(JSON.stringify(entries)) as typeof entries) sum += of[0] ?? 0;
    for (const value of numbers.toSorted()) sum += Math.exp(value);
  }
  const { user, system } = process.cpuUsage(start);
  if (!Number.isFinite(sum)) throw new Error('the yardstick adds up to nothing');
  return (user + system) / 1e6;
}

/** Of many, what it takes where least else runs: a tenth of them took less. */
export function undisturbed(seconds: readonly number[]): number {
  const sorted = seconds.toSorted((a, b) => a - b);
  return sorted[Math.floor(SHARE_UNDISTURBED * sorted.length)] ?? Number.NaN;
}
