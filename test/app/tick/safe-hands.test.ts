// Whole ticks with the brakes on: blast radius, hold and the notices they leave, on the embedded parts.
import { afterEach, describe, expect, it } from 'vitest';
import { type Embedded, simulated, startEmbedded } from '../../make/embedded.ts';

const SCALED = {
  'ai4k8s.io/predictive-autoscaling-enabled': 'true',
  'ai4k8s.io/mode': 'scale',
  'ai4k8s.io/max-replicas': '40',
};

let system: Embedded;
afterEach(() => system.close());

describe('a tick past its blast radius', () => {
  it('is shared by the short, names who stays so, alarms, and goes on with the next tick', async () => {
    const env = { BLAST_RADIUS_PERCENT: '1', BLAST_RADIUS_REPLICAS: '6' };
    const workloads = [
      simulated({ name: 'shorter', load: () => 5, annotations: SCALED }),
      simulated({ name: 'short', load: () => 4, annotations: SCALED }),
    ];
    system = await startEmbedded(workloads, { env });
    await system.tick();
    expect([system.cluster.replicas('shop/shorter'), system.cluster.replicas('shop/short')]).toEqual([14, 12]);
    const { body } = await system.get('/api/autoscaling/status/demo');
    expect(body.problems.join()).toContain('1 workload short of 1 replica until later ticks: shop/shorter 1;');
    expect(system.lines).toContain('blast radius reached');
    expect(system.events.map(({ type }) => type)).toContain('BlastRadiusReached');
    await system.tick(2);
    expect(system.cluster.replicas('shop/shorter')).toBe(15);
  });
});

describe('a workload that cannot be assessed', () => {
  it('is named and left alone, keeps what is known of it, and harms no other', async () => {
    let load = 5;
    const both = ['broken', 'sound'].map((name) => simulated({ name, load: () => load, annotations: SCALED }));
    system = await startEmbedded(both);
    await system.tick();
    const latest = async () => {
      const shards = await system.ports.series.shards('demo');
      const all = await Promise.all(shards.map((shard) => system.ports.series.readLatest('demo', shard)));
      return all.flatMap((entries) => [...entries]).find(([key]) => key === 'shop/broken')?.[1];
    };
    const before = await latest();
    expect(before?.past).toHaveLength(1);
    // As an item written by hand, or by a Node that knew the zone.
    await system.command.ports.schedules.put({
      workload: { cluster: 'demo', namespace: 'shop', name: 'broken' },
      id: 'mars',
      window: {
        effect: 'floor',
        replicas: 4,
        timeZone: 'Mars/Base',
        from: null,
        until: null,
        times: { kind: 'cron', cron: '0 8 * * *', durationMinutes: 60 },
      },
      createdAt: 0,
      createdBy: null,
    });
    load = 9;
    await system.tick(3);
    expect(system.cluster.replicas('shop/sound')).toBeGreaterThan(system.cluster.replicas('shop/broken') ?? 0);
    expect(await latest()).toEqual(before);
    const { body } = await system.get('/api/autoscaling/status/demo');
    expect(body.problems).toEqual([
      expect.stringMatching(/^shop\/broken: left alone, it could not be assessed: .*Mars/),
    ]);
    const broken = body.workloads.find(({ deployment }: { deployment: string }) => deployment === 'broken');
    expect(broken.schedules).toEqual([{ id: 'mars', floor: 4, active_now: null, next_start: null, next_end: null }]);
  });
});

describe('a cluster on hold', () => {
  it('says so in status, refuses scale-downs, and is let go by a person', async () => {
    system = await startEmbedded([simulated({ load: () => 0.5, annotations: SCALED })]);
    await system.tick(4);
    const last = await system.ports.ticks.last('demo');
    if (last === null) throw new Error('no tick has finished');
    const hold = {
      since: system.now(),
      reason: '4 pods fell',
      fallen: [{ key: 'shop/web', expected: 99 }],
      calmTicks: 0,
    };
    // As the tick before would have left it: the simulated cluster has no pods that stop serving.
    await system.ports.ticks.acquire('demo', system.now() + 1, system.now() + 1, 1);
    await system.ports.ticks.finish({ ...last, scheduledAt: system.now() + 1, readiness: { fallingTicks: 2, hold } });
    await system.tick(4);
    expect(system.cluster.replicas('shop/web')).toBe(10);
    const { body } = await system.get('/api/autoscaling/status/demo');
    expect(body.hold).toMatchObject({ reason: '4 pods fell', workloads: ['shop/web'] });
    expect(body.workloads[0].outcome).toBe('refused');
    expect(system.lines).toContain('cluster on hold');
    expect((await system.post('/api/autoscaling/hold/clear/demo', {})).status).toBe(200);
    await system.tick(2);
    expect((await system.get('/api/autoscaling/status/demo')).body.hold).toBeNull();
    expect(system.events.map(({ type }) => type)).toContain('HoldEnded');
    expect(system.cluster.replicas('shop/web')).toBeLessThan(10);
  });
});

describe('what a tick tells the cluster', () => {
  it('is an event per change, and nothing while nothing changes', async () => {
    system = await startEmbedded([simulated({ load: () => 5, annotations: SCALED })]);
    await system.tick(3);
    const answer = await fetch(`${system.cluster.url}/apis/events.k8s.io/v1/namespaces/shop/events`);
    const { items } = (await answer.json()) as {
      items: { reason: string; note: string; reportingController: string }[];
    };
    const ours = items.filter(({ reportingController }) => reportingController === 'ai4k8s');
    expect(ours.map(({ reason }) => reason)).toEqual(['ReplicasChanged']);
    expect(ours[0]?.note).toContain('scaled 10 → 15 replicas');
  });
});
