// Scores that mislead: what is old, missing, half measured or dated wrongly, a table that is damaged, and names that change their meaning.
import { describe, expect, it } from 'vitest';
import { DEFAULT_SCALING_POLICY } from '../../../lib/domain/complexity/scaling-policy.ts';
import type { Observation } from '../../../lib/domain/workload/observation.ts';
import { blind, DEFINITIONS, look, looks, MINUTE_MS, SCORE, times } from '../../make/score-look.ts';

const DAY_MINUTES = 1440;
const { scaleUpFactors } = DEFAULT_SCALING_POLICY;

describe('what was long ago', () => {
  it.each(['hold', 'ignore'] as const)(
    'a score is no reason for its factor days later, when missing is to %s',
    (missing) => {
      const signal = { missing };
      const { memories } = look(0, { score: 95, signal });
      const { view } = looks(times(3, { cpuPercent: 90, signal }), 3 * DAY_MINUTES, memories);
      expect(view.raised).toMatchObject({ isRaised: true, level: 'low', factor: 1.2 });
    },
  );

  it('but a score that is missing since it was raised keeps the factor that it had', () => {
    const { memories } = looks(times(3, { score: 95 }));
    const { view } = looks(times(120, { cpuPercent: 90 }), 3, memories);
    expect(view.raised).toMatchObject({ isRaised: true, level: 'high', factor: 2 });
  });

  it('what demand needed at a peak is not multiplied where no load tells any more', () => {
    const { memories } = look(0, { score: 10, cpuPercent: 70, replicas: 30 });
    const { view } = looks(times(3, { score: 75, replicas: 3, change: blind }), DAY_MINUTES, memories);
    expect(view).toMatchObject({ least: 5, raised: { isRaised: true, base: 3 } });
  });

  it('nor does what it needed at night keep a score from being heard', () => {
    const { memories } = look(0, { score: 10, cpuPercent: 10, replicas: 1 });
    const { view } = looks(times(3, { score: 95, replicas: 6, change: blind }), DAY_MINUTES, memories);
    expect(view.least).toBe(12);
  });

  it('a load measured hours ago is no trigger', () => {
    const stale = (seen: Observation): Observation => {
      const { cpu } = seen.signals;
      return { ...seen, signals: { ...(cpu && { cpu: { ...cpu, at: seen.at - 180 * MINUTE_MS } }) } };
    };
    const { view } = looks(times(5, { score: 40, cpuPercent: 95, change: stale }));
    expect(view.raised).toMatchObject({ isRaised: false, triggers: [] });
  });

  it('the readings of a queue before a gap of hours are not in a row with those after it', () => {
    const { memories } = looks([
      { score: 40, waiting: 1 },
      { score: 40, waiting: 2 },
    ]);
    const { view } = look(300, { score: 40, waiting: 3 }, memories);
    expect(view.raised?.triggers).toEqual([]);
  });
});

describe('what is measured now and then', () => {
  it('a queue that grows is seen to although every third reading is missing', () => {
    const minutes = Array.from({ length: 12 }, (_, i) => ({ score: 60, ...(i % 3 < 2 && { waiting: 2 * i + 1 }) }));
    expect(looks(minutes).view.raised?.isRaised).toBe(true);
  });

  it('a queue that is missing grows no more', () => {
    const { memories } = looks([1, 2, 3].map((waiting) => ({ score: 40, waiting })));
    expect(look(3, { score: 40 }, memories).view.raised?.triggers).toEqual([]);
  });

  it('half of the pods that use little are no low use of all', () => {
    const half = (seen: Observation): Observation => {
      const { cpu } = seen.signals;
      return { ...seen, signals: { ...(cpu && { cpu: { ...cpu, demand: cpu.demand / 2, coverage: 0.5 } }) } };
    };
    const { memories } = looks(times(3, { score: 95 }));
    const { view } = looks(times(60, { score: 10, cpuPercent: 65, change: half }), 3, memories);
    expect(view.raised?.isRaised).toBe(true);
  });
});

describe('a clock that is set back', () => {
  it('does not leave a queue growing that is gone', () => {
    const { memories } = looks(
      [1, 2, 3].map((waiting) => ({ score: 40, waiting })),
      120,
    );
    const { view } = looks(times(3, { score: 40, waiting: 0 }), 0, memories);
    expect(view.raised?.triggers).toEqual([]);
  });

  it('does not keep a score from being quiet by what was', () => {
    const { memories } = looks([...times(3, { score: 5 }), ...times(3, { score: 95 })], 120);
    const { view } = looks(times(12, { score: 5 }), 0, memories);
    expect(view.raised?.isRaised).toBe(false);
  });
});

describe('a table that is damaged', () => {
  it.each([-5, Number.MAX_VALUE, 0.5])('asks for no impossible number where demand needed %d', (base) => {
    const { memories } = looks(times(3, { score: 95, change: blind }));
    const { complexity } = memories;
    if (complexity?.raisedBy === undefined) throw new Error('nothing is remembered');
    const damaged = { ...memories, complexity: { ...complexity, raisedBy: { ...complexity.raisedBy, base } } };
    const { view } = look(3, { score: 95, change: blind }, damaged);
    expect(Number.isSafeInteger(view.least)).toBe(true);
    expect(view.least).toBeGreaterThanOrEqual(1);
  });
});

describe('a name that changes its meaning', () => {
  const { scaling: _none, ...ORDINARY } = SCORE;
  const ordinary = { definitions: { ...DEFINITIONS, complexity: ORDINARY } };

  it('a score begins with nothing of what was learned of an ordinary level', () => {
    const { memories } = looks(times(20, { score: 95, ...ordinary }));
    expect(look(20, { cpuPercent: 90 }, memories).memories.complexity).toEqual(
      look(20, { cpuPercent: 90 }).memories.complexity,
    );
  });

  it('an ordinary level begins with nothing of a score, and leaves nothing of it for a score that comes back', () => {
    const { memories: raised } = looks(times(3, { score: 95 }));
    const { view, memories } = looks(times(20, { score: 40, ...ordinary }), 3, raised);
    expect(view).toMatchObject({ windows: 20 });
    expect(look(23, { score: 40 }, memories).view.raised?.isRaised).toBe(false);
  });

  it('another policy counts from the next look on', () => {
    const { memories } = looks(times(3, { score: 75 }));
    const scaling = { complexityThresholds: { low: 30, medium: 80, high: 90 }, scaleUpFactors, scaleUpAt: 85 };
    const { view } = look(3, { score: 75, definitions: { complexity: { ...SCORE, scaling } } }, memories);
    expect(view.raised).toMatchObject({ level: 'low', factor: 1.2, triggers: [] });
  });
});
