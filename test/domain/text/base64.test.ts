// Bytes go into text and come back; what is no base64 is no bytes, and no reason to fail.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fromBase64, toBase64 } from '../../../lib/domain/text/base64.ts';

test('law: bytes come back as they were, and read as everybody reads them', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      expect([...fromBase64(toBase64(bytes))]).toEqual([...bytes]);
      expect(toBase64(bytes)).toBe(Buffer.from(bytes).toString('base64'));
    }),
  );
});

test('of a hundred thousand bytes, too', () => {
  const bytes = Uint8Array.from({ length: 100_000 }, (_, i) => i % 251);
  expect(fromBase64(toBase64(bytes))).toEqual(bytes);
});

test.each(['QUJDR', 'not base64!', 'Ünïcode'])('%s has none', (text) => {
  expect(fromBase64(text)).toHaveLength(0);
});

test('law: no text makes it fail', () => {
  fc.assert(fc.property(fc.string(), (text) => fromBase64(text).length >= 0));
});
