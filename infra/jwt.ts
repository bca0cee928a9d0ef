// The context key `jwt`: tokens of an OIDC provider in the place of IAM signatures, and what the groups in them may do.
import type { IHttpRouteAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { z } from 'zod';
import { groupsClaimSchema, groupsSchema } from '../lib/access-config.ts';

/** All variables of a function together: the rest is taken by clusters and settings. */
const MOST_BYTES = 2048;
const ISSUER =
  'expected the issuer as tokens spell it, such as https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_abc';

export const jwtSchema = z
  .strictObject({
    issuer: z
      .url({ protocol: /^https$/, hostname: z.regexes.domain, error: ISSUER })
      .refine((issuer) => !/[?#]/.test(issuer), ISSUER),
    /** Client ids: who the tokens are for. */
    audience: z.preprocess(
      (value) => (typeof value === 'string' ? [value] : value),
      z.array(z.string().min(1).max(255)).min(1, 'expected the client id that tokens are issued for'),
    ),
    groupsClaim: groupsClaimSchema,
    groups: groupsSchema,
  })
  .refine((jwt) => accessOf(jwt).length <= MOST_BYTES, {
    path: ['groups'],
    message: `take more than ${MOST_BYTES} bytes, expected fewer: a function's environment holds no more`,
  });
export type Jwt = z.infer<typeof jwtSchema>;

/** Where a group names a cluster that is not deployed, it is mistyped: nobody would be let in, and nobody would say why. */
export function unknownClusters({ groups }: Jwt, clusters: readonly string[]): readonly string[] {
  return Object.entries(groups).flatMap(([group, granted]) =>
    granted.clusters
      .filter((cluster) => cluster !== '*' && !clusters.includes(cluster))
      .map(
        (cluster) => `jwt.groups.${group}.clusters: names ${cluster}, expected one of ${clusters.join(', ')}, or "*"`,
      ),
  );
}

/** What query and command are told of it; who has no token that API Gateway took does not come as far. */
export function jwtEnvironment(jwt: Jwt | undefined): Readonly<Record<string, string>> {
  return jwt === undefined ? {} : { JWT_ACCESS: accessOf(jwt) };
}

export function jwtAuthorizer({ issuer, audience }: Jwt): IHttpRouteAuthorizer {
  return new HttpJwtAuthorizer('Tokens', issuer, { jwtAudience: audience });
}

function accessOf({ groupsClaim, groups }: { readonly groupsClaim: string; readonly groups: object }): string {
  return JSON.stringify({ groupsClaim, groups });
}
