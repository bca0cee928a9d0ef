// What the page says of a workload beside the API's own sentences.
import { describe, expect, it } from 'vitest';
import type { Recommendations } from '../../web/app/src/api/types.ts';
import { overruledBy } from '../../web/app/src/parts/decision/overruled.ts';
import { proposedWords } from '../../web/app/src/views/history/proposed.ts';
import { actionsOf } from '../../web/app/src/views/workload/action-list.ts';
import { lowMax } from '../../web/app/src/views/workload/low-max.ts';

const REF = { cluster: 'demo', namespace: 'shop', deployment: 'web', kind: 'Deployment' } as const;

describe('a resume', () => {
  const held = { code: 'paused_scale_in', source: 'predictive', from: 9, to: 13 };
  const means = (paused: boolean | 'scale-in', target: number, verdicts: readonly object[]) => {
    const recommended = {
      policy: { enabled: true, paused },
      decision: { source: 'predictive', target_replicas: target, verdicts, why_not: null },
      observation: { replicas: { spec: 13, ready: 13 }, hpa: null },
    } as unknown as Recommendations;
    return actionsOf(REF, recommended, null).find(({ name }) => name === 'resume')?.means;
  };

  it.each<[string, boolean | 'scale-in', number, readonly object[], string]>([
    ['what a pause of one way holds back', 'scale-in', 13, [held], ' The pause holds back 13 → 9.'],
    [
      'that of whoever decided',
      'scale-in',
      13,
      [{ ...held, source: 'llm', from: 8 }, held],
      ' The pause holds back 13 → 9.',
    ],
    ['what a pause of all holds back', true, 15, [], ' The pause holds back 13 → 15.'],
    ['nothing where another guardrail holds it', 'scale-in', 13, [{ ...held, code: 'stabilising' }], ''],
    ['nothing where nothing is wanted', true, 13, [], ''],
  ])('tells %s', (_what, paused, target, verdicts, told) => {
    expect(means(paused, target, verdicts)).toBe(`Every change is allowed again, from the next tick on.${told}`);
  });
});

describe('a decision of the LLM', () => {
  const said = (target_replicas: number) => ({ success: true, target_replicas });
  const overruled = (source: string, predictive: object | null, reactive: object | null) =>
    overruledBy({
      decision: { source, target_replicas: 6 },
      recommendations: { predictive, reactive, rules: said(6) },
    } as unknown as Recommendations);

  it('names who alone would have had another number', () => {
    expect(overruled('llm', said(7), said(8))).toBe(
      'The LLM decided; the forecast alone would have 7, what is measured now alone would have 8.',
    );
    expect(overruled('llm', { success: false }, null)).toBe('');
    expect(overruled('predictive', said(7), said(8))).toBe('');
  });
});

describe('a maximum', () => {
  const patterns = (...values: (number | null)[]) =>
    ({ series: { replicas: { values } } }) as unknown as Parameters<typeof lowMax>[0];
  const bounded = (max_replicas: number) => ({ policy: { max_replicas } });

  it('below what ran is told with both numbers; else, or while one is not known, nothing is', () => {
    expect(lowMax(patterns(4, null, 20, 7), bounded(10))).toBe(
      'Its maximum of 10 is below the 20 replicas that ran within these hours.',
    );
    expect(lowMax(patterns(4, 10), bounded(10))).toBe('');
    expect(lowMax(patterns(40), null)).toBe('');
    expect(lowMax({ series: {} }, bounded(10))).toBe('');
  });
});

describe('a proposal in the history', () => {
  it('does not seem to wait still', () => {
    const line = { current_replicas: 9, target_replicas: 11 };
    const why_not = { code: 'proposed', message: '9 → 11 replicas waits for approval' } as const;
    expect(proposedWords({ ...line, why_not })).toBe('9 → 11 was proposed');
    expect(proposedWords({ ...line, why_not: { code: 'ok', message: 'enough' } })).toBeNull();
    expect(proposedWords({ ...line, why_not: null })).toBeNull();
  });
});
