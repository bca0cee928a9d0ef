// A rule that never fires guards nothing: each import rule and the purity rule is broken once, on purpose, in a copy.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
let house: string;

beforeAll(() => {
  house = mkdtempSync(join(tmpdir(), 'ai4k8s-rules-'));
  for (const file of ['.dependency-cruiser.cjs', 'tsconfig.json', 'package.json', 'biome.json', '.biome'])
    cpSync(join(ROOT, file), join(house, file), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(house, 'node_modules'));
  for (const [path, text] of Object.entries(GOOD)) put(path, text);
});
afterAll(() => rmSync(house, { recursive: true, force: true }));

/** As `.dependency-cruiser.cjs` orders them. */
const ROOMS = [
  'text',
  'complexity',
  'workload',
  'simulation',
  'forecast',
  'hpa',
  'sizing',
  'level',
  'schedule',
  'learning',
  'assessment',
  'advice',
  'guardrails',
  'vertical',
  'decision',
];

/** A house in small, with nothing wrong. */
const GOOD: Readonly<Record<string, string>> = {
  ...Object.fromEntries(ROOMS.map((room) => [`lib/domain/${room}/idea.ts`, `export const ${room} = 1;\n`])),
  'lib/app/ports/world.ts': "export { workload as model } from '../../domain/workload/idea.ts';\n",
  'lib/adapters/log.ts': "export { model as log } from '../app/ports/world.ts';\n",
  'lib/adapters/kubernetes/reader.ts': "export { model as reader } from '../../app/ports/world.ts';\n",
  'lib/net/addresses.ts': 'export const addresses = 1;\n',
  'lib/wire/parts.ts': "export { log } from '../adapters/log.ts';\n",
  'lib/exporter/exporter.ts': "export { complexity as exporter } from '../domain/complexity/idea.ts';\n",
  'exporter/main.ts': "export { exporter } from '../lib/exporter/exporter.ts';\n",
  'functions/query.ts': "export { log } from '../lib/wire/parts.ts';\n",
  'cli/main.ts': "export { log } from '../lib/wire/parts.ts';\n",
  'mcp/server.ts': "export { text as server } from '../lib/domain/text/idea.ts';\n",
  'local/main.ts': "export { log } from '../functions/query.ts';\n",
};

const put = (path: string, text: string) => {
  mkdirSync(dirname(join(house, path)), { recursive: true });
  writeFileSync(join(house, path), text);
};
const run = (tool: string, ...args: string[]) => {
  const { stdout, stderr, status } = spawnSync(process.execPath, [join(ROOT, 'node_modules', tool), ...args], {
    cwd: house,
    encoding: 'utf8',
  });
  return { output: stdout + stderr, status };
};
const cruise = () =>
  run('.bin/depcruise', '--config', '.dependency-cruiser.cjs', 'lib', 'exporter', 'functions', 'cli', 'local', 'mcp');

