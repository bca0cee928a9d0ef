// Laws of scaling by a complexity score, over any situation: bounded by the formula, never compounding, never down on the score alone.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decide } from '../../../lib/domain/decision/decide.ts';
import { demandNeeds } from '../../../lib/domain/level/complexity-base.ts';
import { levelsAt } from '../../../lib/domain/level/levels.ts';
import { MAX_REPLICAS } from '../../../lib/domain/workload/pace.ts';
import { type Situation, type SituationParts, situationsWithScores } from '../../make/situations.ts';

const NOTHING_DONE = { lastChange: undefined, scaledAt: null, advised: undefined, memory: undefined };
const scoreOf = ({ observation, policy, levels }: SituationParts) => {
  const { views, memories } = levelsAt({ observation, policy, previous: levels, ...NOTHING_DONE });
  const { complexity: view } = views;
  const { complexity: memory } = memories;
  if (view?.raised === undefined || memory?.raisedBy === undefined) throw new Error('no score');
  return { view, memory, raised: view.raised };
};
const holds = (law: (s: Situation) => void) => fc.assert(fc.property(situationsWithScores(), law), { numRuns: 500 });
const ofReplicas = (of: SituationParts, spec: number): SituationParts => ({
  ...of,
  observation: { ...of.observation, replicas: { ...of.observation.replicas, spec } },
});

describe('a score', () => {
  it('asks for no more than twice what demand needs, whatever runs now', () => {
    holds(({ of }) => {
      const base = demandNeeds(of.observation, of.policy);
      const { spec } = of.observation.replicas;
      const { view } = scoreOf(of);
      if (base !== null) expect(view.least).toBeLessThanOrEqual(Math.max(spec, 2 * base));
    });
  });

  it('asks for the same whether few replicas run or many, once it is raised and all is measured', () => {
    holds(({ of }) => {
      const few = scoreOf(of);
      const many = scoreOf(ofReplicas(of, of.observation.replicas.spec + 7));
      const isPlain = !few.raised.triggers.includes('queue') && of.policy.signals?.complexity?.direction !== 'down';
      if (few.raised.isRaised && few.view.value !== null && demandNeeds(of.observation, of.policy) !== null && isPlain)
        expect(many.view.least).toBe(few.view.least);
    });
  });

  it('takes nothing away alone: nothing goes under what demand needs', () => {
    holds(({ about, history, of }) => {
      const { target, current } = decide(
        { ...about, policy: { ...about.policy, min: 1, max: MAX_REPLICAS } },
        null,
        history,
      );
      const base = demandNeeds(of.observation, of.policy) ?? current;
      // At full pods instead of the target: what demand needs not to be short.
      if (target < current && about.schedule === null) expect(target).toBeGreaterThanOrEqual(Math.floor(base * 0.7));
    });
  });

  it('that is missing keeps what runs, where that is to hold', () => {
    holds(({ of }) => {
      const { view } = scoreOf(of);
      const said = of.policy.signals?.complexity;
      if (view.value === null && said?.missing === 'hold' && said.direction === 'both')
        expect(view.least).toBeGreaterThanOrEqual(of.observation.replicas.spec);
    });
  });

  it('that only agrees never raises', () => {
    holds(({ of }) => {
      const down: SituationParts = {
        ...of,
        policy: {
          ...of.policy,
          signals: { complexity: { kind: 'level', target: null, direction: 'down', missing: 'hold' } },
        },
      };
      expect(scoreOf(down).view.least).toBeLessThanOrEqual(of.observation.replicas.spec);
    });
  });

  it('read twice at the same instant says the same', () => {
    holds(({ of }) => {
      const first = scoreOf(of);
      const again = scoreOf({ ...of, levels: { complexity: first.memory } });
      expect(again.view).toEqual(first.view);
      expect(again.memory).toEqual(first.memory);
    });
  });

  it('is remembered in numbers only, in less than 0.8 kB', () => {
    holds(({ of }) => {
      const text = JSON.stringify(scoreOf(of).memory);
      expect(text.length).toBeLessThan(800);
      expect(JSON.parse(text)).toEqual(scoreOf(of).memory);
    });
  });

  it('is not misled by what a damaged table holds', () => {
    const damage = fc.record(
      {
        since: fc.anything(),
        raisedAt: fc.anything(),
        quietAt: fc.anything(),
        easyAt: fc.anything(),
        base: fc.anything(),
        queue: fc.anything(),
        queueAt: fc.anything(),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(situationsWithScores(), damage, ({ of }, raisedBy) => {
        const memory = { ...scoreOf(of).memory, raisedBy } as never;
        const { view } = scoreOf({ ...of, levels: { complexity: memory } });
        expect(Number.isSafeInteger(view.least)).toBe(true);
      }),
    );
  });
});
