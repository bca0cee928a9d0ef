// Writes that are sent again: done once, answered alike, and their key is good for nothing else.
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApiRequest } from '../../../lib/app/api/api-request.ts';
import { onceOnly } from '../../../lib/app/api/idempotency.ts';
import type { AnswerStore, KeptAnswer } from '../../../lib/app/ports/answer-store.ts';
import { type Embedded, simulated, startEmbedded } from '../../make/embedded.ts';

const ENABLE = '/api/autoscaling/predictive/enable/demo';
const WEB = { deployment_name: 'web', namespace: 'shop', mode: 'recommend' };
let system: Embedded;
beforeAll(async () => {
  system = await startEmbedded([simulated()]);
  await system.tick();
});
afterAll(() => system.close());

async function send(key: string, body: object, path = ENABLE) {
  const headers = { 'content-type': 'application/json', 'idempotency-key': key };
  const answer = await fetch(`${system.url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  return {
    status: answer.status,
    replayed: answer.headers.get('idempotency-replayed'),
    body: (await answer.json()) as Record<string, unknown>,
  };
}
const lines = async () =>
  (await system.get('/api/autoscaling/history/demo?deployment=web&namespace=shop&limit=100')).body.decisions.length;

describe('a write with a key', () => {
  it('is done once, however often it is sent, and answered alike', async () => {
    const before = await lines();
    const first = await send('key-1', WEB);
    expect([first.status, first.replayed]).toEqual([200, null]);
    const after = await lines();
    expect(after).toBeGreaterThan(before);
    for (let i = 0; i < 3; i++) expect(await send('key-1', WEB)).toEqual({ ...first, replayed: 'true' });
    expect(await lines()).toBe(after);
    expect((await send('key-2', WEB)).replayed).toBeNull();
  });

  it('with another body, or to another path, is 422 and changes nothing', async () => {
    await send('key-3', WEB);
    const before = await lines();
    for (const [body, path] of [
      [{ ...WEB, mode: 'scale' }, ENABLE],
      [WEB, ENABLE.replace('enable', 'disable')],
    ] as const)
      expect(await send('key-3', body, path)).toMatchObject({
        status: 422,
        body: { type: 'urn:ai4k8s:problem:key-used-before' },
      });
    expect(await lines()).toBe(before);
  });

  it('that was refused is refused again, by the same words and an id of its own', async () => {
    const gone = { ...WEB, deployment_name: 'gone' };
    const [first, again] = [await send('key-4', gone), await send('key-4', gone)];
    expect([first.status, again.status, again.replayed]).toEqual([404, 404, 'true']);
    expect(again.body.detail).toBe(first.body.detail);
    expect(again.body.request_id).not.toBe(first.body.request_id);
  });

  it.each(['', 'a b', 'x'.repeat(256), 'ü'])('that is none (%j) is 400', async (key) => {
    const headers = { 'content-type': 'application/json', 'idempotency-key': key };
    const event = {
      rawPath: ENABLE,
      rawQueryString: '',
      headers,
      body: JSON.stringify(WEB),
      isBase64Encoded: false,
      requestContext: { http: { method: 'POST' }, requestId: 'r' },
    };
    const { statusCode, body } = await system.handlers.command(event);
    expect([statusCode, JSON.parse(body).errors[0].field]).toEqual([400, 'idempotency-key']);
  });
});

/** Keeps what it is told, and fails where it is told to. */
function memory(isAway: () => boolean = () => false): AnswerStore {
  const kept = new Map<string, { fingerprint: string; answer?: KeptAnswer }>();
  return {
    async claim(key, fingerprint) {
      const found = kept.get(key);
      if (found === undefined) {
        kept.set(key, { fingerprint });
        return { kind: 'ours' };
      }
      if (found.fingerprint !== fingerprint) return { kind: 'other' };
      return found.answer === undefined ? { kind: 'running' } : { kind: 'answered', answer: found.answer };
    },
    async settle(key, fingerprint, answer) {
      if (isAway()) throw new Error('away');
      kept.set(key, { fingerprint, answer });
    },
    async release(key) {
      kept.delete(key);
    },
  };
}

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
const request = (key: string, body: unknown): ApiRequest => ({
  method: 'POST',
  path: '/x',
  query: new URLSearchParams(),
  headers: { 'idempotency-key': key },
  body,
  env: null,
});

it('whatever is sent, by whom and by which key, nothing is done twice by one key of one caller', async () => {
  const sent = fc.record({
    caller: fc.constantFrom('ann', 'ben', null),
    key: fc.constantFrom('k1', 'k2'),
    body: fc.constantFrom({ a: 1 }, { a: 2 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(sent, { maxLength: 12 }), async (all) => {
      const answers = memory();
      const done: string[] = [];
      await Promise.all(
        all.map(({ caller, key, body }) =>
          onceOnly({ answers, log: silent, caller }, request(key, body), async () => {
            done.push(`${caller} ${key}`);
            return { status: 200, headers: {}, body };
          }),
        ),
      );
      expect(done.toSorted()).toEqual([...new Set(all.map(({ caller, key }) => `${caller} ${key}`))].toSorted());
    }),
  );
});

it('a failure is not kept, and an answer that cannot be kept goes out all the same', async () => {
  const answers = memory(() => true);
  const serve = (status: number) => async () => ({ status, headers: {}, body: { status } });
  const ask = (status: number) => onceOnly({ answers, log: silent, caller: 'ann' }, request('k', {}), serve(status));
  expect((await ask(503)).status).toBe(503);
  expect((await ask(200)).status).toBe(200);
  expect((await ask(200)).status).toBe(409);
});
