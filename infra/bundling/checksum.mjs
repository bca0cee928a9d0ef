// Checksums by what Node has built in: the SDK carries each in JavaScript as well, for where Node lacks it.
import { createHash, createHmac } from 'node:crypto';

const checksumBy = (algorithm) =>
  class {
    #hash;

    constructor(secret) {
      this.#hash = secret === undefined ? createHash(algorithm) : createHmac(algorithm, secret);
    }

    update(data) {
      this.#hash.update(data);
    }

    async digest() {
      return new Uint8Array(this.#hash.digest());
    }
  };

export const Md5 = checksumBy('md5');
export const Sha256 = checksumBy('sha256');
