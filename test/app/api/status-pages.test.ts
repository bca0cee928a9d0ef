// Status page by page: every workload once, in order, however many there are and whatever comes and goes; and not sent twice.

import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askWholeStatus } from '../../../cli/whole-status.ts';
import { clusterStatus, type StatusPorts, statusText } from '../../../lib/app/api/status.ts';
import type { DecideSettings } from '../../../lib/app/tick/decide-shard.ts';
import type { WorkloadMemory } from '../../../lib/domain/decision/workload-memory.ts';
import { workloadKey } from '../../../lib/domain/workload/identity.ts';
import { startGateway } from '../../../local/gateway.ts';
import { type Embedded, simulated, startEmbedded } from '../../make/embedded.ts';
import { policiesWith } from '../../make/policies.ts';
import { entryOf } from '../../make/records.ts';

const LAMBDA_MOST_BYTES = 6_000_000;
const WHOLE = { isSeen: () => true, isWhole: true };
const SETTINGS = { tickSeconds: 60, killSwitch: null } as DecideSettings;

function entryNamed(namespace: string, name: string): WorkloadMemory {
  const entry = entryOf();
  const { observation } = entry;
  const workload = { ...observation.workload, namespace, name };
  return { ...entry, observation: { ...observation, workload, annotations: ENABLED } };
}
const ENABLED = { 'ai4k8s.io/predictive-autoscaling-enabled': 'true' };

/** A cluster of these workloads, in shards of 64. */
function portsOf(entries: readonly WorkloadMemory[]): StatusPorts {
  const shards = Array.from({ length: Math.ceil(entries.length / 64) }, (_, id) => ({ id, workloads: [], places: [] }));
  const all = (id: number) => entries.slice(64 * id, 64 * id + 64);
  const map = (id: number) => new Map(all(id).map((entry) => [workloadKey(entry.observation.workload), entry]));
  return {
    series: { shards: async () => shards, readLatest: async (_cluster: string, { id }: { id: number }) => map(id) },
    policies: { inCharge: async () => ({ policies: policiesWith(), killSwitch: null }) },
    schedules: { list: async () => new Map() },
    ticks: { last: async () => null, lastFailure: async () => null, asked: async () => [] },
    clock: { now: () => 0 },
  } as unknown as StatusPorts;
}

const page = (entries: readonly WorkloadMemory[], limit: number, cursor?: string) =>
  clusterStatus(portsOf(entries), SETTINGS, 'demo', WHOLE, { limit, cursor });
const nameOf = ({ namespace, deployment }: { namespace: string; deployment: string }) => `${namespace}/${deployment}`;

describe('pages of status', () => {
  it('hold 6,000 workloads once each and in order, within what a function may answer, and count them all', async () => {
    const entries = Array.from({ length: 6000 }, (_, i) =>
      entryNamed(`team-${i % 37}`, `service-${(i * 7919) % 6000}`),
    );
    const shown: string[] = [];
    for (let cursor: string | undefined, pages = 0; pages < 13; pages++) {
      const answer = await page(entries, 500, cursor);
      const bytes = Buffer.byteLength(JSON.stringify(answer));
      expect(bytes).toBeLessThan(LAMBDA_MOST_BYTES / 5);
      expect(answer).toMatchObject({ workload_count: 6000, predictive_enabled: 6000, total_replicas: 36_000 });
      shown.push(...answer.workloads.map(nameOf));
      if (answer.cursor === null) break;
      cursor = answer.cursor;
    }
    expect(shown).toHaveLength(6000);
    expect(new Set(shown).size).toBe(6000);
    const inOrder = (one: string, other: string) => one.replace('/', ' ') < other.replace('/', ' ');
    expect(shown.every((name, i) => i === 0 || inOrder(shown[i - 1] ?? '', name))).toBe(true);
  });

  it('are written as bytes alone, whatever is written, twice the same and nothing lost', async () => {
    const words = fc.string({ unit: 'binary' });
    await fc.assert(
      fc.asyncProperty(words, words, async (said, of) => {
        const status = await page([entryNamed('shop', 'web')], 5);
        const workloads = status.workloads.map((row) => ({ ...row, deployment: said }));
        const answer = { ...status, workloads, problems: [of] };
        const text = statusText(answer);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(answer)));
        expect(Buffer.byteLength(text)).toBe(text.length);
        expect(statusText(answer)).toBe(text);
      }),
    );
  });

  it('whatever their size, and whoever comes or goes between two, show who stayed exactly once', async () => {
    const name = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,6}[a-z0-9])?$/);
    const names = fc.uniqueArray(fc.tuple(name, name), { maxLength: 30, selector: ([a, b]) => `${a}/${b}` });
    const some = fc.record({
      names,
      limit: fc.integer({ min: 1, max: 7 }),
      gone: fc.array(fc.nat(), { maxLength: 9 }),
    });
    await fc.assert(
      fc.asyncProperty(some, async ({ names, limit, gone }) => {
        let entries = names.map(([namespace, one]) => entryNamed(namespace, one));
        const shown: string[] = [];
        let cursor: string | null | undefined;
        let pages = 0;
        do {
          expect(pages++).toBeLessThanOrEqual(names.length);
          const answer = await page(entries, limit, cursor ?? undefined);
          shown.push(...answer.workloads.map(nameOf));
          cursor = answer.cursor;
          const leaver = entries[gone.pop() ?? -1];
          entries = entries.filter((entry) => entry !== leaver);
        } while (cursor !== null);
        const stayed = entries.map(({ observation: { workload } }) => `${workload.namespace}/${workload.name}`);
        for (const one of stayed) expect(shown.filter((other) => other === one)).toHaveLength(1);
      }),
    );
  });

  it.each(['x', '', 'YQ', Buffer.from('shop web Pod').toString('base64url'), '../..'])(
    'refuse the cursor %j',
    async (cursor) => {
      await expect(page([entryNamed('shop', 'web')], 5, cursor)).rejects.toMatchObject({
        answer: { status: 400, body: { title: 'Invalid cursor' } },
      });
    },
  );
});

