// The stand-in for EKS's authenticator lets in what our functions sign, and nothing that differs in one respect.
import { describe, expect, it } from 'vitest';
import { presignToken } from '../../lib/adapters/eks/token.ts';
import { checkToken } from './eks-token-check.ts';

const MINUTE = 60_000;
const T0 = Date.parse('2026-01-02T03:04:05Z');
const KEY = { accessKeyId: 'ASIAONE', secretAccessKey: 'secret', sessionToken: 'session+/=' };
const PROD = { clusterName: 'prod', region: 'eu-west-1' };

function check(token: string, now = T0, key: typeof KEY | null = KEY) {
  return checkToken(token, { ...PROD, now, keyOf: (id) => (id === KEY.accessKeyId ? key : null) });
}

/** The signed URL, changed and wrapped again. */
function altered(token: string, change: (url: string) => string): string {
  const url = Buffer.from(token.slice('k8s-aws-v1.'.length), 'base64url').toString();
  return `k8s-aws-v1.${Buffer.from(change(url)).toString('base64url')}`;
}

describe('a token', () => {
  it('of ours is taken, for a quarter of an hour', async () => {
    const token = await presignToken(PROD, KEY, T0);
    expect(check(token)).toEqual({ signedBy: 'ASIAONE' });
    expect(check(token, T0 + 15 * MINUTE)).toEqual({ signedBy: 'ASIAONE' });
    expect(check(token, T0 + 15 * MINUTE + 1)).toEqual({ why: 'X-Amz-Date parameter is expired' });
  });

  it.each([
    ['another cluster', { clusterName: 'staging' }, KEY, /does not match/],
    ['another region', { region: 'eu-central-1' }, KEY, /unexpected hostname/],
    ['another secret', {}, { ...KEY, secretAccessKey: 'guessed' }, /does not match/],
    ['another session', {}, { ...KEY, sessionToken: 'stale' }, /security token .* is invalid/],
    ['nobody known', {}, { ...KEY, accessKeyId: 'ASIATWO' }, /security token .* is invalid/],
  ])('for or of %s is not', async (_, cluster, key, why) => {
    const token = await presignToken({ ...PROD, ...cluster }, key, T0);
    expect(check(token)).toEqual({ why: expect.stringMatching(why) });
  });

  it.each([
    ['asks for more', (url: string) => url.replace('GetCallerIdentity', 'AssumeRole'), /unexpected action/],
    ['says more', (url: string) => `${url}&X-Extra=1`, /non-whitelisted/],
    ['is for another host', (url: string) => url.replace('//sts.', '//evil.'), /unexpected hostname/],
    ['is not encrypted', (url: string) => url.replace('https:', 'http:'), /unexpected scheme/],
    ['names no cluster', (url: string) => url.replace('%3Bx-k8s-aws-id', ''), /did not sign/],
    ['was dated anew', (url: string) => url.replace('T030405Z', 'T030406Z'), /does not match/],
  ])('that %s is not', async (_, change, why) => {
    const token = altered(await presignToken(PROD, KEY, T0), change);
    expect(check(token)).toEqual({ why: expect.stringMatching(why) });
  });

  it('of another form is not', () => {
    expect(check('eyJhbGciOi')).toMatchObject({ why: expect.stringMatching(/prefix/) });
    expect(check(`k8s-aws-v1.${'A'.repeat(5000)}`)).toMatchObject({ why: 'token is too large' });
  });
});
