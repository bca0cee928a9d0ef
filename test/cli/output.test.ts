// What the command line prints for programs, for people who look on, and what it ends with.
import fc from 'fast-check';
import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { answerText } from '../../cli/answer-text.ts';
import { EXIT, exitCodeOf } from '../../cli/exit-codes.ts';
import { dataText } from '../../cli/output.ts';

import { type Shown, shower } from '../../cli/watch.ts';

describe('an answer', () => {
  it('law: is the same in JSON and in YAML', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (body) => {
        const json = dataText(body, 'json') ?? '';
        expect(load(dataText(body, 'yaml') ?? '')).toEqual(JSON.parse(json));
      }),
    );
    expect([dataText({}, 'text'), dataText({}, 'wide')]).toEqual([null, null]);
  });

  it('has more columns where it is wide', () => {
    const waiting = {
      namespace: 'shop',
      deployment: 'web',
      change: '4 → 7 replicas waits for approval',
      reason: 'cpu needs 7',
      source: 'predictive',
      id: 'one',
      proposed_at: '2026-11-27T12:43:00.000Z',
      expires_at: '2026-11-27T13:13:00.000Z',
    };
    expect(answerText({ proposals: [waiting] })).not.toContain('predictive');
    const [head = '', row = ''] = (answerText({ proposals: [waiting] }, 'wide') ?? '').split('\n');
    // Aligned.
    for (const [name, value] of [
      ['workload', 'shop/web'],
      ['change', '4 → 7'],
      ['source', 'predictive'],
      ['until', '2026-11-27T13:13:00Z'],
      ['id', 'one'],
      ['why', 'cpu needs 7'],
    ] as const)
      expect(row.indexOf(value)).toBe(head.indexOf(name));
  });

  it('of a server in trouble is no refusal', () => {
    expect([400, 403, 404, 409, 422, 500, 503].map(exitCodeOf)).toEqual([1, 1, 1, 1, 1, 3, 3]);
    expect(new Set(Object.values(EXIT)).size).toBe(4);
  });
});

describe('watching', () => {
  const answer = (text: string): Shown => ({ kind: 'answer', text, exitCode: 0 });
  const none: Shown = { kind: 'none', text: 'http://x does not answer', exitCode: 3 };
  const watched = (isTerminal: boolean, all: readonly Shown[]) => {
    let minute = 0;
    const drawn: string[] = [];
    const show = shower(
      {
        isTerminal,
        now: () => new Date(Date.UTC(2026, 10, 27, 12, minute++)),
        draw: (text) => drawn.push(text),
        add: (text) => drawn.push(text),
      },
      5,
    );
    all.forEach(show);
    return drawn;
  };

  it('draws a terminal anew, and marks what is old while nobody answers', () => {
    const drawn = watched(true, [answer('A'), none, none, answer('B')]);
    expect(drawn).toEqual([
      '2026-11-27T12:00:00Z, every 5 s; Ctrl-C ends it\n\nA',
      'no answer since 2026-11-27T12:01:00Z: http://x does not answer\nOLD, as of 2026-11-27T12:00:00Z:\n\nA',
      'no answer since 2026-11-27T12:01:00Z: http://x does not answer\nOLD, as of 2026-11-27T12:00:00Z:\n\nA',
      '2026-11-27T12:03:00Z, every 5 s; Ctrl-C ends it\n\nB',
    ]);
    expect(watched(true, [none])).toEqual(['no answer since 2026-11-27T12:00:00Z: http://x does not answer']);
  });

  it('adds what is new elsewhere, and tells once that nobody answers', () => {
    const drawn = watched(false, [answer('A'), answer('A'), none, none, answer('A'), answer('B')]);
    expect(drawn).toEqual([
      '2026-11-27T12:00:00Z\nA\n',
      '2026-11-27T12:02:00Z  no answer since 2026-11-27T12:02:00Z: http://x does not answer\n',
      '2026-11-27T12:04:00Z\nA\n',
      '2026-11-27T12:05:00Z\nB\n',
    ]);
  });
});
