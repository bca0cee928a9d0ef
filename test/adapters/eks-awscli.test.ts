// The bearer token is `aws eks get-token`'s own, byte for byte: against recorded tokens always, against the CLI where there is one.
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { presignToken } from '../../lib/adapters/eks/token.ts';

interface Case {
  readonly clusterName: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}
interface Recorded extends Case {
  readonly token: string;
}

const { cli, recorded }: { readonly cli: string; readonly recorded: readonly Recorded[] } = JSON.parse(
  readFileSync(join(import.meta.dirname, 'fixtures/eks-tokens.json'), 'utf8'),
);

describe(`a token for the same inputs and time as ${cli} had`, () => {
  test.each(recorded)('is the same: $clusterName in $region', async ({ token, ...given }) => {
    expect(await presignToken(given, given, signedAt(token))).toBe(token);
  });

  it('was recorded for a role and for a user, in more than one partition', () => {
    const signed = recorded.map(
      ({ sessionToken, region }) => `${sessionToken ? 'role' : 'user'} ${region.slice(0, 2)}`,
    );
    expect(new Set(signed)).toEqual(new Set(['user eu', 'role us', 'role cn']));
  });
});

const cliHere = spawnSync('aws', ['--version'], { encoding: 'utf8' });

describe(`a token beside ${cliHere.status === 0 ? cliHere.stdout.split(' ')[0] : 'the AWS CLI'}`, () => {
  for (const { token: _then, ...given } of recorded)
    it(`is the same: ${given.clusterName} in ${given.region}`, { timeout: 60_000 }, async ({ skip }) => {
      if (cliHere.status !== 0) skip('no `aws` on the PATH: install awscli to compare with it live');
      const live = tokenOfCli(given);
      expect(await presignToken(given, given, signedAt(live))).toBe(live);
    });
});

describe('a token', () => {
  it('differs where any input differs', async () => {
    const [given] = recorded;
    if (given === undefined) throw new Error('nothing was recorded');
    const at = signedAt(given.token);
    for (const other of [{ clusterName: 'prod-2' }, { region: 'eu-west-1' }, { secretAccessKey: 'x' }])
      expect(await presignToken({ ...given, ...other }, { ...given, ...other }, at)).not.toBe(given.token);
    expect(await presignToken(given, given, at + 1000)).not.toBe(given.token);
  });
});

/** The time a token was signed at, in milliseconds; the CLI signs with the present one. */
function signedAt(token: string): number {
  const url = new URL(Buffer.from(token.slice('k8s-aws-v1.'.length), 'base64url').toString());
  const date = url.searchParams.get('X-Amz-Date') ?? '';
  return Date.parse(date.replace(/^(\d{4})(\d\d)(\d\dT\d\d)(\d\d)(\d\dZ)$/, '$1-$2-$3:$4:$5'));
}

/** Signing is local: with keys in the environment the CLI asks nobody. */
function tokenOfCli({ clusterName, region, accessKeyId, secretAccessKey, sessionToken }: Case): string {
  const keys = { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey };
  const env = { ...keys, PATH: process.env.PATH, HOME: '/nonexistent', AWS_EC2_METADATA_DISABLED: 'true' };
  const session = sessionToken === undefined ? {} : { AWS_SESSION_TOKEN: sessionToken };
  const args = ['eks', 'get-token', '--cluster-name', clusterName, '--region', region, '--output', 'json'];
  const answer = execFileSync('aws', args, { env: { ...env, ...session }, encoding: 'utf8' });
  return JSON.parse(answer).status.token;
}
