// `ai4k8s doctor`: whatever is missing is named on a line of its own, with what to run to mend it.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterEach, describe, expect, it, test } from 'vitest';
import type { Check } from '../../cli/check.ts';
import { clockCheck } from '../../cli/doctor/clock.ts';
import { clusterChecks } from '../../cli/doctor/cluster-checks.ts';
import { llmChecks } from '../../cli/doctor/llm-checks.ts';
import { neighboursCheck } from '../../cli/doctor/neighbours-check.ts';
import { doctorData, doctorText } from '../../cli/doctor/report.ts';
import { LOSSES, neededRights, wordOf } from '../../cli/doctor/rights.ts';
import { tableChecks } from '../../cli/doctor/table-checks.ts';
import { dataText } from '../../cli/output.ts';
import { openTable } from '../../lib/adapters/dynamo/table.ts';
import { makeTickStore } from '../../lib/adapters/dynamo/tick-store.ts';
import { makeConnections } from '../../lib/adapters/kubernetes/connection.ts';
import { makeTransport } from '../../lib/adapters/kubernetes/transport.ts';
import { startEmbeddedTable } from '../../local/embedded-table.ts';
import { hpa, into } from '../make/other-kinds.ts';
import { type ClusterState, startDoctorCluster } from '../stand-ins/doctor-cluster.ts';
import { stubReply } from '../stand-ins/groq-answers.ts';
import { modelNotFound } from '../stand-ins/groq-replies.ts';
import { startGroqServer } from '../stand-ins/groq-server.ts';
import { VENDORS } from '../stand-ins/llm-vendors.ts';
import { startObjectServer } from '../stand-ins/object-server.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const NEEDED = new Set(neededRights().map(wordOf));
const HEALTHY: ClusterState = {
  allowed: (right) => NEEDED.has(wordOf(right)),
  metricsAgeSeconds: 20,
  aheadSeconds: 0,
  tokenAccepted: true,
};
const QUESTIONS = {
  cluster: 'test',
  subject: { kind: 'self' },
  scopes: [null],
  annotates: false,
  reachCommand: 'kubectl version',
} as const;

async function examine(state: Partial<ClusterState>, questions: Partial<Parameters<typeof clusterChecks>[1]> = {}) {
  const cluster = await startDoctorCluster({ ...HEALTHY, ...state });
  closing.push(cluster.close);
  const checks = await clusterChecks(cluster.connect, { ...QUESTIONS, ...questions }, Date.now);
  return {
    checks,
    askedAbout: cluster.askedAbout,
    named: (name: string) => checks.find((check) => check.name === name),
  };
}

function statuses(checks: readonly Check[]): Record<string, string> {
  return Object.fromEntries(checks.map(({ name, status }) => [name, status]));
}

