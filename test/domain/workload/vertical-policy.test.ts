// What an annotation may say of requests that follow a level: read whole, or refused with what was expected.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ownAnnotations } from '../../../lib/domain/workload/own-annotations.ts';
import { readPolicy } from '../../../lib/domain/workload/policy-from-annotations.ts';
import { readVertical } from '../../../lib/domain/workload/vertical-policy.ts';

const policyOf = (text: string) =>
  readPolicy({
    ...ownAnnotations({ 'ai4k8s.io/vertical': text, 'ai4k8s.io/predictive-autoscaling-enabled': 'true' }),
    record: null,
    hpa: null,
    tickSeconds: 60,
  });

describe('ai4k8s.io/vertical', () => {
  it('is printed unless it says resize, and restarts nothing unless it says so', () => {
    expect(policyOf('cpu=500m..4, memory=1Gi..16Gi').vertical).toEqual({
      ranges: { cpu: { min: '500m', max: '4' }, memory: { min: '1Gi', max: '16Gi' } },
      apply: 'print',
      restart: 'refuse',
    });
    expect(policyOf('cpu=1..1,apply=resize,containers=a+b,except=c,restart=allow').vertical).toEqual({
      ranges: { cpu: { min: '1', max: '1' } },
      apply: 'resize',
      containers: ['a', 'b'],
      except: ['c'],
      restart: 'allow',
    });
  });

  it.each([
    'cpu=4..500m',
    'cpu=0..4',
    'cpu=0.5m..4',
    'cpu=500..4000',
    'memory=1..16',
    'memory=500m..16Gi',
    'memory=1Gi..1Ei',
    'memory=10 kB..1Gi',
    'cpu=१..२',
    'cpu=1.5.5..2',
    'memory=0.3..1Gi',
    'cpu=1e3..1e4',
    'cpu=500m',
    'cpu=1..2..3',
    'cpu=1..2,cpu=1..3',
    'cpu=-1..2',
    'gpu=1..2',
    'apply=resize',
    'cpu=1..2,apply=now',
    'cpu=1..2,containers=',
    'cpu=1..2,containers=A',
    "cpu=1..2,except=a'b",
    '',
  ])('%j is refused as a whole, and the workload is only told about', (text) => {
    const policy = policyOf(text);
    expect(policy).toMatchObject({ mode: 'recommend' });
    expect(policy.vertical).toBeUndefined();
    expect(policy.problems.join()).toMatch(/vertical is .*expected ranges such as cpu=500m\.\.4/);
  });

  it('law: whatever it says, nothing is half read, and nothing throws', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 400 }), (text) => {
        const read = readVertical(text);
        if (read !== undefined) expect(Object.keys(read.ranges).length).toBeGreaterThan(0);
      }),
    );
  });

  it('has room for names of containers, and is refused where it is cut', () => {
    const names = Array.from({ length: 4 }, (_, i) => `${'n'.repeat(50)}${i}`).join('+');
    expect(policyOf(`cpu=1..2,containers=${names}`).vertical?.containers).toHaveLength(4);
    expect(policyOf(`cpu=1..2,containers=${names}+${names}`).vertical).toBeUndefined();
  });
});
