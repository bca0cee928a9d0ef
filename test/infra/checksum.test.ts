// Bundles sign with Node's own checksums: what they say is what an implementation in JavaScript says.
import { Sha256 } from '@aws-crypto/sha256-js';
import fc from 'fast-check';
import { expect, it } from 'vitest';

interface Checksum {
  update(data: Uint8Array): void;
  digest(): Promise<Uint8Array>;
}

type Checksums = Record<'Md5' | 'Sha256', new (secret?: string | Uint8Array) => Checksum>;

const bundled: Checksums = await import(new URL('../../infra/bundling/checksum.mjs', import.meta.url).href);

async function digestOf(checksum: Checksum, pieces: readonly Uint8Array[]): Promise<string> {
  for (const piece of pieces) checksum.update(piece);
  return Buffer.from(await checksum.digest()).toString('hex');
}

it('law: SHA-256 of whatever is hashed in whatever pieces, with a key or without', async () => {
  const bytes = fc.uint8Array({ maxLength: 200 });
  const key = fc.option(fc.oneof(fc.string({ minLength: 1 }), fc.uint8Array({ minLength: 1, maxLength: 80 })), {
    nil: undefined,
  });
  await fc.assert(
    fc.asyncProperty(fc.array(bytes, { maxLength: 5 }), key, async (pieces, secret) => {
      expect(await digestOf(new bundled.Sha256(secret), pieces)).toBe(await digestOf(new Sha256(secret), pieces));
    }),
  );
});

it('MD5, by the vectors of RFC 1321', async () => {
  for (const [text, digest] of [
    ['', 'd41d8cd98f00b204e9800998ecf8427e'],
    ['abc', '900150983cd24fb0d6963f7d28e17f72'],
    ['message digest', 'f96b697d7cb7938d525a2f31aaf161d0'],
  ] as const)
    expect(await digestOf(new bundled.Md5(), [Buffer.from(text)])).toBe(digest);
});
