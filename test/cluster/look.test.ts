// A look between two ticks on a real cluster: pods that use more are seen before the next tick, and the Deployment has more by then.
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LookTask } from '../../lib/app/ports/look-task.ts';
import type { AutoscalerEvent, Log } from '../../lib/app/ports/world.ts';
import { readConfig } from '../../lib/config.ts';
import { wireTick } from '../../lib/wire/tick.ts';
import { type EmbeddedTable, startEmbeddedTable } from '../../local/embedded-table.ts';
import { type TickAndLook, tickAndLook } from '../../local/tick-and-look.ts';
import { hpa } from './cluster-objects.ts';
import { apply, kubectl, USAGE_FILE } from './cluster-under-test.ts';
import { busy, isStandIn, observerOf } from './observe-and-decide.ts';

const NAMESPACE = `lk-${process.pid}`;
const MINUTE = 60_000;
const { until, wanting } = observerOf(NAMESPACE);
/** The first is scaled directly; the other has an HPA, which has room and is told never to go up: nobody but us could. */
const WORKLOADS = ['web', 'under-hpa'];
const NEVER_UP = { max: 8, behavior: { scaleUp: { selectPolicy: 'Disabled' } } };
const RESOURCES = { requests: { cpu: '100m', memory: '64Mi' } };
const ANNOTATIONS = {
  'ai4k8s.io/predictive-autoscaling-enabled': 'true',
  'ai4k8s.io/mode': 'auto',
  'ai4k8s.io/min-replicas': '2',
  'ai4k8s.io/max-replicas': '20',
};

const lines: string[] = [];
const write = (message: string) => void lines.push(message);
const log: Log = { info: write, warn: write, error: write };
const events: AutoscalerEvent[] = [];
/** Ahead of the cluster's clock, so that a test need not wait for a quarter of a minute. */
let aheadMs = 0;
let usageBefore = '';
let table: EmbeddedTable;
let both: TickAndLook;

describe.runIf(isStandIn)('a look on a real cluster', () => {
  beforeAll(async () => {
    usageBefore = readFileSync(usageFile(), 'utf8');
    using(100);
    table = await startEmbeddedTable();
    const cluster = { id: 'real', kubeconfig: process.env.KUBECONFIG };
    const config = { TABLE_NAME: table.tableName, CLUSTERS: JSON.stringify([cluster]), NAMESPACES: NAMESPACE };
    const context = await wireTick(readConfig(config), {
      clock: { now: () => Date.now() + aheadMs },
      log,
      table,
      events: { publish: (published) => Promise.resolve(void events.push(...published)) },
    });
    both = tickAndLook(context);
    kubectl(['create', 'namespace', NAMESPACE]);
    apply([
      ...WORKLOADS.map((name) => wanting(name, { annotations: ANNOTATIONS, resources: RESOURCES })),
      hpa(NAMESPACE, 'under-hpa', NEVER_UP),
    ]);
    for (const name of WORKLOADS) await until(name, busy(2));
  }, 120_000);

  afterAll(async () => {
    writeFileSync(usageFile(), usageBefore);
    kubectl(['delete', 'namespace', NAMESPACE, '--wait=false']);
    await table?.close();
  });

  it('patches the scale of what is scaled directly before the next tick, which sees it as ours', async () => {
    const scheduled = Date.now();
    const looks = await both.tick({ cluster: 'real', scheduled_at: isoOf(scheduled) });
    expect(looks.map(({ at }) => (at - scheduled) / 1000)).toEqual([15, 30, 45]);
    expect(new Set(looks.flatMap(lookedAt))).toEqual(new Set([`${NAMESPACE}/web`]));
    expect(scales()).toEqual(['1 2', '1 2']);
    const [first, second, third] = looks;

    await untilMeasuredAgain();
    expect(await lookAt(first)).toEqual({ kind: 'looked', raised: 0 });
    expect(scales()).toEqual(['1 2', '1 2']);

    using(300); // on pods of 100 millicores: at 70 % it takes five
    await untilMeasuredAgain();
    expect(await lookAt(second)).toEqual({ kind: 'looked', raised: 1 });
    expect(scales()).toEqual(['2 5', '1 2']);

    // What it gave is enough, and nobody asks twice.
    await untilMeasuredAgain();
    expect(await lookAt(third)).toEqual({ kind: 'looked', raised: 0 });

    aheadMs = scheduled + MINUTE - Date.now();
    await both.tick({ cluster: 'real', scheduled_at: isoOf(scheduled + MINUTE) });
    expect(scales()[0]).toBe('2 5');
    const applied = events.filter(({ type, detail }) => type === 'DecisionApplied' && detail.name === 'web');
    expect(applied.map(({ detail }) => [detail.current, detail.target])).toEqual([[2, 5]]);
    expect(told()).toEqual([expect.stringMatching(/^scaled 2 → 5 replicas \(\w+\): look between two ticks: /)]);
    expect(lines).not.toContainEqual(expect.stringContaining('failed'));
  }, 120_000);
});

function lookedAt({ shards }: LookTask): readonly string[] {
  return shards.flatMap(({ pods }) => pods.map(([workload]) => workload));
}

/** At its time. */
async function lookAt(task: LookTask | undefined) {
  if (task === undefined) throw new Error('the tick sent no such look');
  aheadMs = task.due - Date.now();
  return both.look(task);
}

/** Of all pods of a workload, in millicores; memory stays. Renamed into place, so that nobody reads half of it. */
function using(totalCpuMilli: number): void {
  const ours = WORKLOADS.map((name) => [`${NAMESPACE}/${name}`, { totalCpuMilli, memoryMi: 20 }]);
  const file = usageFile();
  writeFileSync(`${file}.new`, JSON.stringify({ ...JSON.parse(usageBefore), ...Object.fromEntries(ours) }));
  renameSync(`${file}.new`, file);
}

/** Readings are stamped with full seconds: one second later there are newer ones. */
async function untilMeasuredAgain(): Promise<void> {
  const before = Date.now();
  await until('web', ({ signals }) => (signals.cpu?.at ?? 0) > before);
}

/** Generation and replicas asked for. */
function scales(): readonly string[] {
  const path = 'jsonpath={.metadata.generation} {.spec.replicas}';
  return WORKLOADS.map((name) => kubectl(['-n', NAMESPACE, 'get', 'deployment', name, '-o', path]));
}

/** In the cluster, of `web`. */
function told(): readonly string[] {
  const selector = 'involvedObject.name=web,reason=ReplicasChanged';
  const path = 'jsonpath={range .items[*]}{.message}{"\\n"}{end}';
  const messages = kubectl(['-n', NAMESPACE, 'get', 'events', '--field-selector', selector, '-o', path]);
  return messages.split('\n').filter((message) => message !== '');
}

function usageFile(): string {
  if (USAGE_FILE === null) throw new Error('only a control plane of ours can be told what pods use');
  return USAGE_FILE;
}

function isoOf(at: number): string {
  return new Date(at).toISOString();
}
