// Workspaces of Amazon Managed Service for Prometheus: what their addresses tell.
import { regionOfHost } from './partition.ts';

/** The region in a workspace's host, public, private (VPC endpoint), FIPS or dual-stack; null for any other host. */
export function regionOfWorkspace({ hostname }: URL): string | null {
  return regionOfHost(hostname, 'aps-workspaces') ?? regionOfHost(hostname, 'aps-workspaces-fips');
}

/** The id of the workspace that a URL is of; null where it shows none. */
export function workspaceIn({ pathname }: URL): string | null {
  return /\/workspaces\/(ws-[\w-]+)/.exec(pathname)?.[1] ?? null;
}
