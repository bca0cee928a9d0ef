// A stack to verify: its template, an account that answers for it, a table with a tick in it, and an API behind signatures.
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { afterEach, beforeAll } from 'vitest';
import { type VerifyOptions, verify } from '../../cli/verify/verify.ts';
import { optionsIn } from '../../infra/deployment.ts';
import { AutoscalerStack } from '../../infra/stack.ts';
import { openTable } from '../../lib/adapters/dynamo/table.ts';
import { makeTickStore } from '../../lib/adapters/dynamo/tick-store.ts';
import { VERSION } from '../../lib/version.ts';
import { startEmbeddedTable } from '../../local/embedded-table.ts';
import { type AwsAccount, REGION, STACK, startAwsAccount } from '../stand-ins/aws-account.ts';
import { type GatewayAnswer, type SignedGateway, startSignedGateway } from '../stand-ins/signed-gateway.ts';

const SECRET_KEY = 'a-secret-key';
const CREDENTIALS = { AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: SECRET_KEY, AWS_REGION: REGION };

export interface StackToVerify {
  readonly account: AwsAccount;
  readonly gateway: SignedGateway;
  /** What the API says of the cluster; a test may change it. */
  status: Record<string, unknown>;
  /** In the place of what the functions would say. */
  answer: ((method: string, path: string) => GatewayAnswer | undefined) | undefined;
  /** Leaves a tick of the cluster that finished so long ago. */
  tick(agoSeconds: number, problems?: readonly string[]): Promise<void>;
  /** Leaves a tick that failed now. */
  failTick(message: string): Promise<void>;
  verify(options?: Partial<VerifyOptions>): ReturnType<typeof verify>;
}

const STATUS = {
  success: true,
  cluster: 'prod',
  predictive_enabled: 1,
  last_tick: null,
  kill_switch: null,
  problems: [],
  workloads: [
    { namespace: 'shop', deployment: 'web', enabled: true },
    { namespace: 'shop', deployment: 'api', enabled: false },
  ],
};

/** @param context of the deployment, over that of cdk.json */
export function stackToVerify(context: Readonly<Record<string, unknown>> = {}): () => Promise<StackToVerify> {
  let template: Template;
  const closing: (() => unknown)[] = [];
  beforeAll(() => {
    template = templateOf(context);
  }, 300_000);
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
    for (const name of ['AWS_ENDPOINT_URL', ...Object.keys(CREDENTIALS)]) delete process.env[name];
  });

  return async () => {
    const table = await startEmbeddedTable();
    closing.push(() => table.close());
    const gateway = await startSignedGateway(SECRET_KEY, (method, { rawPath }) => {
      const said = stack.answer?.(method, rawPath);
      if (said !== undefined) return said;
      const found =
        rawPath === '/health' ? { status: 'ok', version: VERSION } : rawPath.includes('/status/') && stack.status;
      if (!found)
        return { statusCode: 404, body: JSON.stringify({ title: 'Not found', detail: `no route ${rawPath}` }) };
      return { statusCode: 200, body: JSON.stringify(found) };
    });
    closing.push(() => gateway.close());
    const account = await startAwsAccount({ template, apiUrl: gateway.url, table });
    closing.push(() => account.close());
    Object.assign(process.env, CREDENTIALS, { AWS_ENDPOINT_URL: account.url });
    const stored = openTable({ ...table, now: Date.now });
    closing.push(() => stored.close());
    const ticks = makeTickStore(stored);
    const stack: StackToVerify = {
      account,
      gateway,
      status: STATUS,
      answer: undefined,
      async tick(agoSeconds, problems = []) {
        const finishedAt = Date.now() - agoSeconds * 1000;
        const scheduledAt = finishedAt - 2000;
        await ticks.acquire('prod', scheduledAt, scheduledAt, 50_000);
        await ticks.finish({
          cluster: 'prod',
          scheduledAt,
          finishedAt,
          workloads: 2,
          enabled: 1,
          applied: 0,
          problems,
        });
      },
      async failTick(message) {
        const scheduledAt = Date.now() - 2000;
        await ticks.acquire('prod', scheduledAt, scheduledAt, 50_000);
        await ticks.fail('prod', scheduledAt, message);
      },
      verify: (options = {}) => verify({ stack: STACK, now: Date.now, trial: null, ...options }),
    };
    return stack;
  };
}

/** Without bundles and without cdk-nag, which other tests look at: nobody here runs or judges it. */
function templateOf(context: Readonly<Record<string, unknown>>): Template {
  const clusters = [{ id: 'prod', eks: { name: 'prod', region: REGION } }];
  const over: Readonly<Record<string, unknown>> = { clusters, ...context };
  const app = new App({ context: { 'aws:cdk:bundling-stacks': [] } });
  return Template.fromStack(
    new AutoscalerStack(
      app,
      STACK,
      optionsIn((key) => over[key]),
    ),
  );
}
