// The last failed call of the LLM stays in sight until the next: told beside what keeps it from being asked, never replaced.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AdviceResult, NotAsked } from '../../../lib/domain/advice/advice.ts';
import { keptInShort, limitOf, rejectionMessage, withLastFailure } from '../../../lib/domain/advice/last-failure.ts';
import { advised, NOW } from '../../make/workloads.ts';

type Rejection = Extract<AdviceResult, { kind: 'rejection' }>;

const MINUTE = 60_000;
const KEY_REFUSED: Rejection = {
  kind: 'rejection',
  code: 'request_refused',
  detail: '401 invalid_api_key: check GROQ_API_KEY',
  model: 'openai/gpt-oss-20b',
  at: NOW - 2 * MINUTE,
  raw: '{"error":{}}',
  nextCallAt: NOW + 3 * MINUTE,
};

function waiting(why: Partial<NotAsked> = {}, at = NOW): Rejection {
  const notAsked: NotAsked = { code: 'asked_recently', detail: 'one call per 300 s', until: null, ...why };
  return { kind: 'rejection', code: notAsked.code, detail: notAsked.detail, model: null, at, raw: null, notAsked };
}

describe('a failure of the LLM', () => {
  it('is told while our own interval forbids a call, with when the next one is due', () => {
    const shown = withLastFailure(waiting(), KEY_REFUSED);
    expect(shown).toMatchObject({ ...KEY_REFUSED, notAsked: { code: 'asked_recently', until: NOW + 3 * MINUTE } });
    expect(rejectionMessage(shown as Rejection)).toBe(
      '401 invalid_api_key: check GROQ_API_KEY (at 2026-03-04T11:58:00Z, not asked since: one call per 300 s; next call not before 2026-03-04T12:03:00Z)',
    );
  });

  it.each(['quota_exhausted', 'backing_off', 'timeout', 'network'] as const)(
    'is told while %s keeps the model from being asked, until when that says',
    (code) => {
      const shown = withLastFailure(waiting({ code, until: NOW + MINUTE }), KEY_REFUSED);
      expect(shown).toMatchObject({ code: 'request_refused', notAsked: { code, until: NOW + MINUTE } });
    },
  );

  it('is carried on from tick to tick', () => {
    const first = withLastFailure(waiting(), KEY_REFUSED);
    expect(withLastFailure(waiting({}, NOW + MINUTE), first)).toEqual(first);
  });

  it('gives way to what a call came to since', () => {
    const since: Rejection = { ...KEY_REFUSED, code: 'server_error', at: NOW };
    expect(withLastFailure(since, KEY_REFUSED)).toBe(since);
    expect(withLastFailure(advised(4), KEY_REFUSED)).toEqual(advised(4));
    const answered = waiting({ answeredAt: NOW - MINUTE });
    expect(withLastFailure(answered, KEY_REFUSED)).toBe(answered);
    expect(withLastFailure(null, KEY_REFUSED)).toBeNull();
  });

  it('gives way to a later one that another process left behind', () => {
    const later = { ...withLastFailure(waiting(), { ...KEY_REFUSED, code: 'timeout', at: NOW - MINUTE }) } as Rejection;
    expect(withLastFailure(later, KEY_REFUSED)).toBe(later);
    expect(withLastFailure(withLastFailure(waiting(), KEY_REFUSED), { ...later, at: NOW })).toMatchObject({
      code: 'timeout',
    });
  });

  it.each([
    ['nothing is known', null],
    ['the last ask made no call', waiting({}, NOW - MINUTE)],
    ['an older release wrote it, which did not tell calls apart', { ...KEY_REFUSED, nextCallAt: undefined } as never],
    ['the last call gave advice', advised(4)],
  ])('is not made up where %s', (_, last) => {
    expect(withLastFailure(waiting(), last)).toEqual(waiting());
  });
});

describe('limits', () => {
  it("tell Groq's from our own", () => {
    const refused: Rejection = { ...KEY_REFUSED, code: 'rate_limited' };
    expect(limitOf(refused)).toBe('rate_limited');
    expect(limitOf(waiting())).toBe('asked_recently');
    expect(withLastFailure(waiting(), refused)).toMatchObject({ code: 'rate_limited' });
    expect(limitOf(withLastFailure(waiting(), refused) as Rejection)).toBe('asked_recently');
    expect(limitOf(waiting({ code: 'backing_off' }))).toBe('backing_off');
    expect(limitOf(KEY_REFUSED)).toBeNull();
  });
});

describe('what is kept from tick to tick', () => {
  it('is the failure with the beginning of what came back', () => {
    const long = { ...KEY_REFUSED, raw: 'x'.repeat(2_000) };
    expect(keptInShort(long)).toEqual({ ...KEY_REFUSED, raw: 'x'.repeat(500) });
    expect(keptInShort(advised(4))).toEqual(advised(4));
  });
});

describe('law', () => {
  it('however many asks without a call follow, what is shown is the last call', () => {
    fc.assert(
      fc.property(fc.array(asks(), { minLength: 1, maxLength: 12 }), (sequence) => {
        let shown: AdviceResult | null = null;
        let lastCall: AdviceResult | null = null;
        for (const [i, ask] of sequence.entries()) {
          const result = { ...ask, at: NOW + i * MINUTE } as AdviceResult;
          if (result.kind === 'advice' || result.notAsked === undefined) lastCall = result;
          shown = withLastFailure(result, shown);
          if (lastCall?.kind !== 'rejection') continue;
          expect(shown).toMatchObject({ code: lastCall.code, at: lastCall.at });
        }
      }),
    );
  });
});

function asks(): fc.Arbitrary<AdviceResult> {
  const codes = ['request_refused', 'server_error', 'rate_limited', 'unparsable', 'empty'] as const;
  const failures = fc.constantFrom(...codes).map((code): AdviceResult => ({ ...KEY_REFUSED, code }));
  const reasons = ['asked_recently', 'quota_exhausted', 'backing_off'] as const;
  return fc.oneof(
    failures,
    fc.constantFrom(...reasons).map((code) => waiting({ code })),
    fc.constant(advised(4)),
  );
}
