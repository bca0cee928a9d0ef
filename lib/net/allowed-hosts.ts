// Which hosts may be asked: those of a list that the installation states, by name, and never by an address that is forbidden.
import { isIP } from 'node:net';
import { kindOfAddress } from './addresses.ts';

/** Why an entry of the list cannot be one, fit for a message; null where it can. */
export function problemOfEntry(entry: string): string | null {
  if (/^[a-z]+:\/\//i.test(entry) || /[/@?#\s]/.test(entry))
    return 'expected a host alone, without scheme, user or path';
  if (isIP(bare(entry)) !== 0)
    return kindOfAddress(bare(entry)) === 'forbidden'
      ? 'this address is never asked: it is link-local, a metadata service, multicast or unspecified'
      : null;
  if (/:\d+$/.test(entry)) return 'expected a host without a port';
  const name = entry.startsWith('*.') ? entry.slice(2) : entry;
  if (name.includes('*'))
    return 'a * stands for what is in front of a domain, as in *.internal.example, and nowhere else';
  if (!HOST_NAME.test(name)) return 'expected a host such as prometheus.monitoring.svc.cluster.local';
  if (name !== entry && !name.includes('.'))
    return 'this is wider than one domain: expected such as *.internal.example';
  return null;
}

/** Why a URL may not be asked, fit for a message; null where it may. @param allow entries without a problem */
export function problemOfUrl(url: URL, allow: readonly string[]): string | null {
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return 'expected http:// or https://';
  const host = hostOf(url);
  if (isIP(host) !== 0 && kindOfAddress(host) === 'forbidden')
    return `${host} is never asked: it is link-local, a metadata service, multicast or unspecified`;
  return allow.some((entry) => covers(entry, host))
    ? null
    : `its host ${host} is not on the list "allow": add it there`;
}

/** As the rest of this folder compares it: lower case, no brackets, no dot at the end. */
export function hostOf({ hostname }: URL): string {
  return bare(hostname);
}

/** Of this machine by its name: only then may it be connected to. */
export function isLoopbackHost(host: string): boolean {
  return (
    host === 'localhost' || host.endsWith('.localhost') || (isIP(host) !== 0 && kindOfAddress(host) === 'loopback')
  );
}

/** RFC 1123, with the underscore that some name servers have. */
const HOST_NAME = /^(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*\.?$/i;

function covers(entry: string, host: string): boolean {
  const name = bare(entry);
  if (!name.startsWith('*.')) return host === name;
  return isIP(host) === 0 && host.endsWith(name.slice(1)) && host.length > name.length - 1;
}

function bare(host: string): string {
  return host
    .toLowerCase()
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '');
}
