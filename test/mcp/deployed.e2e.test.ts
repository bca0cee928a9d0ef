// The function for agents as Lambda runs it: its bundle, away from the project, calling the API's functions by Lambda's endpoint.
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import type { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeFunction } from '../../infra/function-code.ts';
import type { HttpApiEvent } from '../../lib/app/api/lambda.ts';
import { type Embedded, simulated, startEmbedded } from '../make/embedded.ts';
import { type LambdaEndpoint, startLambdaEndpoint } from '../stand-ins/lambda-endpoint.ts';
import { type StandInLambda, startLambda } from '../stand-ins/lambda-service.ts';
import { call, connected, PROTOCOLS } from './client.ts';

const SECRET = 'a-secret-key';
/** A process that answers an agent reads all of it first. */
const MOST_BYTES = 550_000;
const ANN = { iam: { userArn: 'arn:aws:iam::111122223333:user/ann' } };

let folder: string;
let bundle: string;
let system: Embedded;
let endpoint: LambdaEndpoint;
let lambda: StandInLambda;
const asked: { path: string; by: unknown }[] = [];
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ai4k8s-mcp-'));
  const app = new App({ outdir: join(folder, 'out') });
  const stack = new Stack(app, 'Stack');
  const made = makeFunction(stack, 'Mcp', { entry: 'mcp', sourceMap: false, beside: undefined });
  app.synth();
  const { s3Key } = stack.resolve((made.node.defaultChild as CfnFunction).code);
  bundle = join(folder, 'out', `asset.${s3Key.replace(/\.zip$/, '')}`, 'index.mjs');
  system = await startEmbedded([simulated()]);
  await system.tick(2);
  const noting = (handler: typeof system.handlers.query) => (event: HttpApiEvent & { requestContext: object }) => {
    asked.push({ path: event.rawPath, by: (event.requestContext as { authorizer?: unknown }).authorizer });
    return handler(event);
  };
  const { query, command } = system.handlers;
  endpoint = await startLambdaEndpoint(SECRET, { q: noting(query), c: noting(command) });
  lambda = startLambda({
    bundle,
    name: 'mcp',
    environment: {
      QUERY_FUNCTION: 'q',
      COMMAND_FUNCTION: 'c',
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
      AWS_SECRET_ACCESS_KEY: SECRET,
      AWS_SESSION_TOKEN: 'session',
      AWS_ENDPOINT_URL_LAMBDA: endpoint.url,
    },
    timeoutSeconds: 29,
    memoryMb: 512,
    folder,
  });
}, 300_000);
afterAll(async () => {
  await lambda?.close();
  endpoint?.close();
  await system?.close();
  rmSync(folder, { recursive: true, force: true });
});

it('is small enough to start at once', () => {
  const { size } = statSync(bundle);
  expect(size).toBeLessThan(MOST_BYTES);
});

it.each(PROTOCOLS)('asks the API as whoever asked it, protocol %s', async (protocol) => {
  asked.length = 0;
  const handler = async (event: HttpApiEvent) => {
    const answer = await lambda.invoke(event);
    if (!answer.ok) throw new Error(answer.error);
    return answer.result as { statusCode: number; headers: Record<string, string>; body: string };
  };
  const client = await connected(protocol, 'https://api.invalid/mcp/write', { handler, sent: { authorizer: ANN } });
  expect((await client.listTools()).tools).toHaveLength(9);
  const { output } = await call(client, 'status', { cluster: 'demo' });
  expect(output.data.workloads).toMatchObject([{ deployment: 'web' }]);
  const until = new Date(Date.now() + 3_600_000).toISOString();
  const input = { deployment: 'web', namespace: 'shop', cluster: 'demo', way: 'all', until, reason: 'INC-42' };
  expect(await call(client, 'pause', input)).toMatchObject({ isError: false });
  expect(asked).toEqual(
    ['status', 'recommendations', 'predictive/pause'].map((what) => ({
      path: `/api/autoscaling/${what}/demo`,
      by: ANN,
    })),
  );
  await client.close();
  expect(lambda.printed()).toBe('');
});