describe('a cluster', () => {
  it('in order has nothing to mend', async () => {
    const { checks } = await examine({});
    expect(checks.filter(({ status }) => status === 'broken' || status === 'warning')).toEqual([]);
    expect(checks.map(({ message }) => message).join('\n')).toMatch(/v1\.33\.1 at http.*\(\d+ ms\)/);
    expect(checks.every(({ mend }) => mend === null)).toBe(true);
  });

  it('is asked for every right of the manifest; one that is missing is named with the manifest', async () => {
    for (const word of NEEDED) {
      const { checks, named } = await examine({
        allowed: (right) => NEEDED.has(wordOf(right)) && wordOf(right) !== word,
      });
      const loss = LOSSES[word];
      expect(named(`may ${word}`)).toEqual({
        name: `may ${word}`,
        status: loss === undefined ? 'broken' : 'warning',
        message: `not granted in the whole cluster${loss === undefined ? '' : `: ${loss}`}`,
        mend: expect.stringMatching(
          /^as an administrator: kubectl apply -f infra\/manifests\/rbac.yaml, .*--serviceaccount=/,
        ),
      });
      expect(checks.filter(({ status }) => status === 'broken' || status === 'warning')).toHaveLength(1);
    }
  });

  it('cannot be worked on without reading it or setting a scale; the rest may be left out', () => {
    for (const word of Object.keys(LOSSES)) expect(NEEDED).toContain(word); // or the manifest has moved on
    const must = [...NEEDED].filter((word) => LOSSES[word] === undefined);
    expect(must).toEqual(
      expect.arrayContaining(['list deployments.apps', 'update deployments.apps/scale', 'list pods']),
    );
  });

  it('may let HPAs be made or not; neither is a fault', async () => {
    expect((await examine({})).named('may make HPAs')).toMatchObject({ status: 'skipped', mend: null });
    expect((await examine({ allowed: () => true })).named('may make HPAs')).toMatchObject({ status: 'ok' });
  });

  it('may let nodes be seen or not; neither is a fault', async () => {
    expect((await examine({})).named('may see the size of nodes')).toMatchObject({ status: 'skipped', mend: null });
    const { named } = await examine({
      allowed: (right) => NEEDED.has(wordOf(right)) || wordOf(right) === 'list nodes',
    });
    expect(named('may see the size of nodes')?.status).toBe('ok');
    expect(named('no needless rights')?.status).toBe('ok');
  });

  it('may see neighbours or not: no fault where nothing is there that needs it', async () => {
    const { named } = await examine({});
    expect(named('sees neighbours')).toMatchObject({ status: 'skipped', mend: null });
    expect((await examine({ allowed: () => true })).named('sees neighbours')).toMatchObject({ status: 'ok' });
  });

  it.each([
    ['a StatefulSet behind an HPA', 'statefulsets', 'list statefulsets.apps (HPAs drive some, which are left out)'],
    ['Argo Rollouts', 'rollouts', 'list rollouts.argoproj.io (those that HPAs drive are left out'],
  ])('with %s is told what is lost without the right', async (_what, there, loss) => {
    const server = await startObjectServer();
    closing.push(server.close);
    if (there === 'rollouts') server.groups['argoproj.io'] = ['rollouts'];
    else into(server, 'horizontalpodautoscalers', hpa('StatefulSet', 'db'));
    const resolve = async () => ({ server: server.url, caData: '', token: async () => 'secret' });
    const connect = makeConnections(new Map([['test', { kind: 'endpoint', resolve }]]), makeTransport('t', 2000).http);
    const questions = { subject: { kind: 'self' }, scopes: [null] } as const;
    const check = await neighboursCheck(await connect('test'), questions);
    expect(check).toMatchObject({ status: 'warning', mend: expect.stringMatching(/^kubectl apply -f .*neighbours/) });
    expect(check.message).toContain(loss);
    const bound = await neighboursCheck(await connect('test'), { ...questions, scopes: ['shop'] });
    expect(bound.mend).toMatch(/^for ns in shop; do kubectl create rolebinding ai4k8s-neighbours/);
  });

  it('with rights in some namespaces only is asked there, and what is missing is to be bound there', async () => {
    const { named } = await examine(
      { allowed: (right) => NEEDED.has(wordOf(right)) && right.namespace === 'shop' },
      { scopes: ['shop', 'stage'] },
    );
    const mend = named('may list pods')?.mend;
    expect(named('may list pods')?.message).toBe('not granted in stage');
    expect(mend).toContain('for ns in stage; do kubectl create rolebinding');
    expect(mend).not.toContain('kubectl apply'); // it would bind the role in every namespace
  });

  test.each([
    ['get secrets', { verb: 'get', group: '', resource: 'secrets' }],
    ['delete pods', { verb: 'delete', group: '', resource: 'pods' }],
    ['patch deployments.apps', { verb: 'patch', group: 'apps', resource: 'deployments' }],
  ])('that lets us %s works, with a warning', async (word, excess) => {
    const isExcess = (right: { verb: string; group: string; resource: string }) =>
      right.verb === excess.verb && right.group === excess.group && right.resource === excess.resource;
    const { named } = await examine({ allowed: (right) => NEEDED.has(wordOf(right)) || isExcess(right) });
    expect(named('no needless rights')).toMatchObject({ status: 'warning' });
    expect(named('no needless rights')?.message).toContain(`may also ${word}`);
  });

  it('of an installation that annotates must let it patch Deployments, which is then no warning', async () => {
    const annotating = { annotates: true };
    expect((await examine({}, annotating)).named('may patch deployments.apps')).toMatchObject({
      status: 'broken',
      mend: expect.stringContaining('rbac-annotate.yaml'),
    });
    const { named } = await examine(
      { allowed: (right) => NEEDED.has(wordOf(right)) || wordOf(right) === 'patch deployments.apps' },
      annotating,
    );
    expect(named('may patch deployments.apps')?.status).toBe('ok');
    expect(named('no needless rights')?.status).toBe('ok');
  });

  it('of an installation that reads what namespaces say must let it', async () => {
    expect((await examine({})).named('may read namespaces')).toBeUndefined();
    expect((await examine({}, { readsNamespaces: true })).named('may read namespaces')).toMatchObject({
      status: 'broken',
      mend: expect.stringContaining('rbac-namespaces.yaml'),
    });
  });

  it('can be asked by an administrator about the group of the functions', async () => {
    const own = await examine({});
    expect(new Set(own.askedAbout.flat())).toEqual(new Set());
    const { askedAbout } = await examine({}, { subject: { kind: 'group', group: 'ai4k8s-autoscaler' } });
    expect(askedAbout.length).toBeGreaterThan(NEEDED.size);
    expect(askedAbout.every((groups) => groups.includes('ai4k8s-autoscaler'))).toBe(true);
  });

  test.each([
    [null, 'broken', /^metrics\.k8s\.io is not served/, /metrics-server\/releases/],
    [600, 'broken', /(599|60\d) s ago: too old/, /^kubectl -n kube-system logs deployment\/metrics-server/],
    [100, 'ok', /(99|10\d) s ago$/, null],
  ] as const)('with metrics %s seconds old is %s', async (metricsAgeSeconds, status, message, mend) => {
    const found = (await examine({ metricsAgeSeconds })).named('metrics');
    expect(found?.status).toBe(status);
    expect(found?.message).toMatch(message);
    if (mend === null) expect(found?.mend).toBeNull();
    else expect(found?.mend).toMatch(mend);
  });

  it('whose clock is off says by how much; fresh metrics stay fresh by its own clock', async () => {
    const { named } = await examine({ aheadSeconds: 90 });
    expect(named('clock')).toMatchObject({ status: 'broken' });
    expect(named('clock')?.message).toMatch(/^the API server is (89|90|91) s ahead of this machine$/);
    expect(named('metrics')?.status).toBe('ok');
  });

  it('that does not accept the token says so, once', async () => {
    const { checks } = await examine({ tokenAccepted: false });
    expect(checks[0]).toMatchObject({ status: 'broken', mend: expect.stringContaining('create-access-entry') });
    expect(checks.slice(1).every(({ status }) => status === 'skipped')).toBe(true);
  });

  it('that is away is one broken line, not six', async () => {
    const cluster = await startDoctorCluster(HEALTHY);
    cluster.close();
    const resolve = async () => ({ server: cluster.url, caData: '', token: async () => '' });
    const connect = makeConnections(new Map([['test', { kind: 'endpoint', resolve }]]), makeTransport('9', 500).http);
    const checks = await clusterChecks(connect, QUESTIONS, Date.now);
    expect(checks.map(({ status }) => status)).toEqual(['broken', 'skipped', 'skipped', 'skipped', 'skipped']);
    expect(checks[0]).toMatchObject({ message: expect.stringContaining('ECONNREFUSED'), mend: 'kubectl version' });
  });
});

