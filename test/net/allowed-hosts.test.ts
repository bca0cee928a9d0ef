// The list of hosts that an installation may ask: names as they are, and all within a domain.
import { expect, it } from 'vitest';
import { isLoopbackHost, problemOfEntry, problemOfUrl } from '../../lib/net/allowed-hosts.ts';

const isAllowed = (url: string, ...allow: readonly string[]) => problemOfUrl(new URL(url), allow) === null;

it.each([
  ['http://prom.example/', ['prom.example'], true],
  ['http://PROM.example./', ['prom.example'], true],
  ['http://prom.example/', ['Prom.Example.'], true],
  ['http://a.b.internal.example/', ['*.internal.example'], true],
  ['http://.internal.example/', ['*.internal.example'], false],
  ['http://internal.example/', ['*.internal.example'], false],
  ['http://evilinternal.example/', ['*.internal.example'], false],
  ['http://prom.example@evil.example/', ['prom.example'], false],
  ['http://evil.example/prom.example', ['prom.example'], false],
  ['http://127.0.0.1/', ['*.0.0.1'], false],
  ['http://[::1]:9090/', ['::1'], true],
  ['http://[::1]:9090/', ['[::1]'], true],
  ['http://10.0.0.7/', ['10.0.0.7'], true],
  ['http://0x0a000007/', ['10.0.0.7'], true],
  ['http://x.example/', [], false],
] as const)('%s with the list %j: %s', (url, allow, expected) => {
  expect(isAllowed(url, ...allow)).toBe(expected);
});

it.each([
  ['prometheus.monitoring.svc.cluster.local', true],
  ['localhost', true],
  ['*.svc.cluster.local', true],
  ['10.0.0.1', true],
  ['*', false],
  ['*.local', false],
  ['a.*.example', false],
  ['http://a.example', false],
  ['a.example/path', false],
  ['a.example:9090', false],
  ['user@a.example', false],
  ['', false],
  ['169.254.169.254', false],
  ['::ffff:169.254.169.254', false],
] as const)('the entry %j can be one: %s', (entry, expected) => {
  expect(problemOfEntry(entry) === null).toBe(expected);
});

it.each([
  ['localhost', true],
  ['a.localhost', true],
  ['127.0.0.1', true],
  ['::1', true],
  ['localhost.evil.example', false],
  ['10.0.0.1', false],
] as const)('%s says that it is this machine: %s', (host, expected) => {
  expect(isLoopbackHost(host)).toBe(expected);
});
