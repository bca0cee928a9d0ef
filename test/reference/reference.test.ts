// docs/reference says what the code does now, of every route and every command.
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { expect, it } from 'vitest';
import { PATH_FORMS, ROUTES } from '../../lib/app/api/all-routes.ts';
import { REFERENCES } from './references.ts';

const made = new Map(
  REFERENCES.map(({ file, make }) => [basename(file), { kept: readFileSync(file, 'utf8'), now: make() }]),
);

it.each(['api.md', 'cli.md'])('%s is as the code has it: else run `npm run docs`', (name) => {
  const { kept, now } = made.get(name) ?? { kept: '', now: null };
  expect(kept === now, `docs/reference/${name} is stale: run \`npm run docs\` and commit what it writes`).toBe(true);
});

it('has every route, and every command with its options and examples', () => {
  const api = made.get('api.md')?.now ?? '';
  for (const { method, path } of ROUTES) expect(api).toContain(`### ${method.toUpperCase()} ${path}\n`);
  for (const { method, path } of PATH_FORMS) expect(api).toContain(`| ${method.toUpperCase()} | \`${path}\` |`);
  const cli = made.get('cli.md')?.now ?? '';
  for (const name of ['status', 'enable', 'approve', 'backtest', 'doctor', 'local', 'verify'])
    expect(cli).toContain(`\n### ${name}\n`);
  expect(cli).toMatch(/\| `--url <url>` \| .* \| `"http:\/\/127\.0\.0\.1:8080"` \|/);
  expect(cli).toContain('Exit codes:');
  expect(cli.match(/^Examples:$/gm)?.length).toBeGreaterThan(10);
});
