// `ai4k8s doctor` on signals: each is listed, each source asked once, and what is wrong is named with where to read on.
import { expect, it } from 'vitest';
import { signalsChecks } from '../../cli/doctor/signals-checks.ts';
import type { ClusterSnapshot, SignalSource } from '../../lib/app/ports/cluster.ts';
import { makeBatch, namingWorkloads } from '../../lib/app/ports/signal-batch.ts';
import { naming, snapshotOf } from '../make/naming.ts';

const NOW = Date.parse('2026-03-04T12:00:00Z');
const web = naming({ namespace: 'shop', name: 'web' }, ['requests']);
const api = naming({ namespace: 'shop', name: 'api' }, []);

function sourceOf(
  read: (asked: ClusterSnapshot) => ReturnType<SignalSource['read']>,
): SignalSource & { asked: number } {
  const source = {
    name: 'prom',
    definitions: { requests: { kind: 'load', unit: 'requests/s' } } as const,
    asked: 0,
    read(snapshot: ClusterSnapshot) {
      source.asked += 1;
      return read(snapshot);
    },
  };
  return source;
}
const answering = (value: number | string) =>
  sourceOf(async (snapshot) => {
    const batch = makeBatch();
    for (const of of namingWorkloads(snapshot, ['requests']).get('requests') ?? [])
      if (typeof value === 'string') batch.unread([of], 'requests', value);
      else batch.measured(of, { name: 'requests', kind: 'load' }, value, NOW - 20_000);
    return batch.done();
  });
const check = (source: SignalSource, ...workloads: Parameters<typeof snapshotOf>[0]) =>
  signalsChecks({ snapshot: async () => snapshotOf(workloads) }, [source], 'prod', () => NOW);

it('without SIGNALS says where to read on', async () => {
  expect(
    await signalsChecks({ snapshot: () => Promise.reject(new Error('not to be asked')) }, [], 'prod', () => NOW),
  ).toEqual([expect.objectContaining({ name: 'signals', status: 'skipped' })]);
});

it('lists a signal with its kind, unit and source, and how many workloads it is measured of', async () => {
  const source = answering(5);
  expect(await check(source, web, api)).toEqual([
    expect.objectContaining({
      status: 'ok',
      message: 'load in requests/s from prom: measured of 1 of 1 that name it, the newest 20 s ago',
    }),
  ]);
  expect(source.asked).toBe(1);
});

it('asks about others where no workload names the signal yet', async () => {
  const [found] = await check(answering(5), api);
  expect(found?.message).toContain('measured of 1 of 1 looked at, none of which names it');
});

it('warns with the reason, and where to read on', async () => {
  const [found] = await check(answering('connection refused\u001b[31m'), web);
  expect(found).toMatchObject({ status: 'warning', mend: expect.stringContaining('docs/signals.md') });
  expect(found?.message).toMatch(/measured of none of 1 that name it \(connection refused \[31m\)/);
});

it('warns where a source fails as none should, and skips where there is no workload or no cluster', async () => {
  const [failed] = await check(
    sourceOf(() => Promise.reject(new Error('broken'))),
    web,
  );
  expect(failed).toMatchObject({ status: 'warning', message: expect.stringContaining('broken') });
  expect((await check(answering(5)))[0]?.status).toBe('skipped');
  const away = { snapshot: () => Promise.reject(new Error('cluster away')) };
  expect((await signalsChecks(away, [answering(5)], 'prod', () => NOW))[0]?.message).toContain('cluster away');
});
