// `npm run mutate -- FOLDER_OR_FILES…`: breaks the code in every small way and says which of it no test notices; exits 1 under 80 %.
import { readFileSync, statSync } from 'node:fs';
import { matchesGlob } from 'node:path';
import { parseArgs } from 'node:util';
import type { MutantResult } from '@stryker-mutator/api/core';
import { Stryker } from '@stryker-mutator/core';

const USAGE = `npm run mutate -- FOLDER_OR_FILES… [options]
  --static   also what runs once while modules load: each of these meets every test, which takes long
  --tests    only these test files, to be quick; all that 'vitest.mutation.config.ts' names unless given
  --again    takes over what an earlier run found, where neither the code nor the tests that noticed have changed
  --help

A glob is a file as well: npm run mutate -- 'lib/domain/constraint*.ts'`;
const LEAST_PERCENT = 80;
const NOTICED = ['Killed', 'Timeout'];
const MISSED = ['Survived', 'NoCoverage'];
const LONGEST_SHOWN = 90;

await main();

async function main(): Promise<void> {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: {
      static: { type: 'boolean' },
      again: { type: 'boolean' },
      tests: { type: 'string', multiple: true },
      help: { type: 'boolean' },
    },
  });
  if (values.help === true || positionals.length === 0) {
    process.stdout.write(`${USAGE}\n`);
    process.exitCode = values.help === true ? 0 : 2;
    return;
  }
  const startedAt = performance.now();
  const globs = positionals.map(asGlob);
  const all = await new Stryker({
    mutate: globs,
    ignoreStatic: values.static !== true,
    incremental: values.again === true,
    ...(values.tests !== undefined && { testFiles: values.tests }),
  }).runMutationTest();
  // What an earlier run found of other files comes along.
  const results = all.filter(({ fileName }) => globs.some((glob) => matchesGlob(relative(fileName), glob)));
  if (results.length === 0) {
    process.stdout.write(`nothing to break in ${positionals.join(', ')}: expected folders or files of lib\n`);
    process.exitCode = 2;
    return;
  }
  for (const line of report(results)) process.stdout.write(`${line}\n`);
  process.stdout.write(`${Math.round((performance.now() - startedAt) / 1000)} s\n`);
  if (percentOf(results) < LEAST_PERCENT) process.exitCode = 1;
}

function asGlob(path: string): string {
  const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  return isFolder ? `${path.replace(/\/$/, '')}/**/*.ts` : path;
}

/** What survived, line by line, then each file and all of them in figures. */
function report(results: readonly MutantResult[]): readonly string[] {
  const files = [...new Set(results.map(({ fileName }) => fileName))].toSorted();
  const survivors = results.filter(({ status }) => MISSED.includes(status));
  const perFile = files.map((file) => [file, results.filter(({ fileName }) => fileName === file)] as const);
  return [
    ...survivors.toSorted(byPlace).map(described),
    ...perFile.map(([file, of]) => `${relative(file)}: ${inFigures(of)}`),
    `all: ${inFigures(results)}`,
  ];
}

function byPlace(a: MutantResult, b: MutantResult): number {
  return a.fileName.localeCompare(b.fileName) || a.location.start.line - b.location.start.line;
}

function described({ fileName, location: { start, end }, mutatorName, replacement, status }: MutantResult): string {
  const lines = readFileSync(fileName, 'utf8')
    .split('\n')
    .slice(start.line - 1, end.line);
  lines[lines.length - 1] = lines.at(-1)?.slice(0, end.column - 1) ?? '';
  const original = lines.join('\n').slice(start.column - 1);
  const place = `${relative(fileName)}:${start.line}:${start.column}`;
  return `${status === 'NoCoverage' ? 'met by no test' : 'survived'} ${place} ${mutatorName}: ${inShort(original)} → ${inShort(replacement ?? '')}`;
}

function inFigures(results: readonly MutantResult[]): string {
  const count = (statuses: readonly string[]) => results.filter(({ status }) => statuses.includes(status)).length;
  const missed = `${count(['Survived'])} survived, ${count(['NoCoverage'])} met by no test`;
  return `${percentOf(results).toFixed(1)} % killed (${count(['Killed'])} killed, ${count(['Timeout'])} timed out, ${missed}, ${count(['Ignored'])} left out)`;
}

/** Of those that were tried. */
function percentOf(results: readonly MutantResult[]): number {
  const killed = results.filter(({ status }) => NOTICED.includes(status)).length;
  const tried = results.filter(({ status }) => [...NOTICED, ...MISSED].includes(status)).length;
  return tried === 0 ? 100 : (100 * killed) / tried;
}

function relative(file: string): string {
  return file.replace(`${process.cwd()}/`, '');
}

function inShort(code: string): string {
  const line = code.replace(/\s+/g, ' ');
  return line.length > LONGEST_SHOWN ? `${line.slice(0, LONGEST_SHOWN)}…` : line;
}
