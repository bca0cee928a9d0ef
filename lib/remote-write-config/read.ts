// The variables REMOTE_WRITE_…: where series are written to after each tick, how that is proven, and which (docs/remote-write.md).
import * as z from 'zod';
import { SERIES_GROUPS, type SeriesGroup } from '../app/ports/metric-sink.ts';
import { regionOfWorkspace, workspaceIn } from '../aws/workspace.ts';
import { hostOf, problemOfUrl } from '../net/allowed-hosts.ts';

const groups = z.string().transform((text, context): readonly SeriesGroup[] => {
  const given = text.split(',').map((part) => part.trim());
  const known = SERIES_GROUPS.filter((group) => given.includes(group));
  const unknown = given.filter((part) => part !== '' && !SERIES_GROUPS.includes(part as SeriesGroup));
  if (unknown.length === 0 && known.length > 0) return known;
  const message = `expected some of ${SERIES_GROUPS.join(',')}${unknown.length > 0 ? `, not ${JSON.stringify(unknown[0])}` : ''}`;
  context.addIssue({ code: 'custom', message });
  return z.NEVER;
});

/** Fields of the environment's schema. */
export const REMOTE_WRITE_FIELDS = {
  /** The whole address that takes remote write; absent: nothing is written. */
  REMOTE_WRITE_URL: z.url('expected the whole address, such as http://prometheus:9090/api/v1/write').optional(),
  REMOTE_WRITE_AUTH: z.enum(['none', 'sigv4', 'bearer', 'basic']).default('none'),
  /** Name or ARN of the secret: a bearer token, or `user:password`. */
  REMOTE_WRITE_SECRET_ID: z.string().min(1).max(2048).optional(),
  REMOTE_WRITE_SERIES: groups.default(SERIES_GROUPS),
  REMOTE_WRITE_WORKLOADS: z.enum(['enabled', 'all']).default('enabled'),
} as const;

const schema = z.object(REMOTE_WRITE_FIELDS);
export type RemoteWriteSettings = z.infer<typeof schema>;
export const REMOTE_WRITE_NAMES = schema.keyof().options;

/** What does not go together, by variable. */
export function problemsOfRemoteWrite({
  REMOTE_WRITE_URL: url,
  REMOTE_WRITE_AUTH: auth,
  REMOTE_WRITE_SECRET_ID: secretId,
}: RemoteWriteSettings): readonly { readonly name: keyof RemoteWriteSettings; readonly message: string }[] {
  if (url === undefined) {
    if (auth === 'none' && secretId === undefined) return [];
    return [
      {
        name: 'REMOTE_WRITE_URL',
        message: 'is missing, while others of REMOTE_WRITE_… are set: nothing would be written',
      },
    ];
  }
  // What is no address was said already.
  if (!URL.canParse(url)) return [];
  const needsSecret = auth === 'bearer' || auth === 'basic';
  const found = problemOfAddress(new URL(url), auth);
  return [
    ...(found === null ? [] : [{ name: 'REMOTE_WRITE_URL', message: found } as const]),
    ...(needsSecret && secretId === undefined
      ? [
          {
            name: 'REMOTE_WRITE_SECRET_ID',
            message: `expected the name of the secret that REMOTE_WRITE_AUTH=${auth} needs`,
          } as const,
        ]
      : []),
    ...(!needsSecret && secretId !== undefined
      ? [
          {
            name: 'REMOTE_WRITE_SECRET_ID',
            message: 'is read with REMOTE_WRITE_AUTH=bearer or basic only: set that, or leave this out',
          } as const,
        ]
      : []),
  ];
}

function problemOfAddress(url: URL, auth: RemoteWriteSettings['REMOTE_WRITE_AUTH']): string | null {
  const forbidden = problemOfUrl(url, [hostOf(url)]);
  if (forbidden !== null) return forbidden;
  if (url.username + url.password !== '')
    return 'credentials in it would be readable in the environment: put user:password into a secret, with REMOTE_WRITE_AUTH=basic';
  if (url.hash !== '') return 'expected an address without a #';
  const isAmazon = regionOfWorkspace(url) !== null;
  if (auth === 'sigv4' && !isAmazon)
    return 'is no workspace of Amazon Managed Service for Prometheus, which sigv4 is for: expected https://aps-workspaces.REGION.amazonaws.com/workspaces/ws-…/api/v1/remote_write';
  if (!isAmazon) return null;
  if (auth !== 'sigv4') return `is Amazon's, which takes signed requests alone: set REMOTE_WRITE_AUTH=sigv4`;
  if (url.protocol !== 'https:') return 'expected https://';
  return workspaceIn(url) !== null && url.pathname.endsWith('/api/v1/remote_write')
    ? null
    : 'expected the path /workspaces/ws-…/api/v1/remote_write';
}
