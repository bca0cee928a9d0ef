// The variable JWT_ACCESS, and the context key `jwt` it is made of: what groups of a token may do, and where.
import * as z from 'zod';
import { RIGHTS } from './app/api/rights.ts';

const NAMES = 'expected names such as "prod", or "*" for all';
const names = (name: RegExp) => z.array(z.string().regex(name, NAMES).or(z.literal('*', NAMES)), NAMES).min(1, NAMES);

/** What API Gateway makes of lists has neither space nor bracket within a name (lib/app/api/caller.ts). */
const group = z.string().regex(/^[^\s[\]",]{1,128}$/, 'expected a group without spaces, commas, quotes or brackets');

export const groupsClaimSchema = z.string().min(1).max(100).default('groups');
export const groupsSchema = z
  .record(
    group,
    z.strictObject({
      rights: z.array(z.enum(RIGHTS)).min(1, `expected some of ${RIGHTS.join(', ')}`),
      clusters: names(/^[a-zA-Z0-9][a-zA-Z0-9._-]{0,99}$/),
      namespaces: names(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/),
    }),
  )
  .refine((groups) => Object.keys(groups).length > 0, 'expected at least one group, or nobody may do anything');

export const jwtAccessSchema = z.strictObject({ groupsClaim: groupsClaimSchema, groups: groupsSchema });
