// `npm run golden`: whether the program still says what it said when the goldens were written; exits 1 where it does not.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { saidOfFolder } from './backtests.ts';
import { GOLDENS } from './goldens.ts';
import { type Golden, goldenOf, type Said, type WordTable } from './parts.ts';

const KEPT = join(import.meta.dirname, 'golden.json');
const WORDS = join(import.meta.dirname, 'words.json');

const USAGE = `npm run golden                compares what the program says with test/golden/golden.json
npm run golden -- --write     writes that file anew, and empties words.json: a commit of its own, which says what changed and why
npm run golden -- --only api  those whose name holds the word
npm run golden -- --texts DIR puts what was said into files, to be compared between two trees with diff
npm run golden -- DIR         prints a hash per trace file of a folder, to be compared between two trees
A change of words alone is listed in test/golden/words.json as [old, new]; numbers and outcomes have no such table.`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    write: { type: 'boolean' },
    only: { type: 'string', default: '' },
    texts: { type: 'string' },
    help: { type: 'boolean' },
  },
});

if (values.help) process.stdout.write(`${USAGE}\n`);
else if (positionals[0] !== undefined) await showFolder(positionals[0]);
else await compare(values.only);

async function showFolder(folder: string): Promise<void> {
  for await (const [label, said] of saidOfFolder(folder))
    process.stdout.write(`${label}: ${goldenOf(said, []).facts}\n`);
}

async function compare(only: string): Promise<void> {
  const table: WordTable = values.write ? [] : JSON.parse(readFileSync(WORDS, 'utf8'));
  const kept: Record<string, Golden> = JSON.parse(readFileSync(KEPT, 'utf8'));
  const made: Record<string, Golden> = values.write && only !== '' ? { ...kept } : {};
  for (const [name, say] of Object.entries(GOLDENS).filter(([name]) => name.includes(only))) {
    const started = performance.now();
    const said = await say();
    const golden = goldenOf(said, table);
    made[name] = golden;
    if (values.texts !== undefined) keepTexts(values.texts, name, said);
    const moved = (['facts', 'words'] as const).filter((part) => golden[part] !== kept[name]?.[part]);
    const verdict = moved.length === 0 ? 'as it was' : `CHANGED: ${moved.join(' and ')}`;
    process.stdout.write(`${name}: ${verdict} (${((performance.now() - started) / 1000).toFixed(1)} s)\n`);
    if (moved.length > 0 && !values.write) process.exitCode = 1;
  }
  if (!values.write) return;
  writeFileSync(KEPT, `${JSON.stringify(made, null, 2)}\n`);
  writeFileSync(WORDS, '[]\n');
}

function keepTexts(folder: string, name: string, { facts, words }: Said): void {
  mkdirSync(folder, { recursive: true });
  const base = join(folder, name.replaceAll(/[^\w.-]+/g, '-'));
  writeFileSync(`${base}.facts.txt`, `${facts.join('\n')}\n`);
  writeFileSync(`${base}.words.txt`, `${words.join('\n')}\n`);
}
