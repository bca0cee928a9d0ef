// The key out of a secret: read when wanted, kept, read again after a failure and a refusal, and never more often than that pays.
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeSecretKey } from '../../../lib/adapters/secret/kept-key.ts';
import { AdapterError } from '../../../lib/app/ports/world.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const AWAY = new AdapterError('secretsmanager', 'could not read the secret', { retryable: true });

function setUp(...answers: (string | null | Error)[]) {
  let now = 0;
  let reads = 0;
  const warnings: string[] = [];
  const quiet = { info: () => undefined, error: () => undefined };
  const key = makeSecretKey('groq', {
    log: { ...quiet, warn: (message) => void warnings.push(message) },
    now: () => now,
    read: async () => {
      const answer = answers[Math.min(reads++, answers.length - 1)];
      if (answer instanceof Error) throw answer;
      return answer ?? null;
    },
  });
  const pass = (ms: number) => {
    now += ms;
  };
  return { key, warnings, reads: () => reads, pass };
}

describe('the key', () => {
  it('is not read before somebody wants it, and once for all who want it at the same time', async () => {
    const { key, reads } = setUp('gsk_a');
    expect(reads()).toBe(0);
    expect(await Promise.all(Array.from({ length: 64 }, () => key.current()))).toEqual(Array(64).fill('gsk_a'));
    expect(reads()).toBe(1);
  });

  it('that was put in later is seen within ten minutes, one that was replaced within an hour', async () => {
    const { key, reads, pass } = setUp(null, 'gsk_a', 'gsk_b');
    expect(await key.current()).toBeNull();
    pass(10 * MINUTE);
    expect(await key.current()).toBe('gsk_a');
    pass(59 * MINUTE);
    expect([await key.current(), reads()]).toEqual(['gsk_a', 2]);
    pass(MINUTE);
    expect(await key.current()).toBe('gsk_b');
  });
});

describe('after a failure', () => {
  it('it is tried again after 15 s, then later and later, and each failure is told', async () => {
    const { key, reads, pass, warnings } = setUp(AWAY, AWAY, 'gsk_a');
    expect(await key.current()).toBeNull();
    pass(14 * SECOND);
    expect([await key.current(), reads()]).toEqual([null, 1]);
    pass(SECOND);
    expect([await key.current(), reads()]).toEqual([null, 2]);
    pass(29 * SECOND);
    expect([await key.current(), reads()]).toEqual([null, 2]);
    pass(SECOND);
    expect(await key.current()).toBe('gsk_a');
    expect(warnings).toEqual(Array(2).fill('LLM advisor requested but no API key available'));
  });

  it('the key that was known stays in use', async () => {
    const { key, pass } = setUp('gsk_a', AWAY);
    await key.current();
    pass(60 * MINUTE);
    expect(await key.current()).toBe('gsk_a');
    pass(SECOND);
    expect(await key.current()).toBe('gsk_a');
  });

  it('a mistake of ours is not taken for one', async () => {
    await expect(setUp(new TypeError('x is not a function')).key.current()).rejects.toThrow(TypeError);
  });
});

describe('a key that the server refuses', () => {
  it('is read again at once, and what came in its place is told to all who were refused with it', async () => {
    const { key, reads } = setUp('gsk_old', 'gsk_new');
    await key.current();
    const newer = await Promise.all([key.refused('gsk_old'), key.refused('gsk_old')]);
    expect(newer).toEqual(['gsk_new', 'gsk_new']);
    expect(await key.refused('gsk_old')).toBe('gsk_new');
    expect([await key.current(), reads()]).toEqual(['gsk_new', 2]);
  });

  it('and that nobody replaces is asked for later and later', async () => {
    const { key, reads, pass } = setUp('gsk_bad');
    await key.current();
    for (let second = 0; second < 3600; second += 5) {
      expect(await key.refused('gsk_bad')).toBeNull();
      pass(5 * SECOND);
    }
    // At 0, 15, 45, 105, 225, 465, 945, 1545, 2145, 2745 and 3345 s.
    expect(reads()).toBe(1 + 11);
  });

  it('and that was taken out of the secret is none any more', async () => {
    const { key } = setUp('gsk_old', null);
    await key.current();
    expect(await key.refused('gsk_old')).toBeNull();
    expect(await key.current()).toBeNull();
  });
});

it('whatever happens, a day of ticks reads the secret no more than twice in ten minutes', async () => {
  const answer = fc.constantFrom<string | null | Error>('gsk_a', 'gsk_b', null, AWAY);
  await fc.assert(
    fc.asyncProperty(fc.array(answer, { minLength: 1, maxLength: 8 }), fc.boolean(), async (answers, isRefused) => {
      const { key, reads, pass } = setUp(...answers);
      for (let minute = 0; minute < 1440; minute++) {
        const current = await key.current();
        if (isRefused && current !== null) await key.refused(current);
        pass(MINUTE);
      }
      expect(reads()).toBeLessThan(2 * 144 + 20); // for a seventh of a cent
    }),
    { numRuns: 50 },
  );
});
