// Commands that the documents name are there: a reader who copies one must not be told that it is missing.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const PAGES = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  ...readdirSync(join(ROOT, 'docs'), { recursive: true }).map((file) => `docs/${file}`),
]
  .filter((file) => file.endsWith('.md'))
  // Records are of their time.
  .filter((file) => !file.startsWith('docs/decisions/'));
const SCRIPTS: Readonly<Record<string, string>> = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).scripts;

const named = (pattern: RegExp) =>
  PAGES.flatMap((page) =>
    [...readFileSync(join(ROOT, page), 'utf8').matchAll(pattern)].map(([, name = '']) => [page, name] as const),
  );

describe('the documents', () => {
  it('hold no marks of a merge that nobody finished', () => {
    expect(named(/^(<{7} |={7}$|>{7} )/gm)).toEqual([]);
  });

  it('name scripts that package.json has', () => {
    const all = named(/npm run (?:-s |--silent )?([a-z][\w:-]*)/g);
    expect(all.length).toBeGreaterThan(50);
    // The seed's own, whose successor stands beside it.
    expect(all.filter(([, name]) => !Object.hasOwn(SCRIPTS, name))).toEqual([['docs/complexity.md', 'build']]);
  });

  it('name commands that the command line has', () => {
    const help = execFileSync(process.execPath, ['cli/main.ts', '--help'], { cwd: ROOT, encoding: 'utf8' });
    const commands = [...help.matchAll(/^ {2}([a-z][a-z-]*)[ |]/gm)].map(([, name]) => name);
    expect(commands).toContain('complexity-day');
    const all = named(/(?:npm run (?:-s )?ai4k8s --|`ai4k8s) ([a-z][a-z-]*)\b/g);
    expect(all.length).toBeGreaterThan(20);
    expect(all.filter(([, name]) => !commands.includes(name))).toEqual([]);
  });
});
