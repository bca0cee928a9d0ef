// Whole ticks on the embedded parts: what is opted in is scaled, what is not is left, and no failure scales anything twice.
import { afterEach, describe, expect, it } from 'vitest';
import { type Embedded, simulated, startEmbedded } from '../../make/embedded.ts';
import { stubReply } from '../../stand-ins/groq-answers.ts';
import { startGroqServer } from '../../stand-ins/groq-server.ts';

const annotated = (keys: Record<string, string>) =>
  Object.fromEntries(Object.entries(keys).map(([key, value]) => [`ai4k8s.io/${key}`, value]));
const SCALED = annotated({ 'predictive-autoscaling-enabled': 'true', mode: 'scale', 'max-replicas': '40' });

let system: Embedded;
afterEach(() => system.close());

describe('a tick', () => {
  it('scales what opted in and leaves alone what did not', async () => {
    system = await startEmbedded([
      simulated({ name: 'hot', load: () => 5, annotations: SCALED }),
      simulated({ name: 'watched', load: () => 5 }),
    ]);
    await system.tick();
    expect(system.cluster.replicas('shop/hot')).toBe(15);
    expect(system.cluster.replicas('shop/watched')).toBe(10);
    expect(system.events.map(({ type }) => type)).toEqual(['DecisionApplied', 'TickFinished']);
  });

  it('scales down only after five minutes of wanting less, at most by half', async () => {
    system = await startEmbedded([simulated({ load: () => 0.5, annotations: SCALED })]);
    const seen: number[] = [];
    for (let i = 0; i < 12; i++) {
      await system.tick();
      seen.push(system.cluster.replicas('shop/web'));
    }
    expect(seen).toEqual([10, 10, 10, 10, 10, 10, 5, 5, 5, 5, 5, 3]);
  });

  it.each([
    ['an HPA that owns the target', { hpa: { minReplicas: 2, maxReplicas: 10, targetCpuPercent: 90 } }, 'owned_by_hpa'],
    ['a policy that says paused', { annotations: { ...SCALED, 'ai4k8s.io/paused': 'true' } }, 'paused'],
  ])('refuses for %s, with the reason', async (_what, change, code) => {
    system = await startEmbedded([simulated({ load: () => 4.4, annotations: SCALED, ...change })]);
    await system.tick();
    expect(system.cluster.replicas('shop/web')).toBe(10);
    const { body } = await system.get('/api/autoscaling/history/demo?deployment=web&namespace=shop');
    expect(body.decisions[0]).toMatchObject({ outcome: 'refused' });
    const whole = await system.get(
      `/api/autoscaling/history/demo/${encodeURIComponent(body.decisions[0].id)}?deployment=web&namespace=shop`,
    );
    expect(whole.body.decision.blocked_by).toBe(code);
  });

  it('with a mistyped annotation only recommends, and says which field', async () => {
    const annotations = { ...SCALED, 'ai4k8s.io/min-replicas': 'abc' };
    system = await startEmbedded([
      simulated({ load: () => 5, annotations }),
      simulated({ name: 'other', annotations: SCALED, load: () => 5 }),
    ]);
    await system.tick();
    expect(system.cluster.replicas('shop/web')).toBe(10);
    expect(system.cluster.replicas('shop/other')).toBe(15);
    const { body } = await system.get('/api/autoscaling/status/demo');
    expect(body.problems.join()).toContain('shop/web: annotation ai4k8s.io/min-replicas is "abc"');
  });

  it('scales nothing down while the metrics API is away, and says so', async () => {
    system = await startEmbedded([simulated({ load: () => 0.5, annotations: SCALED })]);
    system.faults.metricsAway = true;
    await system.tick(7);
    expect(system.cluster.replicas('shop/web')).toBe(10);
    const { body } = await system.get('/api/autoscaling/recommendations/demo?deployment=web&namespace=shop');
    expect(body.observation.missing).toHaveProperty('cpu');
    expect(body.recommendations.reactive.action).toBe('maintain');
  });

  it('fails loudly with the table away, before anything is scaled', async () => {
    system = await startEmbedded([simulated({ load: () => 5, annotations: SCALED })]);
    await system.loseTable();
    await expect(system.tick()).rejects.toThrow(/table|dynamodb/i);
    expect(system.cluster.replicas('shop/web')).toBe(10);
    expect(system.lines).not.toContain('tick finished');
  });

  it('delivered twice acts once; delivered late it is left to the next', async () => {
    system = await startEmbedded([simulated({ load: () => 5, annotations: SCALED })]);
    const at = system.now();
    const both = await Promise.all([system.tickAt(at), system.tickAt(at)]);
    expect(both.map(({ kind }) => kind).toSorted()).toEqual(['done', 'skipped']);
    expect(await system.tickAt(at)).toEqual({ kind: 'skipped', reason: 'already_done' });
    expect(await system.tickAt(at - 10 * 60_000)).toEqual({ kind: 'skipped', reason: 'late' });
    expect(system.events.filter(({ type }) => type === 'DecisionApplied')).toHaveLength(1);
  });

  it('a workload that may not be written costs the others nothing', async () => {
    system = await startEmbedded([simulated({ load: () => 5, annotations: SCALED })]);
    system.faults.writesForbidden = true;
    await system.tick();
    const { body } = await system.get('/api/autoscaling/history/demo?deployment=web&namespace=shop');
    expect(body.decisions[0]).toMatchObject({ outcome: 'failed', target_replicas: 15 });
    expect(system.events.map(({ type }) => type)).toEqual(['DecisionFailed', 'TickFinished']);
  });

  it('the kill switch decides and shows, and changes nothing', async () => {
    system = await startEmbedded([simulated({ load: () => 5, annotations: SCALED })], { env: { KILL_SWITCH: 'true' } });
    await system.tick();
    expect(system.cluster.replicas('shop/web')).toBe(10);
    const { body } = await system.get('/api/autoscaling/status/demo');
    expect(body.workloads[0]).toMatchObject({ outcome: 'refused', target_replicas: 15 });
  });

  it('an LLM that always wants fewer replicas changes nothing that the load needs', async () => {
    const server = await startGroqServer((request) => stubReply('min', request));
    const env = { GROQ_BASE_URL: server.url, GROQ_API_KEY: 'x' };
    // 66 % of requests: under the target, so that no veto hides whether the envelope's floor holds.
    system = await startEmbedded([simulated({ load: () => 3.3, annotations: SCALED })], { env });
    const seen = new Set<number>();
    for (let i = 0; i < 60; i++) {
      await system.tick();
      seen.add(system.cluster.replicas('shop/web'));
    }
    await server.close();
    expect(server.requests.length).toBeGreaterThan(5);
    expect([...seen]).toEqual([10]);
  });

  it('learns how long its pods take to start, from the pods', async () => {
    system = await startEmbedded([simulated({ startupSeconds: 45 }), simulated({ name: 'slow', startupSeconds: 240 })]);
    await system.tick();
    const [shard] = await system.ports.series.shards('demo');
    if (shard === undefined) throw new Error('no shard');
    const learned = await system.ports.series.readFitted('demo', shard);
    expect(learned.get('shop/web')?.startupSeconds).toBe(45);
    expect(learned.get('shop/slow')?.startupSeconds).toBe(240);
  });

  it('learns which steps wait for a node, and how long that takes, from the pods', async () => {
    const nodes = { room: 2, waitSeconds: 100 };
    system = await startEmbedded([simulated({ startupSeconds: 45, replicas: 2, nodes, load: () => 0.5 })]);
    const seen = async () => {
      const snapshot = await system.ports.reader.snapshot('demo');
      return snapshot.workloads.get('shop/web');
    };
    await fetch(`${system.cluster.url}/apis/apps/v1/namespaces/shop/deployments/web`, {
      method: 'PATCH',
      headers: { 'content-type': 'application/merge-patch+json' },
      body: JSON.stringify({ spec: { replicas: 6 } }),
    });
    system.advance(1);
    expect((await seen())?.troubles?.unschedulable).toBe(4);
    expect((await seen())?.nodeWaits).toMatchObject({ newNodeSeconds: null, steps: [{ pods: 2 }, { waited: true }] });
    system.advance(2);
    await system.tick();
    const [shard] = await system.ports.series.shards('demo');
    if (shard === undefined) throw new Error('no shard');
    const learned = (await system.ports.series.readFitted('demo', shard)).get('shop/web');
    expect(learned).toMatchObject({
      startupSeconds: 45,
      nodeWaits: {
        newNodeSeconds: 145,
        steps: [
          { pods: 2, waited: false },
          { pods: 4, waited: true },
        ],
      },
    });
  });

  it('writes one record for a change, not another for the quiet that follows, and one for a person who scales', async () => {
    system = await startEmbedded([simulated({ load: () => 5, annotations: SCALED })]);
    const outcomes = async () => {
      const { body } = await system.get('/api/autoscaling/history/demo?deployment=web&namespace=shop');
      return body.decisions.map((one: { outcome: string }) => one.outcome);
    };
    await system.tick(4);
    expect(await outcomes()).toEqual(['applied']);
    const web = { cluster: 'demo', namespace: 'shop', name: 'web' };
    const { resourceVersion = '' } = (await system.ports.reader.workload(web)) ?? {};
    expect(await system.ports.writer.scale(web, 17, resourceVersion)).toEqual({ kind: 'applied' });
    await system.tick(2);
    expect(await outcomes()).toEqual(['unchanged', 'applied']);
  });

  it('notes what came of a change ten minutes later', async () => {
    system = await startEmbedded([simulated({ load: () => 5, annotations: SCALED })]);
    await system.tick(13);
    const [shard] = await system.ports.series.shards('demo');
    if (shard === undefined) throw new Error('no shard');
    const past = (await system.ports.series.readLatest('demo', shard)).get('shop/web')?.past[0];
    expect(past).toMatchObject({ from: 10, to: 15, source: 'reactive' });
    expect(past?.cpuPercentBefore).toBeCloseTo(100, 0);
    expect(past?.cpuPercentAfter).toBeCloseTo(66.7, 0);
  });
});
