// Advice that moves a count or a floor to and fro on noise is held: a model that contradicts the readings changes little more.
import { congruential32 } from 'pure-rand/generator/congruential32';
import { describe, expect, it } from 'vitest';
import type { Assessment } from '../../../lib/domain/assessment/assessment.ts';
import { changesOf } from '../../make/contrary.ts';

const MINUTES = 600;

/** Even in −0.5…0.5, the same at every run. */
function noise(seed: number): readonly number[] {
  const random = congruential32(seed);
  return Array.from({ length: MINUTES + 1 }, () => random.next() / 2 ** 32);
}

const LOADS: Readonly<Record<string, (i: number) => number>> = (() => {
  const even = noise(7);
  return {
    'flat with noise of 10 %': (i) => 4 * (1 + 0.2 * (even[i] ?? 0)),
    'flat with noise of 30 %': (i) => 4 * (1 + 0.6 * (even[i] ?? 0)),
    'slowly up and down': (i) => 6 * (1 + 0.6 * Math.sin(i / 90) + 0.1 * (even[i] ?? 0)),
  };
})();

const current = ({ observation }: Assessment) => observation.replicas.spec;
const percent = ({ utilisation }: Assessment) => utilisation.cpu ?? 0;
const MODELS: Readonly<Record<string, (about: Assessment, i: number) => number>> = {
  'wants fewer when it is busy and more when it is idle': (about) =>
    percent(about) > 0.9 * about.targets.cpu ? Math.floor(current(about) * 0.8) : Math.ceil(current(about) * 1.2),
  'goes from one end of the envelope to the other': ({ envelope }, i) =>
    i % 10 === 0 ? envelope.floor : envelope.ceiling,
  'adds one and takes one away': (about, i) => current(about) + (i % 10 === 0 ? 1 : -1),
};

describe.each(Object.entries(LOADS))('a load that is %s', (_load, load) => {
  describe.each([false, true])('behind an HPA: %s', (hpa) => {
    const alone = changesOf({ minutes: MINUTES, load, hpa, advise: null });

    it.each(Object.entries(MODELS))('changes at most 20 % more often under a model that %s', (_model, advise) => {
      expect(alone).toBeGreaterThan(10);
      expect(changesOf({ minutes: MINUTES, load, hpa, advise })).toBeLessThanOrEqual(1.2 * alone);
    });
  });
});
