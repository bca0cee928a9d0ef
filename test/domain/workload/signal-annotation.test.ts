// What an annotation of a signal may say, and what it may not: attacker input.
import { describe, expect, it } from 'vitest';
import { DEFAULT_SCALE_UP_AT, DEFAULT_SCALING_POLICY } from '../../../lib/domain/complexity/scaling-policy.ts';
import { readPolicy } from '../../../lib/domain/workload/policy-from-annotations.ts';
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

describe('a complexity score', () => {
  const score = {
    kind: 'level',
    unit: 'points',
    scaling: { ...DEFAULT_SCALING_POLICY, scaleUpAt: DEFAULT_SCALE_UP_AT },
  } as const;
  const read = (text: string) =>
    readPolicy({
      annotations: { 'ai4k8s.io/signal.complexity': text },
      record: null,
      hpa: null,
      definitions: { complexity: score },
      tickSeconds: 60,
    });

  it('takes nothing, a direction and what missing means', () => {
    for (const text of ['', 'direction=up', 'missing=ignore,direction=both']) expect(read(text).problems).toEqual([]);
  });

  it.each(['target=50', 'ratio=3', 'sigmas=4', 'relearn=2026-01-31T10:00:00Z'])(
    'does not take %s, and says what it takes instead',
    (text) => {
      const [key = ''] = text.split('=');
      expect(read(text).problems).toEqual([
        `annotation ai4k8s.io/signal.complexity is "${text}": it says ${key}, and a score is judged by the installation's scaling policy; expected nothing, or parts such as direction=both|up|down, missing=hold|ignore.`,
      ]);
    },
  );
});
