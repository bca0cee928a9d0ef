// How a workload stands, in a sentence, just after changes too.
import { describe, expect, it } from 'vitest';
import type { Recommendations } from '../../web/app/src/api/types.ts';
import { standOf } from '../../web/app/src/views/workload/stand.ts';

interface Stand {
  readonly spec?: number;
  readonly ready?: number;
  readonly target?: number;
  readonly rung?: string;
  readonly source?: string;
  /** What the forecast alone would have. */
  readonly alone?: number;
  readonly paused?: boolean | 'scale-in';
  readonly why_not?: { readonly code: string; readonly message: string } | null;
}

function standing({ spec = 4, ready = spec, target = spec, source = 'predictive', ...more }: Stand) {
  const { rung = 'auto', paused = false, why_not = null, alone = target } = more;
  return standOf({
    decision: { target_replicas: target, why_not, source },
    recommendations: { predictive: { success: true, target_replicas: alone } },
    observation: { replicas: { spec, ready } },
    ladder: { rung },
    policy: { paused },
    cost: { change: { usd_per_hour: target === spec ? 0 : 0.25 * (target - spec) } },
  } as unknown as Recommendations);
}

describe('how it stands', () => {
  it.each<[Stand, string]>([
    [{}, '4 replicas ready, as many as are wanted. It stays so.'],
    [{ source: 'llm' }, '4 replicas ready, as many as the LLM advises. It stays so.'],
    [
      { source: 'llm', alone: 6 },
      '4 replicas ready, as many as the LLM advises; the forecast alone would have 6. It stays so.',
    ],
    [{ spec: 11, ready: 9 }, '11 replicas are set, 2 not ready yet.'],
    [{ spec: 9, ready: 13 }, '9 replicas are set, 4 more still run and go.'],
    [{ spec: 1, ready: 0 }, '1 replica is set, 1 not ready yet.'],
    [{ target: 7 }, '4 replicas ready, 3 too few (+$0.75 an hour). It is carried out with the next tick.'],
    [
      { target: 7, rung: 'look' },
      '4 replicas ready, 3 too few (+$0.75 an hour). Recommendation only: enable to apply.',
    ],
    [
      { target: 7, rung: 'recommend' },
      '4 replicas ready, 3 too few (+$0.75 an hour). Recommendation only: raise its rung to apply.',
    ],
    [
      { why_not: { code: 'stabilising', message: 'held at 4, where 3 would do' } },
      '4 replicas ready. Held at 4, where 3 would do.',
    ],
    [
      { paused: 'scale-in' },
      '4 replicas ready, as many as are wanted. It stays so. Scaling in is paused until it is resumed.',
    ],
    [{ paused: true }, '4 replicas ready, as many as are wanted. Paused: nothing is changed.'],
  ])('%#: %s', (stand, sentence) => {
    expect(standing(stand)).toBe(sentence);
  });
});
