// The source that docs/add-a-signal.md shows is a whole one: taken from the page as it stands, it keeps the contract.
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { SignalSource } from '../../lib/app/ports/cluster.ts';
import { makeSafeFetch, type PlainFetch } from '../../lib/net/safe-fetch.ts';
import { HOSTILE, patienceMs, signalSourceContract, type World } from '../contracts/signal-source.ts';

const ROOT = join(import.meta.dirname, '../..');
const FENCE = /<!-- run by test\/adapters\/add-a-signal\.test\.ts -->\n```ts\n([\s\S]*?)```/;

/** As a file of lib/adapters/NAME would be, from elsewhere; the signal is called as the contract calls it. */
async function shownSource(): Promise<(url: string, fetch: PlainFetch) => SignalSource> {
  const code = FENCE.exec(readFileSync(join(ROOT, 'docs/add-a-signal.md'), 'utf8'))?.[1] ?? '';
  const lib = pathToFileURL(join(ROOT, 'lib')).href;
  const placed = code
    .replaceAll("'../../", `'${lib}/`)
    .replace("name: 'jobs'", "name: 'work'")
    .replace('{ jobs:', '{ work:');
  const file = join(mkdtempSync(join(tmpdir(), 'ai4k8s-shown-')), 'source.ts');
  writeFileSync(file, placed);
  return (await import(/* @vite-ignore */ pathToFileURL(file).href)).makeJobServer;
}

function answerOf(world: World): { status?: number; body: string; cut?: true } | null {
  const jobs = (waiting: unknown, at = Date.now()) => ({ waiting, at: new Date(at).toISOString() });
  const all = (values: readonly (readonly [string, unknown])[]) => ({
    body: JSON.stringify(Object.fromEntries(values.map(([name, one]) => [`shop/${name}`, one]))),
  });
  switch (world.says) {
    case 'values':
      return all(Object.entries(world.values).map(([name, value]) => [name, jobs(value, world.at)]));
    case 'nothing':
      return all([]);
    case 'no number':
      return all([
        ['web', jobs('NaN')],
        ['api', jobs(3)],
      ]);
    case 'strangers': {
      const strangers = [...Array.from({ length: 10_000 }, (_, i) => `other-${i}`), ...HOSTILE];
      return all([...strangers.map((name) => [name, jobs(1)] as const), ['web', jobs(7)]]);
    }
    case 'an error':
      return { status: 500, body: 'broken\u001b[31m' };
    case 'half an answer':
      return { body: '{"shop/web":{"waiting":4', cut: true };
    case 'elsewhere':
      return { status: 302, body: '' };
    case 'never':
      return null;
    default:
      return { body: '<html>' };
  }
}

const makeShown = await shownSource();

signalSourceContract('as docs/add-a-signal.md shows it', {
  kind: 'load',
  cannot: ['several'],
  async make(world) {
    let calls = 0;
    const server = createServer((_, response) => {
      calls += 1;
      const reply = answerOf(world);
      if (reply === null) return;
      response.writeHead(reply.status ?? 200, reply.cut ? { 'content-length': 1000 } : {});
      if (reply.cut) response.write(reply.body, () => response.destroy());
      else response.end(reply.body);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const fetch = makeSafeFetch({
      allow: ['127.0.0.1'],
      budgetMs: patienceMs(world),
      mostBytes: 4_000_000,
      repeats: false,
    });
    return {
      source: makeShown(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, fetch),
      calls: () => calls,
      close() {
        server.closeAllConnections();
        server.close();
      },
    };
  },
});
