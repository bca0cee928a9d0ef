// A cap is written after a look at what runs above it: nobody loses replicas to a typing error.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { setWithin, warningOf } from '../../cli/cap-warning.ts';
import { UsageError } from '../../cli/exit-codes.ts';
import { type Embedded, simulated, startEmbedded } from '../make/embedded.ts';

let system: Embedded;
beforeAll(async () => {
  const annotations = {
    'ai4k8s.io/predictive-autoscaling-enabled': 'true',
    'ai4k8s.io/mode': 'scale',
    'ai4k8s.io/max-replicas': '40',
  };
  system = await startEmbedded([simulated({ load: () => 5, annotations })]);
  await system.tick(2);
});
afterAll(() => system.close());

const row = (name: string, replicas: number, change: object = {}) => ({
  ...{ namespace: 'shop', deployment: name, enabled: true, mode: 'scale', replicas, hpa: null },
  ...change,
});

describe('the warning', () => {
  it('is of what the next tick takes replicas from, the first five by name', () => {
    const rows = [row('a', 12), row('b', 11), row('c', 14), row('d', 15), row('e', 16), row('f', 17), row('small', 3)];
    expect(warningOf(rows, 10)).toBe(
      '6 workloads run above cap-max-replicas 10 now: shop/a (12), shop/b (11), shop/c (14), shop/d (15), shop/e (16) and 1 ' +
        'more. From the next tick on 25 replicas are taken from them, or proposed to be.',
    );
  });

  it('says what is left alone, and is none where all is', () => {
    const left = [
      row('off', 20, { enabled: false }),
      row('shown', 20, { mode: 'recommend' }),
      row('hpas', 20, { hpa: { name: 'hpas' } }),
    ];
    expect(warningOf(left, 10)).toBeNull();
    expect(warningOf([row('web', 11), ...left], 10)).toMatch(
      /^1 workload runs above cap-max-replicas 10 now: shop\/web \(11\)\. .*are taken from it, .* 3 more above it are left:/,
    );
    expect(warningOf([row('web', 10)], 10)).toBeNull();
  });
});

describe('a cap', () => {
  const set = (cap: string, isAsked: boolean, typed: string | null) => {
    const asked: string[] = [];
    const answer = setWithin(
      { url: system.url, cluster: 'demo' },
      { namespace: 'shop', set: { cap_max_replicas: cap } },
      isAsked,
      async (question) => {
        asked.push(question);
        return typed;
      },
    );
    return { answer, asked };
  };
  const stands = async () => {
    const { body } = await system.get('/api/autoscaling/policy/demo?namespace=shop');
    return body.levels[0]?.policy.cap_max_replicas ?? null;
  };

  it('below what runs is written where a person says so, or --yes, and else is not', async () => {
    const refused = set('5', true, null);
    await expect(refused.answer).rejects.toThrow(UsageError);
    await expect(refused.answer).rejects.toThrow(
      /shop\/web \(15\)\. .*Nothing was written: --yes says that this is meant$/,
    );
    const declined = set('5', true, '');
    expect(await (await declined.answer).json()).toEqual({ success: true, message: 'nothing was written' });
    expect(declined.asked[0]).toMatch(/Set it\? \[y\/N\] $/);
    expect(await stands()).toBeNull();
    expect((await set('5', true, 'y').answer).status).toBe(200);
    expect(await stands()).toBe('5');
    const forced = set('6', false, null);
    expect([(await forced.answer).status, forced.asked]).toEqual([200, []]);
  });

  it('above what runs is written at once, and what is none is refused by the API', async () => {
    const above = set('30', true, null);
    expect([(await above.answer).status, above.asked]).toEqual([200, []]);
    expect((await set('many', true, null).answer).status).toBe(400);
  });
});
