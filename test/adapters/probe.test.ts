// A probe's window: what is waited for counts, what fails is no latency, and a URL that misbehaves harms its own workload only.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { makeProbe, type ProbeOptions } from '../../lib/adapters/probe/source.ts';
import { type Stat, summaryOf } from '../../lib/adapters/probe/summary.ts';
import type { Outcome, Stopwatch } from '../../lib/adapters/probe/window.ts';
import { bytesOf, makeSafeFetch } from '../../lib/net/safe-fetch.ts';
import { patienceMs, SIGNAL, signalSourceContract, type World } from '../contracts/signal-source.ts';
import { naming, snapshotOf } from '../make/naming.ts';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

async function serve(answer: Answer) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked, close };
}

const FETCH = makeSafeFetch({ allow: ['127.0.0.1'], budgetMs: 20_000, mostBytes: 1_000_000, repeats: false });
/** A request took what the server says in `x-took`: what is measured does not hang on this machine. */
const byHeader: Stopwatch = async (ask) => {
  const reply = await ask();
  await bytesOf(reply);
  return { reply, ms: Number(reply.headers.get('x-took') ?? 0) };
};

const NOW = Date.now();

function probeOf(targets: Readonly<Record<string, string>>, change: Partial<ProbeOptions> = {}) {
  return makeProbe({
    name: 'probe',
    definitions: { [SIGNAL]: { kind: 'level', unit: 'ms' } },
    signals: [{ name: SIGNAL, stat: 'p95' }],
    targets: new Map(Object.entries(targets)),
    requests: 20,
    concurrency: 1,
    budgetMs: 20_000,
    headers: {},
    now: () => NOW,
    fetch: FETCH,
    stopwatch: byHeader,
    ...change,
  });
}

function answerOf(world: World): Answer {
  return ({ url = '' }, response) => {
    if (world.says === 'values') response.writeHead(200, { 'x-took': world.values[url.slice(1)] ?? 1 }).end('fine');
    if (world.says === 'an error') response.writeHead(500).end('broken\u001b[31m');
    if (world.says === 'half an answer')
      response.writeHead(200, { 'content-length': 100 }).write('ha', () => response.destroy());
    if (world.says === 'elsewhere') response.writeHead(302, { location: 'http://169.254.169.254/\u009b' }).end();
  };
}

signalSourceContract('a probe', {
  kind: 'level',
  datesItself: true,
  cannot: ['nothing', 'no number', 'several', 'strangers', 'rubbish'],
  calls: (workloads) => 4 * workloads,
  async make(world, workloads) {
    const { url, asked, close } = await serve(answerOf(world));
    const targets = Object.fromEntries(workloads.map((name) => [`shop/${name}`, `${url}/${name}`]));
    return {
      source: probeOf(targets, { requests: 4, budgetMs: patienceMs(world) }),
      calls: () => asked.length,
      close,
    };
  },
});

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

const web = naming({ namespace: 'shop', name: 'web' }, [SIGNAL]);
const api = naming({ namespace: 'shop', name: 'api' }, [SIGNAL]);

