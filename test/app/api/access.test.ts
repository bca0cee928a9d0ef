// Rights proven by denial, on the deployed handlers: IAM by path (a stand-in matches the policies), tokens by their groups.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeHandler as makeCommand } from '../../../functions/command.ts';
import { makeHandler as makeQuery } from '../../../functions/query.ts';
import { PATH_FORMS, ROUTES } from '../../../lib/app/api/all-routes.ts';
import { callerFrom, type TokenAccess } from '../../../lib/app/api/caller.ts';
import { CALLS_AT_ONCE } from '../../../lib/app/api/caller-share.ts';
import { openApiText } from '../../../lib/app/api/openapi-document.ts';
import type { RouteRequest } from '../../../lib/app/api/route.ts';
import { readConfig } from '../../../lib/config.ts';
import { VERSION } from '../../../lib/version.ts';
import { wireCommand } from '../../../lib/wire/command.ts';
import { wireQuery } from '../../../lib/wire/query.ts';
import { type Embedded, simulated, startEmbedded } from '../../make/embedded.ts';
import { bearer, eventFor, flattened, iamAllows, resourceOf, type Statement } from '../../stand-ins/execute-api.ts';

const API = '/api/autoscaling';
const ACCESS: TokenAccess = {
  groupsClaim: 'groups',
  groups: {
    shop: { rights: ['read', 'operate'], clusters: ['demo'], namespaces: ['shop'] },
    agents: { rights: ['read', 'propose'], clusters: ['demo'], namespaces: ['shop'] },
    lookers: { rights: ['read'], clusters: ['*'], namespaces: ['*'] },
    operators: { rights: ['operate'], clusters: ['demo'], namespaces: ['*'] },
    approvers: { rights: ['approve'], clusters: ['*'], namespaces: ['*'] },
    elsewhere: { rights: ['read', 'operate', 'approve'], clusters: ['other'], namespaces: ['*'] },
  },
};
const never = () => null;

