// Figures that are missing or cannot be true, in the answers of a real API server, and what is decided on them.
import { afterAll, beforeAll, beforeEach, describe, expect, it, test } from 'vitest';
import { observeCluster } from '../../lib/app/observe/observe.ts';
import type { Observation } from '../../lib/domain/workload/observation.ts';
import type { ReasonCode } from '../../lib/domain/workload/reason-code.ts';
import { hpa } from './cluster-objects.ts';
import { apply, kubectl } from './cluster-under-test.ts';
import { type FaultyLine, makeFaultyLine, type Spoil } from './faulty-line.ts';
import { busy, decideOn, expectVerdict, isStandIn, observerOf } from './observe-and-decide.ts';

const NAMESPACE = `mn-${process.pid}`;
const { over, wanting, until } = observerOf(NAMESPACE);

describe.runIf(isStandIn)('figures that are missing or cannot be true', () => {
  let line: FaultyLine;
  beforeAll(async () => {
    kubectl(['create', 'namespace', NAMESPACE]);
    line = await makeFaultyLine();
    // The second one is there for lists of several pages.
    apply([wanting('fed'), wanting('other')]);
    await until('fed', busy(2));
    await until('other', busy(2));
  }, 120_000);
  afterAll(() => {
    line?.close();
    kubectl(['delete', 'namespace', NAMESPACE, '--wait=false']);
  });

  const overLine = async (spoil: Spoil | null): Promise<Observation> => {
    line.spoil = spoil;
    const { reader, metrics } = over(line);
    const { observations } = await observeCluster({ reader, signals: [metrics] }, 'real', Date.now());
    const found = observations.get(`${NAMESPACE}/fed`);
    if (!found) throw new Error('fed is not there');
    return found;
  };
  const ofMetrics =
    (spoilt: (items: RawMetrics[]) => unknown[], status = 200): Spoil =>
    async (url, ask) => {
      const { body } = await ask(url);
      if (!url.pathname.startsWith('/apis/metrics.k8s.io')) return { status: 200, body };
      return { status, body: { items: spoilt((body as { items: RawMetrics[] }).items) } };
    };
  const isFed = ({ metadata }: RawMetrics) => metadata.name.startsWith('fed-');
  const using = (cpu: string) =>
    ofMetrics((items) => items.map((one) => ({ ...one, containers: [{ usage: { cpu, memory: '20Mi' } }] })));

  test.each<[string, Spoil, ReasonCode, string | RegExp]>([
    ['the metrics API away', ofMetrics(() => [], 503), 'signal_missing', 'not measured'],
    ['no pod measured', ofMetrics(() => []), 'signal_missing', 'not measured'],
    ['one pod without metrics', ofMetrics((items) => items.filter(isFed).slice(1)), 'signal_partial', 'only 50 %'],
    [
      'stale on one pod',
      ofMetrics((items) => items.filter(isFed).map((one, i) => (i === 0 ? { ...one, timestamp: ago(600) } : one))),
      'signal_stale',
      /measured 6\d\d s ago/,
    ],
    [
      'from the future',
      ofMetrics((items) => items.map((one) => ({ ...one, timestamp: ago(-600) }))),
      'signal_stale',
      /ahead of the tick/,
    ],
    ['negative', using('-5m'), 'signal_missing', 'not measured'],
    ['absurd', using('9999999'), 'signal_missing', 'not measured'],
    ['no number', using('NaN'), 'signal_missing', 'not measured'],
  ])('%s: never zero, never a scale-down', async (_what, spoil, code, says) => {
    const seen = await overLine(spoil);
    expect(seen.signals.cpu?.demand).not.toBe(0);
    expectVerdict(decideOn(seen, 1), 'held', code, says);
    expect(decideOn(seen, 1).target).toBeGreaterThanOrEqual(2);
  });

  /** One object a page, with the real server's tokens, of which the first `times` have expired. */
  const expiring =
    (of: string, times: number): Spoil =>
    (url, ask) => {
      if (url.pathname.includes('metrics.k8s.io') || !url.pathname.endsWith(`/${of}`)) return ask(url);
      url.searchParams.set('limit', '1');
      if (!url.searchParams.has('continue')) return ask(url);
      continued += 1;
      return continued <= times ? Promise.resolve(EXPIRED) : ask(url);
    };
  let continued = 0;
  beforeEach(() => {
    continued = 0;
  });

  it('a list that expires on the way is started over, and nothing is lost or counted twice', async () => {
    const { replicas } = await overLine(expiring('pods', 1));
    expect(continued).toBeGreaterThan(2);
    expect(replicas).toEqual({ spec: 2, ready: 2, running: 2, total: 2 });
  });

  it.each(['pods', 'deployments'])('%s that expire twice are refused as a whole, never half believed', async (of) => {
    await expect(overLine(expiring(of, 2))).rejects.toThrow(/HTTP 410.*twice/);
    expect(continued).toBe(2);
  });

  it('HPAs that expire twice leave the owner unknown, and nothing is written', async () => {
    apply([hpa(NAMESPACE, 'page-one', { target: 'nobody' }), hpa(NAMESPACE, 'page-two', { target: 'nobody' })]);
    const seen = await overLine(expiring('horizontalpodautoscalers', 2));
    expectVerdict(decideOn(seen), 'blocked', 'owner_unknown', 'could not be listed');
  });
});

/** In the API server's own words; it says so five minutes after a list began, when etcd has compacted. */
const EXPIRED = {
  status: 410,
  body: {
    kind: 'Status',
    apiVersion: 'v1',
    status: 'Failure',
    reason: 'Expired',
    code: 410,
    message: 'The provided continue parameter is too old to display a consistent list result.',
  },
};

interface RawMetrics {
  readonly metadata: { readonly name: string };
}

function ago(seconds: number): string {
  return new Date(Date.now() - 1000 * seconds).toISOString();
}
