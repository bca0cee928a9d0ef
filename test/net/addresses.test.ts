// An address by which a cloud hands out credentials is never connected to, however it is spelled.
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { kindOfAddress } from '../../lib/net/addresses.ts';

describe('the kinds of addresses', () => {
  it.each([
    ['10.1.2.3', 'ordinary'],
    ['192.168.0.1', 'ordinary'],
    ['8.8.8.8', 'ordinary'],
    ['100.64.0.1', 'ordinary'],
    ['2600:1f18::1', 'ordinary'],
    ['fd12:3456::1', 'ordinary'],
    ['::ffff:10.1.2.3', 'ordinary'],
    ['64:ff9b::8.8.8.8', 'ordinary'],
    ['127.0.0.1', 'loopback'],
    ['127.9.9.9', 'loopback'],
    ['::1', 'loopback'],
    ['0:0:0:0:0:0:0:1', 'loopback'],
    ['::ffff:127.0.0.1', 'loopback'],
    ['169.254.169.254', 'forbidden'],
    ['169.254.170.2', 'forbidden'],
    ['169.254.0.0', 'forbidden'],
    ['169.254.255.255', 'forbidden'],
    ['100.100.100.200', 'forbidden'],
    ['168.63.129.16', 'forbidden'],
    ['192.0.0.192', 'forbidden'],
    ['0.0.0.0', 'forbidden'],
    ['0.1.2.3', 'forbidden'],
    ['224.0.0.1', 'forbidden'],
    ['239.255.255.255', 'forbidden'],
    ['255.255.255.255', 'forbidden'],
    ['::', 'forbidden'],
    ['fe80::1', 'forbidden'],
    ['fe80::1%eth0', 'forbidden'],
    ['febf:ffff::1', 'forbidden'],
    ['fec0::1', 'forbidden'],
    ['ff02::1', 'forbidden'],
    ['fd00:ec2::254', 'forbidden'],
    ['fd00:0ec2:0000::23', 'forbidden'],
    ['fd20:ce::254', 'forbidden'],
    ['2002:a9fe:a9fe::1', 'forbidden'],
    ['2001:0:a9fe:a9fe::1', 'forbidden'],
    ['64:ff9b::7f00:1', 'forbidden'],
    ['64:ff9b:1::a9fe:a9fe', 'forbidden'],
    ['localhost', 'forbidden'],
    ['', 'forbidden'],
    ['169.254.169.254.', 'forbidden'],
  ])('%s is %s', (address, kind) => {
    expect(kindOfAddress(address)).toBe(kind);
  });

  const byte = fc.integer({ min: 0, max: 255 });
  const ipv4 = fc.oneof(
    fc.tuple(byte, byte, byte, byte),
    fc.tuple(fc.constant(169), fc.constant(254), byte, byte),
    fc.tuple(fc.constant(127), byte, byte, byte),
    fc.tuple(fc.integer({ min: 224, max: 255 }), byte, byte, byte),
  );
  const hex = ([a, b, c, d]: readonly number[]) => [(a ?? 0) * 256 + (b ?? 0), (c ?? 0) * 256 + (d ?? 0)];

  test('IPv4 within IPv6 is what it is by itself, in all spellings', () => {
    fc.assert(
      fc.property(ipv4, fc.boolean(), (parts, upper) => {
        const [high = 0, low = 0] = hex(parts);
        const groups = [high, low].map((group) => group.toString(16));
        const padded = groups.map((group) => group.padStart(4, '0'));
        const spellings = [
          `::ffff:${parts.join('.')}`,
          `::ffff:${groups.join(':')}`,
          `0:0:0:0:0:ffff:${groups.join(':')}`,
          `0000:0000:0000:0000:0000:ffff:${padded.join(':')}`,
        ].map((one) => (upper ? one.toUpperCase() : one));
        for (const spelling of spellings) expect(kindOfAddress(spelling)).toBe(kindOfAddress(parts.join('.')));
      }),
    );
  });

  test('behind a translator or in a tunnel, no address that is forbidden or loopback is ordinary', () => {
    fc.assert(
      fc.property(ipv4, (parts) => {
        if (kindOfAddress(parts.join('.')) === 'ordinary') return;
        const [high = 0, low = 0] = hex(parts);
        const groups = `${high.toString(16)}:${low.toString(16)}`;
        for (const spelling of [
          `64:ff9b::${groups}`,
          `64:ff9b::${parts.join('.')}`,
          `::ffff:0:${groups}`,
          `2002:${groups}::1`,
        ])
          expect(kindOfAddress(spelling)).toBe('forbidden');
        expect(kindOfAddress(`::${groups}`)).not.toBe('ordinary');
      }),
    );
  });

  test('every address of a forbidden or loopback range is so', () => {
    fc.assert(
      fc.property(byte, byte, byte, (b, c, d) => {
        expect(kindOfAddress(`169.254.${c}.${d}`)).toBe('forbidden');
        expect(kindOfAddress(`127.${b}.${c}.${d}`)).toBe('loopback');
        expect(kindOfAddress(`fe80::${b.toString(16)}:${c.toString(16)}`)).toBe('forbidden');
      }),
    );
  });
});