function policyOfDocs(): readonly Statement[] {
  const docs = readFileSync(join(import.meta.dirname, '../../../docs/security.md'), 'utf8');
  const [, json = ''] = /```json\n(\{\s+"Version"[^`]+)```/.exec(docs) ?? [];
  const [, api] = /^(.*)\/\*\/$/.exec(resourceOf('')) ?? [];
  const here = json.replaceAll('arn:aws:execute-api:REGION:ACCOUNT:API_ID', String(api)).replaceAll('/prod/', '/demo/');
  return JSON.parse(here).Statement;
}

let system: Embedded;
let query: ReturnType<typeof makeQuery>;
let command: ReturnType<typeof makeCommand>;
beforeAll(async () => {
  const annotations = { 'ai4k8s.io/predictive-autoscaling-enabled': 'true', 'ai4k8s.io/mode': 'scael' };
  system = await startEmbedded([
    simulated({ annotations }),
    simulated({ namespace: 'secret', name: 'vault', annotations }),
  ]);
  await system.tick();
  const config = readConfig({
    TABLE_NAME: system.table.tableName,
    CLUSTERS: JSON.stringify([
      { id: 'demo', kubeconfig: '/none' },
      { id: 'other', kubeconfig: '/none' },
    ]),
  });
  const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const overrides = { clock: { now: system.now }, table: system.table, log: silent };
  query = makeQuery({ ...(await wireQuery(config, overrides)), callerOf: callerFrom(ACCESS) }, never);
  const wired = await wireCommand(config, overrides);
  const ports = { ...wired.ports, reader: system.ports.reader, signals: system.ports.signals };
  command = makeCommand({ ...wired, ports, callerOf: callerFrom(ACCESS) }, never);
});
afterAll(() => system.close());

const configured = () =>
  readConfig({
    TABLE_NAME: system.table.tableName,
    CLUSTERS: JSON.stringify(['demo', 'other'].map((id) => ({ id, kubeconfig: '/none' }))),
  });
const overrides = () => {
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  return { clock: { now: system.now }, table: system.table, log, document: async () => openApiText(VERSION) };
};
const wired = () => wireQuery(configured(), overrides());
const wiredWriting = async () => {
  const command = await wireCommand(configured(), overrides());
  return { ...command, ports: { ...command.ports, reader: system.ports.reader, signals: system.ports.signals } };
};

async function ask(
  groups: readonly string[] | null,
  method: string,
  path: string,
  sent: { query?: string; body?: unknown } = {},
) {
  const claims = { iss: 'https://id.example', sub: 'anna', groups };
  const authorizer = groups === null ? undefined : { jwt: { claims: flattened(claims), scopes: null } };
  const headers = groups === null ? {} : { authorization: bearer(claims) };
  const event = eventFor(method, path, { ...sent, headers, ...(authorizer && { authorizer }) });
  const { statusCode, body } = await (method === 'POST' ? command : query)(event);
  return { status: statusCode, body: JSON.parse(body) };
}

/** What of a workload of namespace `secret` the route takes as parameters; nothing of what a form has in its path. */
function queryFor(route: object): string {
  const { query } = 'request' in route ? (route.request as RouteRequest) : {};
  const said = Object.entries({ deployment: 'vault', namespace: 'secret' });
  return said
    .flatMap(([name, value]) => (query !== undefined && name in query.shape ? [`${name}=${value}`] : []))
    .join('&');
}

const OPEN = ['/health'];
/** Every route and form, asked for a workload of namespace `secret`. */
const everyCall = [...ROUTES, ...PATH_FORMS]
  .filter(({ path }) => !OPEN.includes(path))
  .map((route) => {
    const { method, path } = route;
    const inPath = path.includes('{namespace}');
    const filled = path
      .replace('{cluster}', 'demo')
      .replace('{namespace}', 'secret')
      .replace(/\{deployment(_name)?\}/, 'vault')
      .replace('{decision}', 'x');
    const named = inPath ? {} : { deployment_name: 'vault', namespace: 'secret' };
    const extra = path.includes('policy')
      ? { ...(!inPath && { namespace: 'secret' }), cap_mode: 'propose' }
      : path.includes('kill-switch')
        ? { state: 'on', reason: 'x' }
        : path.includes('release') || path.includes('hold')
          ? {}
          : {
              ...named,
              ...(path.includes('schedule/create') && { time_zone: 'UTC' }),
              ...(path.includes('schedule/delete') && { id: 'x' }),
              ...(path.includes('proposals/create') && { target_replicas: 3, reason: 'x' }),
              ...(/proposals\/(?:approve|reject)/.test(path) && { proposal: 'x' }),
            };
    const sent = method === 'post' ? { body: extra } : { query: queryFor(route) };
    return [`${method.toUpperCase()} ${path}`, method.toUpperCase(), filled, sent] as const;
  });

/** Lists that show what the caller may see, which may be nothing. */
const isOfAll = (method: string, path: string) =>
  method === 'GET' && [`${API}/kill-switch`, `${API}/clusters`].includes(path);

describe('a token', () => {
  it.each([
    [['shop'], ['demo']],
    [['elsewhere'], ['other']],
    [['lookers'], ['demo', 'other']],
    [['operators'], []],
  ] as const)('of %j is told of the clusters %j', async (groups, expected) => {
    const { status, body } = await ask([...groups], 'GET', `${API}/clusters`, {});
    expect([status, body.clusters]).toEqual([200, expected.map((id) => ({ id }))]);
  });

  it.each(everyCall)('without a group is denied %s', async (_what, method, path, sent) => {
    for (const groups of [[], ['nobody-knows']]) {
      const { status, body } = await ask(groups, method, path, sent);
      if (isOfAll(method, path)) expect(body.switches ?? body.clusters).toEqual([]);
      else expect({ status, title: body.title }).toEqual({ status: 403, title: 'Not allowed' });
    }
    expect((await ask(null, method, path, sent)).status).toBe(isOfAll(method, path) ? 200 : 403);
  });

  it.each(everyCall)('of another namespace or cluster is denied %s', async (_what, method, path, sent) => {
    const isOfCluster = /kill-switch/.test(path) && method === 'GET';
    if (isOfCluster || isOfAll(method, path)) return;
    for (const groups of [['shop'], ['elsewhere']]) {
      const { status } = await ask(groups, method, path, sent);
      expect({ groups, status }).toEqual({ groups, status: 403 });
    }
  });

  it.each(everyCall)('of the wrong right is denied %s', async (_what, method, path, sent) => {
    if (isOfAll(method, path)) return;
    const wrong =
      method === 'GET'
        ? ['operators', 'approvers']
        : ['lookers', /hold|proposals|policy/.test(path) ? 'operators' : 'approvers'];
    expect((await ask(wrong, method, path, sent)).status).toBe(403);
  });

  it('says what was asked for, where, and which groups there are', async () => {
    const { body } = await ask(['shop', 'x\u202e\ny'], 'GET', `${API}/status/demo/secret`);
    expect(body).toMatchObject({ right: 'read', cluster: 'demo', namespace: 'secret' });
    expect(body.detail).toBe(
      'the rights of your groups (shop, x y) do not include "read" in namespace secret of cluster demo: ask whoever deploys AI4K8s to give it to a group of yours',
    );
  });

  it('of a namespace may what its groups say there', async () => {
    const of = { query: 'deployment=web&namespace=shop' };
    expect((await ask(['shop'], 'GET', `${API}/recommendations/demo`, of)).status).toBe(200);
    expect((await ask(['shop'], 'GET', `${API}/recommendations/demo/shop/web`)).status).toBe(200);
    expect((await ask(['shop'], 'GET', `${API}/history/demo/shop/web`, { query: 'limit=1' })).status).toBe(200);
    expect((await ask(['shop'], 'POST', `${API}/predictive/pause/demo/shop/web`, { body: {} })).status).toBe(200);
    // Nobody said which: it is `default`, and not his.
    expect((await ask(['shop'], 'GET', `${API}/recommendations/demo`, { query: 'deployment=web' })).status).toBe(403);
  });

  it('turns the kill switch on by operate and off by approve, in a whole cluster, and all only where it may in all', async () => {
    const turn = async (groups: string[], state: string, path = '/demo') =>
      (await ask(groups, 'POST', `${API}/kill-switch${path}`, { body: { state, reason: 'x' } })).status;
    expect(await turn(['operators'], 'on')).toBe(200);
    expect(await turn(['operators'], 'off')).toBe(403);
    expect(await turn(['approvers'], 'off')).toBe(200);
    expect(await turn(['operators'], 'on', '')).toBe(403);
    expect(await turn(['approvers'], 'off', '')).toBe(200);
    expect((await ask(['lookers'], 'GET', `${API}/kill-switch/demo`)).body.switches[0]).toMatchObject({
      state: 'off',
      changed_by: 'https://id.example anna',
    });
  });
});

describe('a token that may read and propose, as of an agent', () => {
  const WEB = { deployment_name: 'web', namespace: 'shop' };
  const later = (hours: number) => new Date(system.now() + hours * 3_600_000).toISOString();
  const send = async (what: string, body: object, groups = ['agents']) =>
    (await ask(groups, 'POST', `${API}/${what}/demo`, { body: { ...WEB, ...body } })).status;

  it('puts changes before people, in its namespaces alone', async () => {
    // 409: the readings leave nothing of it.
    expect([200, 409]).toContain(await send('proposals/create', { target_replicas: 9, reason: 'x' }));
    const elsewhere = { deployment_name: 'vault', namespace: 'secret', target_replicas: 9, reason: 'x' };
    expect(await send('proposals/create', elsewhere)).toBe(403);
  });

  it.each([
    ['proposals/approve', { proposal: 'x' }],
    ['proposals/reject', { proposal: 'x' }],
    ['predictive/enable', {}],
    ['predictive/disable', {}],
    ['predictive/apply', {}],
    ['predictive/undo', {}],
    ['hpa/create', {}],
    ['schedule/create', { time_zone: 'UTC' }],
  ])('may not call %s', async (what, body) => {
    expect(await send(what, body)).toBe(403);
  });

  it('pauses for a day at most, and neither ends nor changes a pause', async () => {
    await send('predictive/pause', { paused: false }, ['shop']);
    expect(await send('predictive/pause', {})).toBe(403);
    expect(await send('predictive/pause', { until: later(25) })).toBe(403);
    expect(await send('predictive/pause', { paused: false, until: later(1) })).toBe(403);
    expect(await send('predictive/pause', { paused: 'scale-in', until: later(2) })).toBe(200);
    expect(await send('predictive/pause', { until: later(1) })).toBe(403);
    expect(await send('predictive/pause', { paused: false })).toBe(403);
    expect(await send('predictive/pause', { paused: false }, ['shop'])).toBe(200);
  });
});

describe('lists', () => {
  it('show a token what it may see, and nothing of the rest', async () => {
    const whole = await ask(['lookers'], 'GET', `${API}/status/demo`);
    expect(whole.body.workloads.map(({ namespace }: { namespace: string }) => namespace)).toEqual(['secret', 'shop']);
    expect(whole.body.problems).toHaveLength(2);
    const mine = await ask(['shop'], 'GET', `${API}/status/demo`);
    expect(mine.body).toMatchObject({ predictive_enabled: 1, total_replicas: 10, llm_budget: null });
    expect(mine.body.problems).toHaveLength(1);
    expect(JSON.stringify(mine.body)).not.toMatch(/secret|vault/);
    expect((await ask(['elsewhere'], 'GET', `${API}/status/demo`)).status).toBe(403);
  });

  it('of a namespace in the path are the same list, cut', async () => {
    const asked = await ask(['lookers'], 'GET', `${API}/status/demo/shop`);
    const queried = await ask(['lookers'], 'GET', `${API}/status/demo`, { query: 'namespace=shop' });
    expect(asked).toEqual(queried);
    expect(JSON.stringify(asked.body)).not.toMatch(/secret|vault/);
  });

  it('of windows, too', async () => {
    const body = { time_zone: 'UTC', days: ['mon'], start: '08:00', end: '09:00', floor: 2 };
    for (const [groups, path] of [
      [['shop'], 'shop/web'],
      [['operators'], 'secret/vault'],
    ] as const)
      expect((await ask(groups, 'POST', `${API}/schedule/create/demo/${path}`, { body })).status).toBe(200);
    const windows = async (groups: string[], path: string) =>
      (await ask(groups, 'GET', `${API}/schedule/${path}`)).body.windows?.map(
        ({ namespace }: { namespace: string }) => namespace,
      );
    expect(await windows(['lookers'], 'demo')).toEqual(['secret', 'shop']);
    expect(await windows(['shop'], 'demo')).toEqual(['shop']);
    expect(await windows(['lookers'], 'demo/shop')).toEqual(['shop']);
    expect(await windows(['lookers'], 'demo/shop/web')).toEqual(['shop']);
  });
});

describe('a namespace in the path', () => {
  it('is said nowhere else, and is a name', async () => {
    const at = `${API}/recommendations/demo/shop/web`;
    for (const extra of ['namespace=secret', 'deployment=vault', 'namespace=shop'])
      expect((await ask(['lookers'], 'GET', at, { query: extra })).status).toBe(400);
    for (const extra of [
      { namespace: 'secret' },
      { deployment_name: 'vault' },
      { namespace: 'shop' },
      [],
      1,
      null,
      '"x"',
    ])
      expect((await ask(['shop'], 'POST', `${API}/predictive/enable/demo/shop/web`, { body: extra })).status).toBe(400);
    for (const odd of ['Shop/web', 'shop/-', 'shop/web.', `${'a'.repeat(64)}/web`])
      expect((await ask(['lookers'], 'GET', `${API}/recommendations/demo/${odd}`)).status).toBe(400);
  });

  it('answers as the older form does', async () => {
    const older = await ask(['shop'], 'GET', `${API}/history/demo`, { query: 'deployment=web&namespace=shop&limit=5' });
    expect(older.body.decisions.length).toBeGreaterThan(0);
    expect(await ask(['shop'], 'GET', `${API}/history/demo/shop/web`, { query: 'limit=5' })).toEqual(older);
    const { id } = older.body.decisions[0];
    const one = await ask(['shop'], 'GET', `${API}/history/demo/${id}`, { query: 'deployment=web&namespace=shop' });
    expect(one.status).toBe(200);
    expect(await ask(['shop'], 'GET', `${API}/history/demo/shop/web/${encodeURIComponent(id)}`)).toEqual(one);
  });
});

describe('IAM by path', () => {
  /** As docs/security.md has it for a team; `demo` stands for its cluster. */
  const TEAM = policyOfDocs();
  let reads: typeof query;
  let writes: typeof command;
  beforeAll(async () => {
    reads = system.handlers.query;
    writes = system.handlers.command;
  });
  const through = async (
    policy: readonly Statement[],
    method: string,
    path: string,
    sent: { query?: string; body?: unknown } = {},
  ) => {
    if (!iamAllows(policy, method, path)) return { status: 'denied', text: '' } as const;
    const event = eventFor(method, path, sent);
    const { statusCode, body } = await (method === 'POST' ? writes : reads)(event);
    return { status: statusCode, text: body } as const;
  };

  it.each(everyCall)('a team of one namespace is denied %s of another', async (_what, method, path, sent) => {
    expect((await through(TEAM, method, path, sent)).status).toBe('denied');
  });

  it('a team of one namespace may there', async () => {
    expect((await through(TEAM, 'GET', `${API}/status/demo/shop`)).status).toBe(200);
    expect((await through(TEAM, 'GET', `${API}/recommendations/demo/shop/web`)).status).toBe(200);
    expect((await through(TEAM, 'POST', `${API}/predictive/pause/demo/shop/web`, { body: {} })).status).toBe(200);
  });

  it.each([
    ['dots', 'GET', `${API}/recommendations/demo/shop/../secret/vault`],
    ['dots in escapes', 'GET', `${API}/recommendations/demo/shop/%2e%2e/secret/vault`],
    ['dots, half in escapes', 'GET', `${API}/recommendations/demo/shop/.%2E/secret/vault`],
    ['backslashes', 'GET', `${API}/recommendations/demo/shop\\..\\secret\\vault`],
    ['a tab within dots', 'GET', `${API}/recommendations/demo/shop/.\t./secret/vault`],
    ['a query within the path', 'GET', `${API}/recommendations/demo?deployment=vault&namespace=secret&x=/demo/shop/`],
    ['a fragment', 'GET', `${API}/recommendations/demo/secret/vault#/demo/shop/`],
    ['an escaped slash', 'GET', `${API}/recommendations/demo/shop/x%2f..%2f..%2fsecret%2fvault`],
    ['an end that is a slash', 'POST', `${API}/predictive/enable/other/demo/shop/`],
    ['a cluster with slashes', 'POST', `${API}/predictive/enable/x/demo/shop/web`],
    ['two slashes', 'GET', `${API}/recommendations//demo/shop/web`],
    ['twice escaped', 'GET', `${API}/recommendations/demo/shop/%252e%252e`],
  ])('%s lead nowhere, wherever a policy may have let them through', async (_what, method, path) => {
    const wide = [{ Effect: 'Allow', Action: '*', Resource: '*' }] as const;
    const body = { deployment_name: 'vault', namespace: 'secret' };
    const { status, text } = await through(wide, method, path, method === 'POST' ? { body } : {});
    expect([400, 404]).toContain(status);
    expect(text).not.toContain('"success":true');
  });

  it('a policy that ends in a cluster behind a wildcard lets nobody at what is called so elsewhere', async () => {
    const older = [
      { Effect: 'Allow', Action: 'execute-api:Invoke', Resource: resourceOf('*/api/autoscaling/*/other') },
      { Effect: 'Allow', Action: 'execute-api:Invoke', Resource: resourceOf('*/api/autoscaling/*/other/*') },
    ] as const;
    const trusted = makeQuery({ ...(await wired()), callerOf: callerFrom(null) }, never);
    const writing = makeCommand({ ...(await wiredWriting()), callerOf: callerFrom(null) }, never);
    for (const path of ['status/demo/other', 'recommendations/demo/shop/other', 'recommendations/demo/other/web']) {
      expect(iamAllows(older, 'GET', `${API}/${path}`)).toBe(true);
      expect((await trusted(eventFor('GET', `${API}/${path}`))).statusCode).toBe(403);
    }
    const path = `${API}/predictive/apply/demo/shop/other`;
    expect(iamAllows(older, 'POST', path)).toBe(true);
    expect((await writing(eventFor('POST', path, { body: {} }))).statusCode).toBe(403);
    // Where rights are told by groups nothing is ambiguous, and its own cluster may lend its name.
    expect((await ask(['lookers'], 'GET', `${API}/status/demo/other`)).status).toBe(200);
    expect((await trusted(eventFor('GET', `${API}/status/demo/demo`))).statusCode).toBe(200);
  });

  it('a namespace that is denied stays so however it is spelled', async () => {
    const policy = [
      { Effect: 'Allow', Action: 'execute-api:Invoke', Resource: resourceOf(`GET${API}/recommendations/demo/*`) },
      { Effect: 'Deny', Action: 'execute-api:*', Resource: resourceOf(`*/recommendations/demo/secret/*`) },
    ] as const;
    expect((await through(policy, 'GET', `${API}/recommendations/demo/secret/vault`)).status).toBe('denied');
    for (const spelled of ['%73ecret', 'secre%74', 'Secret', 'secret%00', 'x/%2e%2e/secret', './secret'])
      expect([400, 404]).toContain(
        (await through(policy, 'GET', `${API}/recommendations/demo/${spelled}/vault`)).status,
      );
  });
});

describe('a share per caller', () => {
  it('answers 429 and when to come again, before anything is read; others, and health, go on', async () => {
    const shared = makeQuery(await wired());
    const as = (user: string | null, path = '/openapi.json') =>
      shared(
        eventFor('GET', path, user === null ? {} : { authorizer: { iam: { userArn: `arn:aws:iam::1:user/${user}` } } }),
      );
    const codes: number[] = [];
    for (let i = 0; i < CALLS_AT_ONCE + 20; i++) codes.push((await as('loud', '/nowhere')).statusCode);
    expect(codes.slice(0, CALLS_AT_ONCE)).toEqual(Array.from({ length: CALLS_AT_ONCE }, () => 404));
    const refused = await as('loud');
    expect(refused).toMatchObject({ statusCode: 429, headers: { 'retry-after': '1' } });
    expect(JSON.parse(refused.body).detail).toContain('at most 5 times a second');
    expect((await as('quiet')).statusCode).toBe(200);
    expect((await as(null, '/health')).statusCode).toBe(200);
  });
});
