// The API's reference for people: a page and its script from the local installation, and in no deployed function.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { reachedFrom } from '../../infra/pack/compile.ts';
import { FROM_PACKAGES } from '../../infra/pack/contents.ts';
import { type Gateway, startGateway } from '../../local/gateway.ts';

const ROOT = join(import.meta.dirname, '../..');
const FUNCTIONS = ['command', 'evaluate', 'learn', 'look', 'query', 'tick', 'watchdog'];

let gateway: Gateway;
beforeAll(async () => {
  const answer = { statusCode: 404, headers: {}, body: 'the API', isBase64Encoded: false };
  gateway = await startGateway(0, { query: async () => answer, command: async () => answer });
});
afterAll(() => gateway.close());

it('is a page that names one script of ours and the document, and may load nothing from elsewhere', async () => {
  for (const path of ['/docs', '/docs/']) {
    const answer = await fetch(`${gateway.url}${path}`);
    const html = await answer.text();
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(html.match(/(?:src|href|spec-url)="[^"]*"/g)).toEqual([
      'src="/docs/rapidoc-min.js"',
      'spec-url="/openapi.json"',
    ]);
    expect(html).not.toMatch(/https?:/);
    const policy = answer.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'; script-src 'self'");
    expect(policy).toContain("connect-src 'self'");
    expect(policy).not.toMatch(/https?:|\*|script-src[^;]*unsafe/);
  }
});

it('has its script from the package, byte for byte', async () => {
  const answer = await fetch(`${gateway.url}/docs/rapidoc-min.js`);
  expect(answer.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
  const script = Buffer.from(await answer.arrayBuffer());
  expect(script.equals(readFileSync(createRequire(import.meta.url).resolve('rapidoc/dist/rapidoc-min.js')))).toBe(true);
});

it.each(['/docs/other.js', '/docs/../package.json', '/docs/rapidoc-min.js.map', '/docsx', '/docs/%72apidoc-min.js'])(
  '%s is none of it: the API answers',
  async (path) => {
    const answer = await fetch(`${gateway.url}${path}`);
    expect([answer.status, await answer.text()]).toEqual([404, 'the API']);
  },
);

it('is in no function that is deployed, and its script and licence are what the package takes of its package', async () => {
  const { files, packages } = await reachedFrom(
    ROOT,
    FUNCTIONS.map((name) => `functions/${name}.ts`),
  );
  expect(files).toContain('functions/query.ts');
  expect(files.filter((file) => /^local\/|rapidoc/.test(file))).toEqual([]);
  expect(packages).not.toContain('rapidoc');
  expect(FROM_PACKAGES).toContainEqual(['rapidoc/dist/rapidoc-min.js', 'web/rapidoc-min.js']);
});
