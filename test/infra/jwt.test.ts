// Tokens in the place of signatures: what is synthesized, what the functions are told, and what is refused at synth.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readDeployment } from '../../infra/deployment.ts';
import { readConfig } from '../../lib/config.ts';
import { propertiesOf, type Synthesis, synthesise } from './synthesis.ts';

const CLUSTERS = [{ id: 'prod', eks: { name: 'prod', region: 'eu-west-1' } }];
const GROUPS = { team: { rights: ['read'], clusters: ['prod'], namespaces: ['shop'] } };
const JWT = { issuer: 'https://id.example/pool', audience: 'client-1', groups: GROUPS };

describe('the stack with tokens', () => {
  let synthesis: Synthesis;
  beforeAll(() => {
    synthesis = synthesise({ Tokens: { clusters: CLUSTERS, jwt: JSON.stringify(JWT) } }, { bundles: false });
  }, 180_000);
  afterAll(() => synthesis?.remove());
  const template = () => {
    const { Tokens } = synthesis.templates;
    if (Tokens === undefined) throw new Error('no stack');
    return Tokens;
  };

  it('lets API Gateway check them on every route but health', () => {
    const routes = Object.values(template().findResources('AWS::ApiGatewayV2::Route')).map(({ Properties }) => [
      Properties.RouteKey,
      Properties.AuthorizationType,
    ]);
    expect(routes.toSorted()).toEqual([
      ['GET /health', 'NONE'],
      ['GET /{proxy+}', 'JWT'],
      ['HEAD /health', 'NONE'],
      ['HEAD /{proxy+}', 'JWT'],
      ['POST /{proxy+}', 'JWT'],
    ]);
    template().hasResourceProperties('AWS::ApiGatewayV2::Authorizer', {
      AuthorizerType: 'JWT',
      IdentitySource: ['$request.header.Authorization'],
      JwtConfiguration: { Issuer: JWT.issuer, Audience: ['client-1'] },
    });
  });

  it('tells query and command what groups may, and nobody else', () => {
    const environment = (name: string) => {
      const { Environment } = propertiesOf(template(), 'AWS::Lambda::Function', `${name}Function`) as {
        Environment: { Variables: Record<string, string> };
      };
      return Environment.Variables;
    };
    for (const name of ['Query', 'Command']) {
      const { JWT_ACCESS } = environment(name);
      const read = readConfig({ TABLE_NAME: 'table', CLUSTERS: '[{"id":"prod"}]', JWT_ACCESS });
      expect(read.JWT_ACCESS).toEqual({ groupsClaim: 'groups', groups: GROUPS });
    }
    for (const name of ['Tick', 'Watchdog']) expect(environment(name)).not.toHaveProperty('JWT_ACCESS');
  });
});

describe('the context key jwt', () => {
  const read = (jwt: unknown) => {
    const context: Record<string, unknown> = { clusters: CLUSTERS, jwt };
    return readDeployment((key) => context[key]);
  };
  const group = (change: object) => ({ ...JWT, groups: { team: { ...GROUPS.team, ...change } } });

  it('is absent unless given: IAM decides', () => {
    expect(read(undefined).jwt).toBeUndefined();
    expect(read(JWT).jwt).toMatchObject({ audience: ['client-1'], groupsClaim: 'groups' });
  });

  it.each([
    ['an issuer without TLS', { ...JWT, issuer: 'http://id.example' }, 'jwt.issuer: '],
    ['an issuer with a query', { ...JWT, issuer: 'https://id.example/?x=1' }, 'jwt.issuer: '],
    ['no audience', { ...JWT, audience: [] }, 'jwt.audience: '],
    ['no groups', { ...JWT, groups: {} }, 'jwt.groups: '],
    ['a group with a space', { ...JWT, groups: { 'a b': GROUPS.team } }, 'jwt.groups.a b: '],
    ['a group with brackets', { ...JWT, groups: { '[a]': GROUPS.team } }, 'jwt.groups'],
    ['a right that is none', group({ rights: ['write'] }), 'jwt.groups.team.rights[0]: '],
    ['no rights', group({ rights: [] }), 'jwt.groups.team.rights: '],
    ['a namespace by a pattern', group({ namespaces: ['team-*'] }), 'jwt.groups.team.namespaces[0]: '],
    ['no clusters', group({ clusters: undefined }), 'jwt.groups.team.clusters: '],
    ['a cluster that is not deployed', group({ clusters: ['prdo'] }), 'names prdo, expected one of prod, or "*"'],
    ['a key that is none', { ...JWT, group: {} }, 'jwt: '],
    [
      'more groups than a function can be told',
      { ...JWT, groups: Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`team-${i}`, GROUPS.team])) },
      'jwt.groups: ',
    ],
  ])('%s stops the synth, and names the field', (_what, jwt, expected) => {
    expect(() => read(jwt)).toThrow(expected);
  });

  it('that a function cannot read stops it, and lets nobody in', () => {
    for (const JWT_ACCESS of ['{', '[]', '{"groups":{}}', '{"groupsClaim":"x","groups":{"a":{"rights":["all"]}}}'])
      expect(() => readConfig({ TABLE_NAME: 'table', CLUSTERS: '[{"id":"prod"}]', JWT_ACCESS })).toThrow('JWT_ACCESS');
  });
});
