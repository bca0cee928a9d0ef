// Whole ticks of the deployed handler on a real cluster: delivered twice, and followed by pods that stop serving.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeHandler } from '../../functions/tick.ts';
import type { AutoscalerEvent, Log } from '../../lib/app/ports/world.ts';
import { readConfig } from '../../lib/config.ts';
import { wireTick } from '../../lib/wire/tick.ts';
import { type EmbeddedTable, startEmbeddedTable } from '../../local/embedded-table.ts';
import { apply, kubectl } from './cluster-under-test.ts';
import { busy, isStandIn, observerOf } from './observe-and-decide.ts';
import { podNames, setPodStatus } from './workload-states.ts';

const NAMESPACE = `tk-${process.pid}`;
const MINUTE = 60_000;
const ENABLED = { 'ai4k8s.io/predictive-autoscaling-enabled': 'true', 'ai4k8s.io/mode': 'scale' };
const { until, wanting } = observerOf(NAMESPACE);

const lines: string[] = [];
const write = (message: string) => void lines.push(message);
const log: Log = { info: write, warn: write, error: write };
const events: AutoscalerEvent[] = [];
/** Ahead of the cluster's clock, so that a test need not wait for the next minute. */
let aheadMs = 0;
let table: EmbeddedTable;
let context: Awaited<ReturnType<typeof wireTick>>;

describe.runIf(isStandIn)('a tick on a real cluster', () => {
  beforeAll(async () => {
    table = await startEmbeddedTable();
    const cluster = { id: 'real', kubeconfig: process.env.KUBECONFIG };
    const config = { TABLE_NAME: table.tableName, CLUSTERS: JSON.stringify([cluster]), NAMESPACES: NAMESPACE };
    context = await wireTick(readConfig(config), {
      clock: { now: () => Date.now() + aheadMs },
      log,
      table,
      events: { publish: (published) => Promise.resolve(void events.push(...published)) },
    });
    kubectl(['create', 'namespace', NAMESPACE]);
    apply([wanting('web', { annotations: ENABLED })]);
    await until('web', busy(2));
  }, 90_000);

  afterAll(async () => {
    kubectl(['delete', 'namespace', NAMESPACE, '--wait=false']);
    await table?.close();
  });

  it('that is delivered twice at once, and again later, scales once', async () => {
    const handler = makeHandler(context);
    const event = { cluster: 'real', scheduled_at: new Date().toISOString() };
    await Promise.all([handler(event), handler(event)]);
    const after = await until('web', ({ replicas }) => replicas.spec > 2);
    await handler(event);
    expect(events.filter(({ type }) => type === 'DecisionApplied')).toHaveLength(1);
    const generation = kubectl(['-n', NAMESPACE, 'get', 'deployment', 'web', '-o', 'jsonpath={.metadata.generation}']);
    expect({ generation, spec: (await until('web', () => true)).replicas.spec }).toEqual({
      generation: '2',
      spec: after.replicas.spec,
    });
  });

  it('after which pods stop serving puts the cluster on hold, by the second that sees it', async () => {
    const { replicas } = await until('web', (one) => one.replicas.ready === one.replicas.spec);
    const condition = { type: 'Ready', status: 'False', lastTransitionTime: new Date().toISOString() };
    for (const pod of podNames(NAMESPACE, 'web')) setPodStatus(NAMESPACE, pod, { conditions: [condition] });
    await until('web', (one) => one.replicas.ready === 0);
    const handler = makeHandler(context);
    const tick = () => {
      aheadMs += MINUTE;
      return handler({ cluster: 'real', scheduled_at: new Date(Date.now() + aheadMs).toISOString() });
    };
    await tick();
    expect(lines).not.toContain('cluster on hold');
    await tick();
    expect(lines).toContain('cluster on hold');
    expect((await context.ports.ticks.last('real'))?.readiness?.hold).toMatchObject({
      reason: `2 pods stopped serving after changes made here (${NAMESPACE}/web 0 of 2)`,
      fallen: [{ key: `${NAMESPACE}/web`, expected: 2 }],
    });
    expect(events.map(({ type }) => type)).toContain('ClusterOnHold');
    expect((await until('web', () => true)).replicas.spec).toBe(replicas.spec);
  });
});
