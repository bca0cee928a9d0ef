// A machine that is not set up for AWS is told which variable to set, by the real clients, whatever they throw themselves.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { makePolicyStore } from '../../lib/adapters/dynamo/policy-store.ts';
import { openTable } from '../../lib/adapters/dynamo/table.ts';
import { makeEksAccess } from '../../lib/adapters/eks/access.ts';
import { makeEventBridge } from '../../lib/adapters/eventbridge.ts';
import { readSecret } from '../../lib/adapters/secret.ts';
import { sdkError } from '../../lib/aws/sdk-error.ts';

beforeEach(() => {
  for (const name of ['AWS_REGION', 'AWS_DEFAULT_REGION', 'AWS_PROFILE', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'])
    vi.stubEnv(name, undefined);
  vi.stubEnv('AWS_CONFIG_FILE', '/nonexistent');
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', '/nonexistent');
  vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
});
afterEach(() => vi.unstubAllEnvs());

const EVENT = { type: 'tick', at: 0, detail: {} } as never;
const CALLS = {
  'the table': () => makePolicyStore(openTable({ tableName: 'ai4k8s' })).list('prod'),
  'the secret': () => readSecret('groq'),
  'the event bus': () => makeEventBridge('bus').publish([EVENT]),
};

describe.each(Object.entries(CALLS))('%s', (_name, call) => {
  it('without a region says "Set AWS_REGION", and never "Region is missing"', async () => {
    const { message } = await failureOf(call);
    expect(message).toContain('no AWS region is set');
    expect(message).toContain('Set AWS_REGION to the region of the stack, such as AWS_REGION=eu-west-1');
    expect(message).not.toContain('Region is missing');
  });

  it('with something that is no region says what one looks like', async () => {
    vi.stubEnv('AWS_REGION', 'eu west 1');
    expect((await failureOf(call)).message).toContain('Set AWS_REGION to the name of a region, such as eu-west-1.');
  });

  it('without credentials says where they may come from', async () => {
    vi.stubEnv('AWS_REGION', 'eusc-de-east-1');
    expect((await failureOf(call)).message).toContain('Provide AWS credentials: a role, a profile (AWS_PROFILE)');
  });
});

it('EKS without credentials speaks of these, not of the name and rights of the cluster', async () => {
  const access = makeEksAccess({ clusterName: 'prod', region: 'eu-west-1' });
  const { message } = await failureOf(() => access.resolve());
  expect(message).toBe(
    'EKS cluster prod (eu-west-1): DescribeCluster failed: there are no AWS credentials. ' +
      'Provide AWS credentials: a role, a profile (AWS_PROFILE), or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.',
  );
});

it('keeps what the SDK says of a profile that has expired, and leaves other errors to the caller', () => {
  const expired = Object.assign(new Error('The SSO session associated with this profile has expired.'), {
    name: 'CredentialsProviderError',
  });
  expect(sdkError(expired)).toMatchObject({ detail: expired.message, remedy: expect.stringMatching(/^Provide/) });
  expect(sdkError(new Error('boom'))).toEqual({ name: 'Error', detail: 'boom', remedy: null });
  expect(sdkError('thrown as text').detail).toBe('thrown as text');
});

async function failureOf(call: () => Promise<unknown>): Promise<Error> {
  const outcome = await call().then(
    () => null,
    (error: Error) => error,
  );
  if (outcome === null) throw new Error('it did not fail');
  return outcome;
}
