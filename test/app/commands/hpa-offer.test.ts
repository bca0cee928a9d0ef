// An HPA as YAML for Git: read back, it is the object that the API takes.
import fc from 'fast-check';
import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { hpaOffer } from '../../../lib/app/commands/hpa-offer.ts';
import { hpaManifest, yamlOf } from '../../../lib/domain/hpa/manifest.ts';
import { observation, policy } from '../../make/workloads.ts';

const text = fc.oneof(
  fc.string(),
  fc.constantFrom('no', 'y', 'null', '1e3', '0x1f', '- a', 'a: b', '#', '~', 'a\nb', '{}'),
);

it('law: whatever names hold, YAML says what the object does', () => {
  const metric = fc.record({
    type: fc.constantFrom('Pods' as const, 'Object' as const, 'External' as const),
    metric: text,
    selector: fc.dictionary(
      text.filter((key) => key !== '__proto__'),
      text,
      { minKeys: 1, maxKeys: 3 },
    ),
    averageValue: fc.integer({ min: 1, max: 1000 }),
  });
  const planned = fc.record({
    namespace: text,
    name: text,
    deployment: text,
    minReplicas: fc.nat(9),
    maxReplicas: fc.nat(99),
    targetPercent: fc.constantFrom({}, { cpu: 70 }, { cpu: 70, memory: 80 }),
    metrics: fc.array(metric, { maxLength: 3 }),
  });
  fc.assert(
    fc.property(planned, (hpa) => {
      expect(load(yamlOf(hpaManifest(hpa)))).toEqual(hpaManifest(hpa));
    }),
  );
});

describe('an offer', () => {
  const enabled = (change: object = {}) => policy({ enabled: true, mode: 'auto', ...change });
  it('is made in modes that would work through it, and only shown where nothing is changed', () => {
    for (const [mode, isReady] of [
      ['auto', true],
      ['propose', true],
      ['recommend', false],
    ] as const)
      expect(hpaOffer(enabled({ mode }), observation())).toMatchObject({ name: 'web-hpa', isReady });
  });

  it.each([
    ['mode scale', enabled({ mode: 'scale' }), observation()],
    ['a policy that is not enabled', policy({ enabled: false }), observation()],
    ['one that cannot be read', enabled({ problems: ['x'] }), observation()],
    ['KEDA', enabled(), observation({ owner: { kind: 'keda', name: 'x' } })],
    ['memory alone', enabled(), observation({ capacity: { memory: 2 ** 29 } })],
  ])('is not made of %s', (_what, of, seen) => {
    expect(hpaOffer(of, seen)).toBeNull();
  });
});
