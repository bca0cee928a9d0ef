// `ai4k8s backtest` on a Deployment's own history and with an LLM: a process of its own, beside the servers it asks.

import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeSeriesStore } from '../../lib/adapters/dynamo/series-store.ts';
import { openTable } from '../../lib/adapters/dynamo/table.ts';
import { NO_REGRET } from '../../lib/domain/assessment/regret-budget.ts';
import { type WorkloadRef, workloadKey } from '../../lib/domain/workload/identity.ts';
import { type EmbeddedTable, startEmbeddedTable } from '../../local/embedded-table.ts';
import { generatedLoad } from '../../local/loads.ts';
import { stubReply } from '../stand-ins/groq-answers.ts';
import { startGroqServer } from '../stand-ins/groq-server.ts';
import { measured, type PromRequest, rowOf, startPrometheusServer, success } from '../stand-ins/prometheus-server.ts';

const CLI = join(import.meta.dirname, '../../cli/main.ts');
const DAY = 86_400_000;
const NOW = Math.floor(Date.now() / 60_000) * 60_000;
const load = generatedLoad({ seed: 7, mean: 4, burstsPerDay: 2 });

const folder = mkdtempSync(join(tmpdir(), 'ai4k8s-backtest-'));
const data = join(folder, 'data');
let table: EmbeddedTable;

beforeAll(async () => {
  table = await startEmbeddedTable({ folder: data });
  const opened = openTable(table);
  const series = makeSeriesStore(opened);
  const refs: WorkloadRef[] = ['web', 'young'].map((name) => ({ cluster: 'demo', namespace: 'shop', name }));
  refs.push({ cluster: 'demo', namespace: 'shop', name: 'web', kind: 'StatefulSet' });
  const [shard] = await series.assign('demo', refs);
  if (shard === undefined) throw new Error('no shard');
  await series.backfill(
    'demo',
    shard,
    new Map([
      ['shop/web', history(4)],
      ['shop/young', history(1.5)],
      ['shop/statefulset:web', history(5)],
    ]),
  );
  await series.writeLatest('demo', shard, new Map(refs.map((ref) => [workloadKey(ref), seen(ref)])));
  opened.close();
});
afterAll(async () => {
  await table.close();
  rmSync(folder, { recursive: true });
});

interface Run {
  readonly stdout: string;
  readonly stderr: string;
  readonly status: number;
}

function backtest(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Run> {
  const { PATH = '' } = process.env;
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [CLI, 'backtest', ...args],
      { cwd: folder, env: { PATH, ...env } },
      (error, stdout, stderr) => resolve({ stdout, stderr, status: error === null ? 0 : Number(error.code) }),
    );
  });
}

const PEERS = ['--policy', 'hpa:0.7', '--policy', 'limit', '--json'];
const WEB = ['--deployment', 'web', '--namespace', 'shop'];
const rowsOf = ({ stdout }: Run) =>
  stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

/** Of the command line itself; the rest is what it names. */
const NOT_UNDERSTOOD = new Set([
  ...['beside a trace', 'in two places', 'a label for nobody', 'a header that is none', 'a query for nobody'],
  ...['no URL', 'no days', 'nobody to advise'],
]);

