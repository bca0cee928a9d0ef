// Who calls, from events as API Gateway sends them and as an attacker would like them to be read.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { callerFrom, groupsIn } from '../../../lib/app/api/caller.ts';
import { bearer, flattened } from '../../stand-ins/execute-api.ts';

const GRANTED = { rights: ['read' as const], clusters: ['prod'], namespaces: ['shop'] };
const ACCESS = { groupsClaim: 'cognito:groups', groups: { 'team-a': GRANTED } };
const envOf = (authorizer: unknown, headers: object = {}) => ({ event: { headers }, requestContext: { authorizer } });
const withClaims = (claims: unknown, headers?: object) => callerFrom(ACCESS)(envOf({ jwt: { claims } }, headers));
const groups = (claim: unknown) => withClaims({ iss: 'i', sub: 's', 'cognito:groups': claim });

describe('groups', () => {
  it.each([
    ['a list', ['team-a', 'b'], ['team-a', 'b']],
    ['what HTTP APIs make of a list', '[team-a b]', ['team-a', 'b']],
    ['a list of one', '[team-a]', ['team-a']],
    ['JSON of a list', '["team-a","b"]', ['team-a', 'b']],
    ['one', 'team-a', ['team-a']],
    ['one that is no list', 'x team-a', ['x team-a']],
    ['one with commas', 'x,team-a', ['x,team-a']],
    ['a list in a list', '[[team-a]]', ['[team-a]']],
    ['an open bracket', '[team-a', ['[team-a']],
    ['no list', '[]', []],
    ['nothing', '', []],
    ['a number', 7, []],
    ['an object', { 0: 'team-a' }, []],
    ['null', null, []],
    ['a list of other things', ['team-a', 7, null, ['team-a']], ['team-a']],
  ])('of %s', (_what, claim, expected) => expect(groupsIn(claim)).toEqual(expected));

  it('nobody knows give nothing, also where their names are those of objects', () => {
    for (const one of ['team-b', '__proto__', 'constructor', 'toString', 'TEAM-A', 'team-a ', ''])
      expect(groups(one)).toMatchObject({ kind: 'token', granted: [] });
    expect(groups('team-a')).toMatchObject({ granted: [GRANTED] });
  });

  it('of another claim, or of the prototype of claims, count for nothing', () => {
    expect(withClaims({ groups: 'team-a' })).toMatchObject({ granted: [] });
    const named = callerFrom({ ...ACCESS, groupsClaim: 'constructor' });
    expect(named(envOf({ jwt: { claims: { sub: 's' } } }))).toMatchObject({ groups: [], granted: [] });
  });

  it('whatever the claims are, nobody is trusted by them', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.anything()), fc.anything(), (claims, claim) => {
        expect(withClaims({ ...claims, 'cognito:groups': claim }).kind).toBe('token');
      }),
    );
  });
});

describe('the token itself', () => {
  const claims = { iss: 'i', sub: 's', 'cognito:groups': ['guests team-a'] };

  it('says what a flattened list cannot: a group with a space is one', () => {
    const flat = flattened(claims);
    expect(flat['cognito:groups']).toBe('[guests team-a]');
    expect(withClaims(flat, { authorization: bearer(claims) })).toMatchObject({
      groups: ['guests team-a'],
      granted: [],
    });
    const both = { ...claims, 'cognito:groups': ['guests', 'team-a'] };
    expect(withClaims(flattened(both), { authorization: bearer(both) })).toMatchObject({ granted: [GRANTED] });
    expect(withClaims(flattened(both), { authorization: bearer(both).slice(7) })).toMatchObject({ granted: [GRANTED] });
  });

  it.each([
    ['of somebody else', bearer({ iss: 'i', sub: 'other', 'cognito:groups': ['team-a'] })],
    ['of another issuer', bearer({ iss: 'evil', sub: 's', 'cognito:groups': ['team-a'] })],
    ['two in one', `${bearer(claims)}, ${bearer(claims)}`.replace('.c2ln', '')],
    ['that is none', 'Basic dGVhbS1h'],
    ['that is a list', `Bearer a.${Buffer.from('["team-a"]').toString('base64url')}.c`],
    ['that is empty', ''],
  ])('%s gives nothing', (_what, authorization) => {
    expect(withClaims({ iss: 'i', sub: 's', 'cognito:groups': '[team-a]' }, { authorization })).toMatchObject({
      granted: [],
    });
  });
});

describe('without claims that API Gateway has checked', () => {
  it.each([
    ['nothing', undefined],
    ['an empty authorizer', {}],
    ['a signature', { iam: { userArn: 'arn:aws:iam::1:user/a' } }],
    ['claims in the place where older payloads had them', { claims: { 'cognito:groups': 'team-a' } }],
    ['claims that are none', { jwt: { claims: 'team-a' } }],
  ])('nobody has a right where tokens are asked for: %s', (_what, authorizer) => {
    expect(callerFrom(ACCESS)(envOf(authorizer, { authorization: bearer({ 'cognito:groups': ['team-a'] }) }))).toEqual({
      kind: 'token',
      name: null,
      groups: [],
      granted: [],
    });
  });

  it('IAM has decided where it signs, and claims that nobody configured have no right', () => {
    const arn = 'arn:aws:sts::111122223333:assumed-role/Ops/anna';
    expect(callerFrom(null)(envOf({ iam: { userArn: arn } }))).toEqual({ kind: 'trusted', name: arn });
    expect(callerFrom(null)(envOf(undefined))).toEqual({ kind: 'trusted', name: null });
    expect(callerFrom(null)(envOf({ jwt: { claims: { sub: 'x' } } }))).toMatchObject({ kind: 'token', granted: [] });
  });
});