describe('over the wire', () => {
  let system: Embedded;
  beforeAll(async () => {
    system = await startEmbedded(['web', 'api', 'jobs', 'db', 'cache'].map((name) => simulated({ name })));
    await system.tick();
  });
  afterAll(() => system.close());
  const STATUS = '/api/autoscaling/status/demo';

  it('the command line follows the cursor to the end', async () => {
    const asked: string[] = [];
    const { query, command } = system.handlers;
    const few: typeof query = (event, context) => {
      asked.push(event.rawQueryString);
      return query({ ...event, rawQueryString: `${event.rawQueryString}&limit=2` }, context);
    };
    const gateway = await startGateway(0, { query: few, command });
    const body = await (await askWholeStatus({ url: gateway.url, cluster: 'demo' })).json();
    expect(body).toMatchObject({ workload_count: 5, cursor: null });
    expect((body as { workloads: { deployment: string }[] }).workloads.map(({ deployment }) => deployment)).toEqual([
      'api',
      'cache',
      'db',
      'jobs',
      'web',
    ]);
    expect(asked).toHaveLength(3);
    const stuck: typeof query = (event, context) => query({ ...event, rawQueryString: 'limit=2' }, context);
    const repeating = await startGateway(0, { query: stuck, command });
    await expect(askWholeStatus({ url: repeating.url, cluster: 'demo' })).rejects.toThrow('the same page again');
    await repeating.close();
    const refused = await askWholeStatus({ url: gateway.url, cluster: 'nowhere' });
    expect(refused.status).toBe(404);
    await gateway.close();
  });

  it('what has not changed is 304 without a body, and comes again once it has', async () => {
    const get = (path: string, tag?: string, method = 'GET') =>
      fetch(`${system.url}${path}`, { method, headers: tag === undefined ? {} : { 'if-none-match': tag } });
    const recommendation = '/api/autoscaling/recommendations/demo?deployment=web&namespace=shop';
    for (const path of [
      STATUS,
      recommendation,
      '/api/autoscaling/history/demo?deployment=web&namespace=shop',
      '/openapi.json',
    ]) {
      const first = await get(path);
      const tag = first.headers.get('etag') ?? '';
      expect(tag).toMatch(/^"[\w-]{22}"$/);
      for (const given of [tag, `W/${tag}`, `"other", ${tag}`, '*']) {
        const again = await get(path, given);
        expect([again.status, await again.text(), again.headers.get('etag')]).toEqual([304, '', tag]);
        expect(again.headers.get('x-request-id')).not.toBeNull();
      }
      expect((await get(path, '"other"')).status).toBe(200);
      expect((await get(path, undefined, 'HEAD')).headers.get('etag')).toBe(tag);
    }
    const before = (await get(STATUS)).headers.get('etag') ?? '';
    await system.tick();
    expect((await get(STATUS, before)).status).toBe(200);
    expect((await get('/api/autoscaling/status/nowhere', '*')).status).toBe(404);
  });
});
