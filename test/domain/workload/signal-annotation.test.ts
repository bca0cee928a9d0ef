// What an annotation of a signal may say, and what it may not: attacker input.
import { describe, expect, it } from 'vitest';
import { readSignalPolicy } from '../../../lib/domain/workload/signal-annotation.ts';

describe('a load', () => {
  it.each([
    'target=1e309',
    'target=0x10',
    'target=0',
    'target=-1',
    'target=80,target=90',
    'target=８0',
    'target=NaN',
    '__proto__=1',
    'constructor=1',
    'target==80',
    '=80',
    '',
    'target=80,ratio=3',
  ])('does not take %j', (text) => {
    expect(readSignalPolicy(text, { kind: 'load' })).toHaveProperty('problem');
  });
});

describe('relearning', () => {
  it.each(['2026-02-31', '2026-04-31', '2025-02-29', '2026-13-01'])(
    'is of a day that there is, so not of %s',
    (day) => {
      expect(readSignalPolicy(`relearn=${day}T10:00:00Z`, { kind: 'level' })).toHaveProperty('problem');
    },
  );

  it('may be of the last day of February', () => {
    expect(readSignalPolicy('relearn=2028-02-29T10:00Z', { kind: 'level' })).toMatchObject({
      relearnAt: Date.parse('2028-02-29T10:00:00Z'),
    });
  });
});
