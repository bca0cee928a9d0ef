// A page that a user visits may reach what listens on this machine under a name of its own (DNS rebinding): such names are refused.
import { isIP } from 'node:net';

const OWN_NAMES = /^(localhost|.+\.(localhost|local|internal))$/;

/**
 * As Ollama itself has it where it listens on loopback, which the exporter would else undo: it asks by Ollama's own name.
 * @param host the Host header; an address cannot be rebound, and no header is no browser
 */
export function isOwnHost(host: string | undefined): boolean {
  if (host === undefined || host === '') return true;
  const name = host
    .replace(/:\d*$/, '')
    .replace(/^\[(.*)\]$/, '$1')
    .toLowerCase();
  return isIP(name) !== 0 || OWN_NAMES.test(name);
}

export function isLoopback(address: string): boolean {
  return address === 'localhost' || address === '::1' || address.startsWith('127.');
}
