// A function with its key in Secrets Manager: the secret may be empty, late, replaced or out of reach, and everything else works.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { makeHandler } from '../../functions/query.ts';
import { readConfig } from '../../lib/config.ts';
import { wireQuery } from '../../lib/wire/query.ts';
import { type Embedded, simulated, startEmbedded } from '../make/embedded.ts';
import { stubReply } from '../stand-ins/groq-answers.ts';
import { type GroqServer, startGroqServer } from '../stand-ins/groq-server.ts';
import { type SecretsServer, startSecretsServer } from '../stand-ins/secrets-server.ts';

let secrets: SecretsServer;
let groq: GroqServer;
let embedded: Embedded | undefined;

beforeEach(async () => {
  vi.stubEnv('AWS_REGION', 'eu-west-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'a');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'b');
  secrets = await startSecretsServer('empty');
  groq = await startGroqServer((request) =>
    request.headers.authorization === 'Bearer gsk_good' ? stubReply('sensible', request) : UNAUTHORIZED,
  );
});
afterEach(async () => {
  await embedded?.close();
  embedded = undefined;
  secrets.close();
  await groq.close();
  vi.unstubAllEnvs();
});

const UNAUTHORIZED = { kind: 'send', status: 401, body: '{"error":{"message":"Invalid API Key"}}' } as const;
const RECOMMENDATION = '/api/autoscaling/recommendations/demo?deployment=web&namespace=shop';

async function start(env: Record<string, string> = {}) {
  embedded = await startEmbedded([simulated()], { env: { ...env, GROQ_SECRET_ID: 'groq' } });
  return embedded;
}

describe('/health', () => {
  it('answers while Secrets Manager hangs, and asks it nothing', async () => {
    secrets.state = 'hangs';
    const clusters = JSON.stringify([{ id: 'prod', eks: { name: 'prod', region: 'eu-west-1' } }]);
    const config = readConfig({ TABLE_NAME: 'table', CLUSTERS: clusters, GROQ_SECRET_ID: 'groq' });
    const answer = await makeHandler(await wireQuery(config))(HEALTH);
    expect([answer.statusCode, secrets.requests()]).toEqual([200, 0]);
  });
});

describe.each(['empty', 'denied', 'hangs'] as const)('with a secret store that is %s', (state) => {
  it('ticks, reads and writes go on, and the recommendation says that there is no key', async () => {
    secrets.state = state;
    const { tick, get, post } = await start();
    await tick(2);
    const enabled = await post('/api/autoscaling/predictive/enable/demo', {
      deployment_name: 'web',
      namespace: 'shop',
    });
    expect(enabled.status).toBe(200);
    await tick();
    const { status, body } = await get(RECOMMENDATION);
    expect(status).toBe(200);
    expect(body.recommendations.llm).toMatchObject({ success: false, error: 'no_api_key' });
    expect((await get('/api/autoscaling/status/demo')).body.llm_budget).toBeNull();
  }, 30_000);
});

describe('a key that was replaced', () => {
  it('is used with the first call that the server refuses the old one', async () => {
    secrets.state = { value: 'gsk_old' };
    const { tick, get } = await start({ GROQ_BASE_URL: groq.url, GROQ_MODELS: 'openai/gpt-oss-20b' });
    await tick(2);
    await get('/api/autoscaling/status/demo'); // reads the old one
    secrets.state = { value: 'gsk_good' };
    const { body } = await get(RECOMMENDATION);
    expect(body.recommendations.llm).toMatchObject({ success: true });
    const sent = groq.requests.map(({ headers }) => headers.authorization);
    expect(sent).toEqual(['Bearer gsk_old', 'Bearer gsk_good']);
  });
});

const HEALTH = {
  rawPath: '/health',
  rawQueryString: '',
  headers: {},
  body: null,
  isBase64Encoded: false,
  requestContext: { http: { method: 'GET', path: '/health' } },
} as unknown as Parameters<ReturnType<typeof makeHandler>>[0];
