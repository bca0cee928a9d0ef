// Which IP addresses may be connected to: never those by which a cloud hands its machines their credentials.
import { BlockList, isIP } from 'node:net';

export type AddressKind =
  /** Anywhere else, private networks included: clusters live there. */
  | 'ordinary'
  /** This machine. */
  | 'loopback'
  /** Metadata services, link-local, multicast, unspecified, and what hides another address within. */
  | 'forbidden';

/** @param address as a resolver gives it or a URL spells it, without brackets; what is no address is forbidden */
export function kindOfAddress(address: string): AddressKind {
  const plain = address.replace(/%.*$/s, '');
  const family = isIP(plain);
  if (family === 0) return 'forbidden';
  const type = family === 4 ? 'ipv4' : 'ipv6';
  if (LOOPBACK.check(plain, type)) return 'loopback';
  return FORBIDDEN.check(plain, type) ? 'forbidden' : 'ordinary';
}

/** An IPv4 rule also covers the address as IPv6 maps it, `::ffff:…`, in all spellings: so BlockList has it. */
type Subnet = readonly [address: string, prefix: number];

const FORBIDDEN_IPV4: readonly Subnet[] = [
  ['0.0.0.0', 8], // unspecified, "this network"
  ['169.254.0.0', 16], // link-local: the metadata services of AWS, Azure, Google and Oracle
  ['100.100.100.200', 32], // metadata of Alibaba
  ['168.63.129.16', 32], // Azure's host
  ['192.0.0.0', 24], // of protocols, Oracle's metadata among them
  ['224.0.0.0', 4], // multicast
  ['240.0.0.0', 4], // reserved, broadcast
];

const FORBIDDEN_IPV6: readonly Subnet[] = [
  ['::', 96], // unspecified, and IPv4 within IPv6 as it was once written
  ['::ffff:0:0:0', 96], // IPv4, translated
  ['64:ff9b:1::', 48], // IPv4 behind a translator of one's own
  ['2001::', 32], // Teredo: IPv4 within
  ['2002::', 16], // 6to4: IPv4 within
  ['fd00:ec2::', 32], // AWS: metadata, credentials of pods, DNS, time
  ['fd20:ce::254', 128], // metadata of Google
  ['fd00:42::42', 128], // metadata of Scaleway
  ['fe80::', 10], // link-local
  ['fec0::', 10], // site-local, as it was once
  ['ff00::', 8], // multicast
];

const LOOPBACK_IPV4: readonly Subnet[] = [['127.0.0.0', 8]];

/** Where a network speaks IPv6 only, IPv4 has this in front (NAT64): what is forbidden stays so behind it. */
const NAT64 = '64:ff9b::';

const LOOPBACK = listOf(LOOPBACK_IPV4, [['::1', 128]]);
const FORBIDDEN = listOf(FORBIDDEN_IPV4, [
  ...FORBIDDEN_IPV6,
  ...[...FORBIDDEN_IPV4, ...LOOPBACK_IPV4].map(behindNat64),
]);

function behindNat64([address, prefix]: Subnet): Subnet {
  return [`${NAT64}${address}`, 96 + prefix];
}

function listOf(ipv4: readonly Subnet[], ipv6: readonly Subnet[]): BlockList {
  const list = new BlockList();
  for (const [address, prefix] of ipv4) list.addSubnet(address, prefix, 'ipv4');
  for (const [address, prefix] of ipv6) list.addSubnet(address, prefix, 'ipv6');
  return list;
}