describe('a clock', () => {
  const at = Date.parse('2026-01-02T03:04:05.900Z');
  test.each([
    [0, 'ok'],
    [4, 'ok'],
    [-4, 'ok'],
    [10, 'warning'],
    [-10, 'warning'],
    [40, 'broken'],
    [-40, 'broken'],
  ])('%i s off is %s', (seconds, status) => {
    const date = new Date(at + seconds * 1000).toUTCString();
    expect(clockCheck('clock', 'it', date, { asked: at - 50, answered: at }).check.status).toBe(status);
  });

  it('that nobody states is not judged', () => {
    expect(clockCheck('clock', 'it', undefined, { asked: at, answered: at })).toMatchObject({
      check: { status: 'skipped' },
      theirs: null,
    });
  });
});

describe('the table', () => {
  it('that is ours is in order, and says when the last tick finished', async () => {
    const table = await startEmbeddedTable();
    closing.push(table.close);
    const ticks = makeTickStore(openTable(table));
    const at = Date.now();
    await ticks.acquire('prod', at, at, 1000);
    await ticks.finish({
      cluster: 'prod',
      scheduledAt: at,
      finishedAt: at,
      workloads: 0,
      enabled: 0,
      applied: 0,
      problems: [],
    });
    const checks = await tableChecks(table, ['prod', 'dev'], () => at + 60_000);
    expect(statuses(checks)).toMatchObject({ table: 'ok', 'ticks of prod': 'ok', 'ticks of dev': 'warning' });
    expect(checks.find(({ name }) => name === 'ticks of prod')?.message).toBe('the last one finished 60 s ago');
    const late = await tableChecks(table, ['prod'], () => at + 600_000);
    expect(statuses(late)['ticks of prod']).toBe('warning');
    expect(statuses(await tableChecks(table, [], Date.now))['table clock']).toBe('ok');
  });

  it('with other keys, missing or away is broken', async () => {
    const table = await startEmbeddedTable();
    const client = new DynamoDBClient(table);
    await client.send(
      new CreateTableCommand({
        TableName: 'theirs',
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      }),
    );
    client.destroy();
    const [theirs] = await tableChecks({ ...table, tableName: 'theirs' }, [], Date.now);
    expect(theirs).toMatchObject({
      status: 'broken',
      message: expect.stringContaining('theirs has the keys id HASH S'),
    });
    const [missing] = await tableChecks({ ...table, tableName: 'nobodys' }, [], Date.now);
    expect(missing).toMatchObject({ status: 'broken', mend: expect.stringContaining('npx cdk deploy') });
    await table.close();
    const [away] = await tableChecks(table, [], Date.now);
    expect(away).toMatchObject({ status: 'broken', message: expect.stringContaining('DescribeTable failed') });
  });
});