describe('a probe', () => {
  it('takes the 95th percentile of its requests, with the rest beside it', async () => {
    let count = 0;
    const { url, close } = await serve((_, response) => {
      count += 1;
      response.writeHead(200, { 'x-took': count * 10 }).end();
    });
    closers.push(close);
    const source = probeOf({ 'shop/web': url }, { budgetMs: 10_000 });
    expect((await source.read(snapshotOf([web]))).levels?.get('shop/web')?.[SIGNAL]).toEqual({
      value: 190,
      at: NOW,
      beside: { p50: 100, average: 105, successPercent: 100, samples: 20 },
    });
  });

  it('that hangs is unread on its own workload, and costs the others neither reading nor time', async () => {
    const hung = await serve(() => undefined);
    const fine = await serve((_, response) => void response.writeHead(200, { 'x-took': 5 }).end());
    closers.push(hung.close, fine.close);
    const source = probeOf({ 'shop/web': hung.url, 'shop/api': fine.url }, { budgetMs: 6000, concurrency: 4 });
    const batch = await source.read(snapshotOf([web, api]));
    expect(batch.unread?.get('shop/web')?.[SIGNAL]).toBe('4 of 4 requests had no answer within 3 s');
    expect(batch.levels?.get('shop/api')?.[SIGNAL]?.beside?.samples).toBe(20);
  });

  it('has no URL but those of the list', async () => {
    const batch = await probeOf({}).read(snapshotOf([web]));
    expect(batch.unread?.get('shop/web')?.[SIGNAL]).toBe('probe has no URL of shop/web: add one to its "targets"');
  });

  it('asks a URL once for several signals of it', async () => {
    const { url, asked, close } = await serve((_, response) => void response.writeHead(200, { 'x-took': 7 }).end());
    closers.push(close);
    const both = naming({ namespace: 'shop', name: 'web' }, [SIGNAL, 'good']);
    const source = probeOf(
      { 'shop/web': url },
      {
        definitions: { [SIGNAL]: { kind: 'level', unit: 'ms' }, good: { kind: 'level', unit: '%', worse: 'lower' } },
        signals: [
          { name: SIGNAL, stat: 'p50' },
          { name: 'good', stat: 'success' },
        ],
        requests: 5,
      },
    );
    const levels = (await source.read(snapshotOf([both]))).levels?.get('shop/web');
    expect([levels?.[SIGNAL]?.value, levels?.good?.value, asked.length]).toEqual([7, 100, 5]);
  });

  it('keeps to so many requests at a time', async () => {
    let open = 0;
    let most = 0;
    const { url, close } = await serve((_, response) => {
      open += 1;
      most = Math.max(most, open);
      setTimeout(() => {
        open -= 1;
        response.end();
      }, 5);
    });
    closers.push(close);
    await probeOf({ 'shop/web': url }, { concurrency: 3 }).read(snapshotOf([web]));
    expect(most).toBeLessThanOrEqual(3);
  });
});

describe('what a window says', () => {
  const answered = (ms: number, times = 1): Outcome[] =>
    Array.from({ length: times }, () => ({ kind: 'answered', ms }));
  const hung = (times: number): Outcome[] => Array.from({ length: times }, () => ({ kind: 'hung', ms: 2500 }));
  const failed = (times: number, why = 'HTTP 500'): Outcome[] =>
    Array.from({ length: times }, () => ({ kind: 'failed', why }));
  const redirected = (times: number): Outcome[] =>
    Array.from({ length: times }, () => ({ kind: 'redirected', why: 'HTTP 302 to /login' }));

  it.each<[string, Stat, Outcome[], number | RegExp]>([
    ['all well', 'p95', answered(20, 20), 20],
    ['two of twenty hang', 'p95', [...answered(20, 18), ...hung(2)], 2500],
    ['two of twenty hang, by the median', 'p50', [...answered(20, 18), ...hung(2)], 20],
    ['half hang', 'average', [...answered(20, 10), ...hung(10)], 1260],
    ['a few fail fast', 'p95', [...answered(400, 15), ...failed(5)], 400],
    [
      'most fail fast',
      'p95',
      [...answered(400, 5), ...failed(15)],
      /only 5 of 20 requests were answered well: 15 of 20 requests failed \(HTTP 500\)/,
    ],
    ['most fail fast', 'success', [...answered(400, 5), ...failed(15)], 25],
    ['all fail', 'p95', failed(20), /20 of 20 requests failed \(HTTP 500\)/],
    ['all fail', 'success', failed(20), 0],
    [
      'nothing is reached',
      'success',
      failed(20, 'connect ECONNREFUSED'),
      /20 of 20 requests failed \(connect ECONNREFUSED\)/,
    ],
    ['all hang', 'success', hung(4), /4 of 4 requests had no answer within 2.5 s/],
    ['all redirect', 'success', redirected(20), /it redirects \(HTTP 302 to \/login\), which is not followed/],
    ['one answer', 'p95', answered(33), 33],
    ['none at all', 'p95', [], /0 of 0 requests/],
  ])('%s, by its %s', (_, stat, outcomes, expected) => {
    const summary = summaryOf(outcomes, stat);
    if (typeof expected === 'number') expect('value' in summary && summary.value).toBe(expected);
    else expect('why' in summary && summary.why).toMatch(expected);
  });
});