describe('the import rules', () => {
  it('let a house in order pass, and read its modules', () => {
    const { output, status } = cruise();
    expect(output).toContain(`no dependency violations found (${Object.keys(GOOD).length} modules`);
    expect(status).toBe(0);
  });

  it.each([
    ['domain-is-pure', 'lib/domain/decision/idea.ts', "import '../../app/ports/world.ts';"],
    ['domain-is-pure', 'lib/domain/workload/idea.ts', "import 'node:fs';"],
    ['domain-is-pure', 'lib/domain/workload/idea.ts', "import '@aws-sdk/client-dynamodb';"],
    ['domain-has-rooms', 'lib/domain/text/idea.ts', "import '../loose.ts';"],
    ['cli-stands-alone', 'cli/main.ts', "import '../local/main.ts';"],
    ['product-never-imports-local-or-test', 'lib/wire/parts.ts', "import '../../cli/main.ts';"],
    ['app-knows-ports-only', 'lib/app/ports/world.ts', "import 'groq-sdk';"],
    ['one-place-wires', 'lib/app/ports/world.ts', "import '../../adapters/log.ts';"],
    ['adapters-know-ports-only', 'lib/adapters/log.ts', "import './kubernetes/reader.ts';"],
    ['net-is-a-leaf', 'lib/net/addresses.ts', "import '../app/ports/world.ts';"],
    ['net-is-a-leaf', 'lib/net/addresses.ts', "import 'node:http';"],
    ['exporter-stands-alone', 'lib/exporter/exporter.ts', "import '../domain/workload/idea.ts';"],
    ['exporter-stands-alone', 'lib/exporter/exporter.ts', "import '@kubernetes/client-node';"],
    ['exporter-stands-alone', 'exporter/main.ts', "import '../lib/wire/parts.ts';"],
    ['nobody-needs-the-exporter', 'lib/wire/parts.ts', "import '../exporter/exporter.ts';"],
    ['nobody-needs-the-exporter', 'cli/main.ts', "import '../exporter/main.ts';"],
    ['product-never-imports-local-or-test', 'exporter/main.ts', "import '../local/main.ts';"],
    ['functions-are-thin', 'functions/query.ts', "import '../lib/adapters/log.ts';"],
    ['query-cannot-touch-the-cluster', 'lib/wire/parts.ts', "import '../adapters/kubernetes/reader.ts';"],
    ['product-never-imports-local-or-test', 'lib/wire/parts.ts', "import '../../local/main.ts';"],
    ['agents-talk-to-the-api', 'mcp/server.ts', "import '../lib/wire/parts.ts';"],
    ['agents-know-answers-only', 'mcp/server.ts', "import type { log } from '../lib/adapters/log.ts';"],
    ['no-cycles', 'lib/app/ports/world.ts', "import '../other.ts';"],
  ])('%s bites on %s: %s', (rule, path, line) => {
    put('lib/domain/loose.ts', 'export const loose = 1;\n');
    put('lib/app/other.ts', "import './ports/world.ts';\nexport const other = 1;\n");
    put(path, `${line}\n${GOOD[path]}`);
    try {
      const { output, status } = cruise();
      expect(output).toContain(`error ${rule}`);
      expect(status).not.toBe(0);
    } finally {
      put(path, GOOD[path] ?? '');
      rmSync(join(house, 'lib/app/other.ts'));
      rmSync(join(house, 'lib/domain/loose.ts'));
    }
  });
});

describe('the rooms of the domain', () => {
  it('know those before them and none after', () => {
    const pairs = ROOMS.slice(0, -1).map((room, i) => [room, ROOMS[i + 1] ?? ''] as const);
    for (const [room, next] of pairs) {
      const path = `lib/domain/${room}/idea.ts`;
      put(path, `import '../${next}/idea.ts';\n${GOOD[path]}`);
    }
    const { output } = cruise();
    for (const [room] of pairs) {
      expect(output).toContain(`error room-${room}:`);
      put(`lib/domain/${room}/idea.ts`, GOOD[`lib/domain/${room}/idea.ts`] ?? '');
    }
  });
});

describe('the purity rule', () => {
  it.each(['Date.now()', 'new Date()', 'Math.random()', 'process.env'])('refuses %s in the domain', (impure) => {
    put('lib/domain/decision/impure.ts', `export const impure = () => ${impure};\n`);
    const { output, status } = run('.bin/biome', 'lint', '--vcs-enabled=false', 'lib/domain/decision/impure.ts');
    expect(output).toContain('lib/domain is pure');
    expect(status).not.toBe(0);
  });

  it('lets a date be made from a given instant', () => {
    put('lib/domain/decision/impure.ts', 'export const pure = (at: number) => new Date(at);\n');
    expect(run('.bin/biome', 'lint', '--vcs-enabled=false', 'lib/domain/decision/impure.ts').status).toBe(0);
  });
});