describe('the LLM', () => {
  const settings = (url: string) => ({
    GROQ_API_KEY: 'gsk',
    GROQ_BASE_URL: url,
    GROQ_MODELS: ['old', 'openai/gpt-oss-20b'],
  });

  it('is asked once; the model that answers is named with its latency, one that is gone is a warning', async () => {
    const groq = await startGroqServer((request) =>
      request.model === 'old' ? modelNotFound(request) : stubReply('sensible', request),
    );
    closing.push(groq.close);
    const checks = await llmChecks(settings(groq.url), Date.now);
    expect(checks.map(({ status }) => status)).toEqual(['warning', 'ok']);
    expect(checks[0]?.message).toContain('old at 127.0.0.1');
    expect(checks[1]?.message).toMatch(/^openai\/gpt-oss-20b at \S+ answered in \d+ ms, with advice that can be read$/);
    expect(groq.requests).toHaveLength(2);
  });

  it('whose advice would be rejected is a warning', async () => {
    const groq = await startGroqServer((request) => stubReply('garbage', request));
    closing.push(groq.close);
    expect(await llmChecks(settings(groq.url), Date.now)).toMatchObject([{ status: 'warning' }]);
  });

  it('without a model that answers is broken', async () => {
    const groq = await startGroqServer(modelNotFound);
    closing.push(groq.close);
    const checks = await llmChecks(settings(groq.url), Date.now);
    expect(checks).toMatchObject([{ status: 'broken', mend: expect.stringContaining('GROQ_MODELS=') }]);
  });

  it('of a server that takes no key is asked without one, and without what it refuses; both are said', async () => {
    const { litellm } = VENDORS;
    const script = litellm.script((request) => stubReply('sensible', request));
    const server = await startGroqServer(script, 0, litellm.place);
    closing.push(server.close);
    const keyless = { GROQ_BASE_URL: `${server.url}/v1`, GROQ_MODELS: [litellm.model] };
    const [check] = await llmChecks(keyless, Date.now);
    expect(check).toMatchObject({ status: 'ok', message: expect.stringContaining('without a key') });
    expect(check?.message).toMatch(/asked without .*reasoning_effort/);
  });

  it('at a wrong address says what to set', async () => {
    const server = await startGroqServer(modelNotFound);
    closing.push(server.close);
    const [broken] = await llmChecks({ GROQ_BASE_URL: `${server.url}/v2/v2`, GROQ_MODELS: ['m'] }, Date.now);
    expect(broken).toMatchObject({ status: 'broken', mend: expect.stringContaining('set GROQ_BASE_URL') });
    expect(broken?.message).toContain(`${server.url}/v2/v2/chat/completions`);
  });

  it.each([undefined, 'https://api.groq.com/openai/v1'])('is never Groq’s without a key (%s)', async (baseUrl) => {
    const [check] = await llmChecks({ GROQ_MODELS: ['m'], ...(baseUrl && { GROQ_BASE_URL: baseUrl }) }, Date.now);
    expect(check).toMatchObject({ status: 'skipped' });
  });

  it('without a key is a sentence, not a fault', async () => {
    const [check] = await llmChecks({ GROQ_MODELS: ['openai/gpt-oss-20b'] }, Date.now);
    expect(check).toMatchObject({ status: 'skipped', message: expect.stringContaining('there is no key') });
  });
});

