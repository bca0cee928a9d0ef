// What docs/complexity.md tells of the two HPAs, on the real controller: a mean score multiplies replicas to the maximum, work in flight settles.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CoreV1Event, KubernetesObject, V2HorizontalPodAutoscaler } from '@kubernetes/client-node';
import { loadAllYaml } from '@kubernetes/client-node';
import { expect, it } from 'vitest';
import { apply, kubectl } from './cluster-under-test.ts';
import type { CustomMetrics, Measured } from './custom-metrics-api.ts';

const SCORE = 'litebrain_complexity_score';
const WORK = 'litebrain_complexity_work';
const CASES = ['high', 'within', 'work'] as const;
type Case = (typeof CASES)[number];
const namespaceOf = (name: Case) => `lesson-${name}-${process.pid}`;
/** Two syncs of the controller. */
const TWO_SYNCS_MS = 31_000;

let metrics: CustomMetrics | undefined;

/** Begun before everything else of its file: the controller takes a minute and more, in which others need not wait. */
export function beginLesson(api: CustomMetrics): void {
  metrics = api;
  say('high', SCORE, { each: 95 });
  say('within', SCORE, { each: 54 });
  // 130 points are shared by however many there are.
  say('work', WORK, { shared: 130 });
  for (const name of CASES) deploy(name, name === 'work' ? 'ollama-hpa-work.yaml' : 'ollama-scaling-k8s.yaml');
}

export function endLesson(): void {
  for (const name of CASES) kubectl(['delete', 'namespace', namespaceOf(name), '--wait=false', '--ignore-not-found']);
}

/** To be told within a describe whose hooks begin and end it. */
export function tellLesson(): void {
  it('a score of 95 multiplies by 1.9 until it is at the maximum; 130 points need three, and have three', async () => {
    await until(() => last('high') === 10 && last('work') === 3);
    expect(sizes()).toEqual({ high: [1, 2, 4, 8, 10], within: [1], work: [1, 3] });
  }, 180_000);

  it('a score that is low again, 46, leaves all ten there: it is within 10 % of the target', async () => {
    say('high', SCORE, { each: 46 });
    await sleep(TWO_SYNCS_MS);
    expect(sizes()).toEqual({ high: [1, 2, 4, 8, 10], within: [1], work: [1, 3] });
  }, 60_000);

  it('only what is asked brings them down: a score of 20 by steps, work of 40 at once', async () => {
    say('high', SCORE, { each: 20 });
    say('work', WORK, { shared: 40 });
    await until(() => last('high') === 1 && last('work') === 1);
    expect(sizes()).toEqual({ high: [1, 2, 4, 8, 10, 4, 2, 1], within: [1], work: [1, 3, 1] });
  }, 180_000);
}

function say(name: Case, metric: string, measured: Measured): void {
  metrics?.set(namespaceOf(name), metric, measured);
}

/** As shipped, in a namespace of its own, and without stabilisation: what is seen in a minute takes six with it. */
function deploy(name: Case, hpaFile: string): void {
  const namespace = namespaceOf(name);
  const objects = manifest('ollama-scaling-k8s.yaml').filter(({ kind }) => kind !== 'HorizontalPodAutoscaler');
  const moved = objects.map((one) =>
    one.kind === 'Namespace'
      ? { ...one, metadata: { ...one.metadata, name: namespace } }
      : { ...one, metadata: { ...one.metadata, namespace } },
  );
  const hpa = manifest(hpaFile).find(({ kind }) => kind === 'HorizontalPodAutoscaler') as V2HorizontalPodAutoscaler;
  const now = { stabilizationWindowSeconds: 0 };
  const spec = { ...hpa.spec, behavior: { scaleUp: now, scaleDown: now } };
  apply([...moved, { ...hpa, metadata: { ...hpa.metadata, namespace }, spec }]);
}

function manifest(file: string): readonly KubernetesObject[] {
  return loadAllYaml(readFileSync(join(import.meta.dirname, '../../infra/deployments', file), 'utf8'));
}

/** Every number of replicas that the controller gave each Deployment, in order, by its own Events; one to begin with. */
function sizes(): Record<Case, number[]> {
  const of = (name: Case) => {
    const rescaled = ['get', 'events', '-n', namespaceOf(name), '--field-selector', 'reason=SuccessfulRescale'];
    const items: readonly CoreV1Event[] = JSON.parse(kubectl([...rescaled, '-o', 'json'])).items;
    const inOrder = items.toSorted((a, b) => String(a.firstTimestamp).localeCompare(String(b.firstTimestamp)));
    return [1, ...inOrder.map(({ message }) => Number(/New size: (\d+)/.exec(message ?? '')?.[1]))];
  };
  return { high: of('high'), within: of('within'), work: of('work') };
}

const last = (name: Case) => sizes()[name].at(-1);

/** What the controller says of each HPA. */
function conditions(): string {
  const all = JSON.parse(kubectl(['get', 'hpa', '-A', '-o', 'json'])).items;
  const ours = all.filter(({ metadata }: KubernetesObject) =>
    CASES.some((one) => namespaceOf(one) === metadata?.namespace),
  );
  return JSON.stringify(ours.map(({ metadata, status }: V2HorizontalPodAutoscaler) => [metadata?.namespace, status]));
}

async function until(holds: () => boolean): Promise<void> {
  const deadline = Date.now() + 170_000;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error(`it did not come to that: ${JSON.stringify(sizes())}; ${conditions()}`);
    await sleep(500);
  }
}
