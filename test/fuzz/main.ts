// `npm run fuzz`: generated inputs from outside, in numbers no test would wait for; exits 1 where one of them breaks anything.
import { mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { fuzzAnswers } from './answers.ts';
import type { FuzzFailure, FuzzRun, FuzzSummary } from './run.ts';

/** Each kind of input by the word that its options go by, with how many are tried unless said otherwise. */
const KINDS: Readonly<Record<string, { readonly count: number; readonly run: FuzzRun }>> = {
  answers: { count: 100_000, run: fuzzAnswers },
};
const NAMES = Object.keys(KINDS);
const SHOWN_FAILURES = 10;

const COUNTS = NAMES.map((name) => {
  const option = `--${name} N`.padEnd(13);
  return `  ${option} how many ${name} are tried (default ${KINDS[name]?.count})`;
});
const USAGE = `npm run fuzz -- [options]
${COUNTS.join('\n')}
  --only NAME   only ${NAMES.join(' or ')}
  --seed S      another seed makes other inputs (default 1)
  --index I     with --only: that one input alone, printed
  --help`;

await main();

async function main(): Promise<void> {
  const options = readArguments();
  if (options === null) return;
  const names = options.only === undefined ? NAMES : [options.only];
  for (const name of names) if (!(await runOne(name, options))) process.exitCode = 1;
}

interface Options {
  readonly seed: number;
  readonly only: string | undefined;
  readonly index: number | undefined;
  readonly counts: Readonly<Record<string, number>>;
}

function readArguments(): Options | null {
  try {
    const counts = Object.fromEntries(NAMES.map((name) => [name, { type: 'string' } as const]));
    const { values } = parseArgs({
      options: {
        ...counts,
        only: { type: 'string' },
        seed: { type: 'string', default: '1' },
        index: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    });
    const given: Readonly<Record<string, string | boolean | undefined>> = values;
    if (values.help) {
      print(USAGE);
      return null;
    }
    if (values.only !== undefined && !NAMES.includes(values.only))
      throw new Error(`--only ${values.only}: expected ${NAMES.join(' or ')}`);
    if (values.index !== undefined && values.only === undefined) throw new Error('--index goes with --only');
    return {
      seed: whole('seed', values.seed),
      only: values.only,
      index: values.index === undefined ? undefined : whole('index', values.index),
      counts: Object.fromEntries(
        NAMES.map((name) => [name, whole(name, String(given[name] ?? KINDS[name]?.count ?? 0))]),
      ),
    };
  } catch (error) {
    process.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n${USAGE}\n`);
    process.exitCode = 2;
    return null;
  }
}

function whole(name: string, text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new Error(`--${name} ${text}: a whole number of up to nine digits is expected`);
  return Number(text);
}

async function runOne(name: string, { seed, index, counts }: Options): Promise<boolean> {
  const kind = KINDS[name];
  const count = counts[name];
  if (kind === undefined || count === undefined) throw new Error(`no such kind: ${name}`);
  const startedAt = performance.now();
  const progress = (done: number) => {
    if (process.stderr.isTTY) process.stderr.write(`\r${name}: ${done} of ${count}`);
  };
  const summary = await kind.run({ count, seed, progress, ...(index !== undefined && { only: index }) });
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  print(`${name}: ${summary.tried} tried in ${seconds} s (seed ${seed}), ${summary.failures.length} failed`);
  for (const line of summary.lines) print(`  ${line}`);
  tellFailures(name, seed, summary);
  return summary.failures.length === 0;
}

function tellFailures(name: string, seed: number, { failures }: FuzzSummary): void {
  if (failures.length === 0) return;
  const folder = join(tmpdir(), `ai4k8s-fuzz-${name}-${seed}`);
  mkdirSync(folder, { recursive: true });
  for (const failure of failures.slice(0, SHOWN_FAILURES)) print(`  ${toldFailure(name, seed, folder, failure)}`);
  if (failures.length > SHOWN_FAILURES) print(`  … and ${failures.length - SHOWN_FAILURES} more`);
}

function toldFailure(name: string, seed: number, folder: string, { index, what, input }: FuzzFailure): string {
  const file = join(folder, `${index}.txt`);
  writeFileSync(file, input);
  return `FAILED #${index}: ${what}\n    input: ${file}; again: npm run fuzz -- --only ${name} --seed ${seed} --index ${index}`;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