describe('the report', () => {
  const sections = (status: Check['status']) => [
    { title: 'cluster prod', checks: [{ name: 'metrics', status, message: 'as found', mend: 'run this' }] },
  ];

  it('has a line per check and what to run below it', () => {
    expect(doctorText(sections('broken'))).toBe(
      'cluster prod\n  ✗ metrics: as found\n      → run this\n\nAI4K8s cannot work here yet: 0 in order, 1 broken, 0 to know.',
    );
    expect(doctorText(sections('warning'))).toMatch(/! metrics[\s\S]*AI4K8s can work here/);
  });

  it('is JSON for programs', () => {
    expect(JSON.parse(dataText(doctorData(sections('broken')), 'json') ?? '')).toEqual({
      ok: false,
      checks: [{ about: 'cluster prod', name: 'metrics', status: 'broken', message: 'as found', mend: 'run this' }],
    });
    expect(JSON.parse(dataText(doctorData(sections('warning')), 'json') ?? '').ok).toBe(true);
  });
});

describe('ai4k8s doctor', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ai4k8s-doctor-'));
  const run = (...args: readonly string[]) =>
    spawnSync(process.execPath, [join(import.meta.dirname, '../../cli/main.ts'), 'doctor', ...args], {
      cwd: folder,
      encoding: 'utf8',
      env: { PATH: process.env.PATH },
    });

  const slow = { timeout: 120_000 }; // two processes, on a busy machine
  it('exits with 1 where a cluster is away, and with one line where there is nothing to look at', slow, () => {
    const cluster = { name: 'c', cluster: { server: 'http://127.0.0.1:6553' } };
    const context = { name: 'c', context: { cluster: 'c', user: 'u' } };
    const file = join(folder, 'kubeconfig');
    writeFileSync(
      file,
      JSON.stringify({
        clusters: [cluster],
        users: [{ name: 'u', user: {} }],
        contexts: [context],
        'current-context': 'c',
      }),
    );
    const away = run('--kubeconfig', file, '--json');
    expect(away.status).toBe(1);
    expect(JSON.parse(away.stdout)).toMatchObject({ ok: false });
    const nothing = run();
    expect(nothing.status).toBe(1);
    expect(nothing.stderr).toBe(
      'error: there is no cluster to look at: give --kubeconfig [file], or set CLUSTERS as the functions have it\n',
    );
    rmSync(folder, { recursive: true });
  });
});
