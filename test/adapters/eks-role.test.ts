// A cluster in another account: described and signed in to as the role it names, which is assumed once an hour.
import { afterEach, describe, expect, it } from 'vitest';
import { makeEksAccess } from '../../lib/adapters/eks/access.ts';
import { AdapterError } from '../../lib/app/ports/world.ts';
import { type AwsServer, assumed, refused, startAwsServer } from '../stand-ins/aws-server.ts';

const T0 = Date.parse('2026-01-02T03:04:05Z');
const MINUTE = 60_000;
const OWN = { accessKeyId: 'AKIAOWN', secretAccessKey: 'secret' };
const ROLE = 'arn:aws:iam::210987654321:role/ai4k8s';
const ELSEWHERE = { clusterName: 'prod', region: 'eu-central-1', role: { arn: ROLE, externalId: 'agreed-2026' } };

let aws: AwsServer;
afterEach(() => aws.close());

/** Every AssumeRole gives a new key, good for an hour from `now`. */
async function serve(now: () => number): Promise<void> {
  let sessions = 0;
  aws = await startAwsServer(() => {
    sessions += 1;
    return assumed(`ASIAROLE${sessions}`, new Date(now() + 60 * MINUTE));
  });
}

describe('a cluster that names a role', () => {
  it('is described and signed in to as that role, which our own identity assumes', async () => {
    await serve(() => T0);
    const { server, token } = await access(() => T0).resolve();
    expect(server).toBe('https://x.eks');
    expect(keyOf(await token())).toBe('ASIAROLE1');
    expect(aws.calls.map(({ what, signedBy }) => `${what} by ${signedBy}`)).toEqual([
      'AssumeRole by AKIAOWN',
      'DescribeCluster by ASIAROLE1',
    ]);
    expect(aws.calls[0]?.parameters).toMatchObject({
      RoleArn: ROLE,
      ExternalId: 'agreed-2026',
      RoleSessionName: 'ai4k8s-prod',
      DurationSeconds: '3600',
    });
  });

  it('has its role assumed anew a quarter of an hour before the session ends, so that no token dies early', async () => {
    let now = T0;
    await serve(() => now);
    const { token } = await access(() => now).resolve();
    const keys: string[] = [];
    for (let minute = 0; minute <= 60; minute += 1) {
      now = T0 + minute * MINUTE;
      keys.push(keyOf(await token()));
    }
    expect(keys.indexOf('ASIAROLE2')).toBe(56); // the first token that is due (every 14 min) after the 45th minute
    expect(aws.calls.filter(({ what }) => what === 'AssumeRole')).toHaveLength(2);
  });

  it('is asked for once by calls that come together', async () => {
    await serve(() => T0);
    const both = access(() => T0);
    await Promise.all([both.resolve(), both.resolve()]);
    expect(aws.calls.filter(({ what }) => what === 'AssumeRole')).toHaveLength(1);
  });

  it('and does not trust us is named with what its owner must allow; the next call tries again', async () => {
    let trusted = false;
    aws = await startAwsServer(() =>
      trusted ? assumed('ASIAROLE', new Date(T0 + 60 * MINUTE)) : refused('AccessDenied', 'not authorized'),
    );
    const cluster = access(() => T0);
    const error: AdapterError = await cluster.resolve().catch((reason) => reason);
    expect(error).toBeInstanceOf(AdapterError);
    expect(error).toMatchObject({ source: 'eks', retryable: false });
    expect(error.message).toBe(
      `EKS cluster prod (eu-central-1): the role ${ROLE} could not be assumed: not authorized. ` +
        "Its trust policy must let the role of this process sts:AssumeRole with the external id of the configuration, and that role's own policy must allow it.",
    );
    trusted = true;
    expect((await cluster.resolve()).caData).toBe('Q0E=');
  });
});

function access(now: () => number) {
  return makeEksAccess({ ...ELSEWHERE, now, credentials: async () => OWN });
}

function keyOf(token: string): string {
  const url = new URL(Buffer.from(token.slice('k8s-aws-v1.'.length), 'base64url').toString());
  return url.searchParams.get('X-Amz-Credential')?.split('/')[0] ?? '';
}