describe('a Deployment’s own history', () => {
  it('is not that of the StatefulSet of its name, which --kind asks for', async () => {
    const run = await backtest([...WEB, '--kind', 'statefulset', '--data', 'data', '--policy', 'hpa:0.7', '--json']);
    expect(rowsOf(run)).toEqual([expect.objectContaining({ trace: 'shop/statefulset:web' })]);
    expect(run.stderr).toContain('shop/statefulset:web: 5.0 days of history from the table');
    expect((await backtest([...WEB, '--kind', 'DaemonSet', '--data', 'data'])).stderr).toContain(
      'expected one of Deployment, StatefulSet, Rollout',
    );
  });

  it('comes from the folder of npm start -- --data, also while that runs, with its CPU request', async () => {
    const run = await backtest([...WEB, '--data', 'data', ...PEERS]);
    expect(rowsOf(run)).toEqual([
      expect.objectContaining({
        trace: 'shop/web',
        policy: 'hpa:0.7',
        capacity: 0.5,
        scored_hours: expect.closeTo(48, 0),
      }),
      expect.objectContaining({ trace: 'shop/web', policy: 'limit', violation_pct: 0 }),
    ]);
    expect(run.stderr).toMatch(
      /shop\/web: 4\.0 days of history from the table, by \d+ s; a replica requests 0\.5 cores\n/,
    );
  });

  it('comes from the table in AWS that TABLE_NAME says, with the SDK’s own region, credentials and endpoint', async () => {
    const { accessKeyId, secretAccessKey } = table.credentials;
    const aws = { AWS_REGION: table.region, AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey };
    const env = { ...aws, TABLE_NAME: table.tableName, AWS_ENDPOINT_URL_DYNAMODB: table.endpoint };
    const run = await backtest([...WEB, '--days', '3', ...PEERS], env);
    expect(rowsOf(run)[0]).toMatchObject({ trace: 'shop/web', capacity: 0.5, scored_hours: expect.closeTo(36, 0) });
  });

  it('comes from Prometheus, with the request that kube-state-metrics tells, or 40 replicas’ worth', async () => {
    const cores = (seconds: number) => (seconds * 1000 > NOW - 5 * DAY ? load(seconds * 1000) : undefined);
    const server = await startPrometheusServer(measured(cores, 0.25));
    const told = await backtest([...WEB, '--prometheus', server.url, ...PEERS]);
    expect(rowsOf(told)[0]).toMatchObject({ trace: 'shop/web', capacity: 0.25, scored_hours: expect.closeTo(60, 0) });
    expect(told.stderr).toContain(
      `5.0 days of history from Prometheus at ${server.url}, by 60 s; a replica requests 0.25 cores`,
    );
    const own = await backtest([...WEB, '--prometheus', server.url, '--prometheus-query', 'sum(rps)', ...PEERS]);
    expect(own.stderr).toContain('its CPU request is not known, so the 99.9th percentile is taken to need 40 replicas');
    expect(server.requests.at(-1)?.parameters.query).toBe('sum(rps)');
    expect(rowsOf(own)[0].capacity).toBeCloseTo(0.2, 1);
    await server.close();
  });

  it('of one cluster of a central server, with a tenant, and with what the server remarks', async () => {
    const row = (cluster: string, request: PromRequest) =>
      rowOf({ cluster }, request, (seconds) => (cluster === 'prod' ? load(seconds * 1000) : 1));
    const server = await startPrometheusServer((request) => {
      const asked = ['prod', 'staging'].filter((one) => request.parameters.query?.includes(`cluster="${one}"`));
      const clusters = asked.length > 0 ? asked : ['prod', 'staging'];
      if (request.path === 'query') return success('vector', []);
      const rows = clusters.map((one) => row(one, request));
      return success('matrix', rows, { infos: ['PromQL info: only a remark'] });
    });
    const args = [...WEB, '--prometheus', server.url.replace('//', '//me:hidden-word@'), ...PEERS];
    const several = await backtest(args);
    expect(several.stderr).toBe(
      `error: Prometheus at ${server.url}: several clusters answer (cluster: prod, staging), and their demand must not be summed: name one: --prometheus-label cluster=prod\n`,
    );
    const tenant = ['--prometheus-header', 'X-Scope-OrgID: team'];
    const one = await backtest([...args, ...tenant, '--prometheus-label', 'cluster=prod']);
    expect(one.stderr).toContain('14.0 days of history');
    expect(one.stderr).toContain('; PromQL info: only a remark');
    expect(one.stderr).not.toContain('hidden-word');
    expect(server.requests.at(-1)?.headers).toMatchObject({ 'x-scope-orgid': 'team' });
    await server.close();
  });

  it('nights at zero replicas are no reason to wait, and what is not known is not called young', async () => {
    const isNight = (seconds: number) => (seconds / 3600) % 24 < 8;
    const awake = measured((seconds) => (isNight(seconds) ? undefined : load(seconds * 1000)), 0.5);
    const asleep = measured((seconds) => (isNight(seconds) ? 0 : 3));
    let knows = true;
    const server = await startPrometheusServer((request) => {
      if (!/replicas|machine_cpu/.test(request.parameters.query ?? '')) return awake(request);
      return knows ? asleep(request) : success('matrix', []);
    });
    const known = await backtest([...WEB, '--prometheus', server.url, ...PEERS]);
    expect(known.stderr).toMatch(/1[34]\.\d days of history.*; 1\d\d hours at zero replicas, taken as no demand/);
    expect(rowsOf(known)[0]).toMatchObject({ capacity: 0.5 });
    knows = false;
    const unknown = await backtest([...WEB, '--prometheus', server.url, ...PEERS]);
    expect(unknown.stderr).toMatch(
      /has 1[34]\.\d days of history with 1\d gaps of over an hour, in which it is not known/,
    );
    expect(unknown.stderr).not.toContain('wait');
    await server.close();
  });

  it.each([
    [
      'too young',
      ['--deployment', 'young', '-n', 'shop', '--data', 'data'],
      /^error: shop\/young: the table has 3\d hours .*; a backtest needs 2 days.*: wait 1\d more hours of ticks, or give --prometheus/,
    ],
    [
      'not there',
      ['--deployment', 'nope', '--data', 'data'],
      /^error: default\/nope: the table has no history of it: check --namespace, --kind and --cluster \(demo\)/,
    ],
    [
      'nowhere',
      WEB,
      /^error: --deployment web: where is its history\? Give --data DIR .* set TABLE_NAME .* --prometheus URL/,
    ],
    ['in no folder', [...WEB, '--data', 'none'], /^error: --data: there is no folder .*none; npm start -- --data/],
    [
      'beside a trace',
      [...WEB, '--trace', 'a.csv'],
      /^error: option '--deployment <name>' cannot be used with option '--trace <path>'/,
    ],
    [
      'in two places',
      [...WEB, '--data', 'data', '--prometheus', 'http://x'],
      /^error: --data and --prometheus are two places/,
    ],
    ['a label for nobody', [...WEB, '--prometheus-label', 'a=b'], /^error: --prometheus-label needs --prometheus/],
    [
      'a header that is none',
      [...WEB, '--prometheus', 'http://x', '--prometheus-header', 'hidden'],
      /^error: --prometheus-header: expected 'Name: value'(?!.*hidden)/,
    ],
    ['a query for nobody', [...WEB, '--prometheus-query', 'up'], /^error: --prometheus-query needs --prometheus/],
    ['no URL', [...WEB, '--prometheus', 'prom'], /^error: .*expected a URL like http/],
    ['no days', [...WEB, '--days', '0'], /^error: .*expected a whole number from 1 to 400/],
    [
      'too few days',
      [...WEB, '--data', 'data', '--days', '1'],
      /^error: shop\/web: --days 1 is too little for a backtest: give 2 or more/,
    ],
    [
      'nobody to ask',
      ['--trace', 'a.csv', '--llm'],
      /^error: --llm asks an LLM, and there is no key: set GROQ_API_KEY/,
    ],
    [
      'nobody to advise',
      ['--trace', 'a.csv', '--llm', '--policy', 'limit'],
      /^error: --llm advises ours, which is not among limit: add --policy ours/,
    ],
  ])('%s: one line and exit code 1 or 2', async (what, args, message) => {
    const { stdout, stderr, status } = await backtest(args);
    expect([stdout, status]).toEqual(['', NOT_UNDERSTOOD.has(what) ? 2 : 1]);
    expect(stderr).toMatch(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });
});

it('a table without a region says which variable to set', async () => {
  const env = { TABLE_NAME: 'ours', AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b', HOME: folder };
  const { stderr, status } = await backtest(WEB, env);
  expect([stderr, status]).toEqual([
    expect.stringMatching(/^error: DynamoDB table .*no AWS region is set.*Set AWS_REGION/),
    1,
  ]);
});

describe('--llm', () => {
  it('asks the server at GROQ_BASE_URL in simulated time, and says what came of it', async () => {
    const server = await startGroqServer((request) => stubReply('sensible', request));
    const env = { GROQ_BASE_URL: server.url, GROQ_API_KEY: 'x' };
    const args = [...WEB, '--data', 'data', '--days', '2', '--llm', '--policy', 'ours'];
    const { stdout, stderr } = await backtest(args, env);
    const [, asked, followed, clipped, vetoed, rejected] =
      /LLM on shop\/web: asked (\d+) times: (\d+) followed, (\d+) clipped, (\d+) vetoed, (\d+) rejected.*; it led [\d.]+ % of ticks/
        .exec(stdout)
        ?.map(Number) ?? [];
    expect(asked).toBe(server.requests.length);
    // Two days, at most once in 300 s, and not where no advice could matter: how often it could depends on the hour that this runs in.
    expect(asked).toBeGreaterThanOrEqual(20);
    expect(asked).toBeLessThan(480);
    expect(stdout).toMatch(/, and on \d+ ticks no advice could have mattered/);
    expect(asked).toBe((followed ?? 0) + (clipped ?? 0) + (vetoed ?? 0) + (rejected ?? 0));
    expect(stderr).not.toContain('warning');
    await server.close();
  });

  it('a server that is not there leaves all to rules, and says so once', async () => {
    const env = { GROQ_BASE_URL: 'http://127.0.0.1:1', GROQ_API_KEY: 'x' };
    const args = [...WEB, '--data', 'data', '--days', '2', '--policy', 'ours', '--json'];
    const advised = await backtest([...args, '--llm'], env);
    const { llm, took_seconds: _, ...scores } = rowsOf(advised)[0];
    const { took_seconds: __, ...rules } = rowsOf(await backtest(args))[0];
    expect(scores).toEqual(rules);
    expect(llm).toMatchObject({ followed: 0, clipped: 0, vetoed: 0, led_pct: 0, rejections: { network: llm.asked } });
    expect(advised.stderr.match(/LLM recommendation failed/g)).toHaveLength(1);
  });

  it('warns, with a number, before it asks a server that is not on this machine', async () => {
    // A name that no resolver knows (RFC 2606): every call fails at once.
    const env = { GROQ_BASE_URL: 'http://groq.invalid', GROQ_API_KEY: 'x' };
    const { stderr } = await backtest([...WEB, '--data', 'data', '--days', '2', '--llm', '--policy', 'ours'], env);
    expect(stderr).toMatch(/warning: --llm will ask groq\.invalid, and a full replay takes up to 57\d calls/);
    expect(stderr).toMatch(/GROQ_RPM 30, GROQ_RPD 1000 and GROQ_TPM 8000 are kept in real time/);
  });
});

function history(days: number) {
  const at = Float64Array.from({ length: days * 1440 }, (_, i) => NOW - (days * 1440 - i) * 60_000);
  return { at, demand: { cpu: at.map(load), memory: at.map(() => Number.NaN) }, replicas: at.map(() => 12) };
}

function seen(workload: WorkloadRef) {
  const decision = {
    id: 'd',
    workload,
    at: NOW,
    current: 12,
    target: 12,
    action: 'maintain',
    source: 'reactive',
  } as const;
  return {
    observation: {
      workload,
      at: NOW,
      resourceVersion: '1',
      replicas: { spec: 12, ready: 12, running: 12, total: 12 },
      capacity: { cpu: 0.5 },
      startupSeconds: null,
      signals: {},
      rollout: 'settled',
      hpa: null,
      owner: { kind: 'none' },
      annotations: {},
    },
    record: {
      decision: { ...decision, reason: 'enough', blockedBy: null, verdicts: [] },
      outcome: { kind: 'unchanged', message: 'already there' },
      advice: null,
      requestedBy: null,
    },
    peaks: {},
    past: [],
    wanted: [],
    regret: NO_REGRET,
    lastScaledAt: null,
    recordedAt: null,
  } as const;
}
