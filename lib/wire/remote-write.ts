// Config → where series are written to after a tick; nothing where no address is stated.
import type { Credentials } from '../adapters/prometheus/remote-write/post.ts';
import { makeRemoteWrite } from '../adapters/prometheus/remote-write/sink.ts';
import type { MetricSink } from '../app/ports/metric-sink.ts';
import { regionOfWorkspace } from '../aws/workspace.ts';
import { hostOf } from '../net/allowed-hosts.ts';
import { makeSafeFetch } from '../net/safe-fetch.ts';
import type { RemoteWriteSettings } from '../remote-write-config/read.ts';
import { VERSION } from '../version.ts';
import { signingIn, tokenOf, userOf } from './request-credentials.ts';

/** Of one request: a second try has its time as well. */
const REQUEST_MS = 2500;
/** An answer is empty, or a line of words. */
const MOST_BYTES = 64 * 1024;

export function wireRemoteWrite(settings: RemoteWriteSettings): { readonly metrics?: MetricSink } {
  const { REMOTE_WRITE_URL: url, REMOTE_WRITE_WORKLOADS: workloads, REMOTE_WRITE_SERIES: groups } = settings;
  if (url === undefined) return {};
  const fetch = makeSafeFetch({
    allow: [hostOf(new URL(url))],
    budgetMs: REQUEST_MS,
    mostBytes: MOST_BYTES,
    repeats: false,
  });
  const credentials = credentialsOf(settings, new URL(url));
  return { metrics: makeRemoteWrite({ url, credentials, wants: { workloads, groups }, fetch, version: VERSION }) };
}

function credentialsOf(settings: RemoteWriteSettings, url: URL): Credentials {
  const { REMOTE_WRITE_AUTH: kind, REMOTE_WRITE_SECRET_ID: secretId = '' } = settings;
  switch (kind) {
    case 'none':
      return { kind };
    case 'bearer':
      return { kind, secret: tokenOf(secretId) };
    case 'basic':
      return { kind, secret: userOf(secretId) };
    case 'sigv4':
      return { kind, signing: signingIn(regionOfWorkspace(url) ?? '') };
  }
}
