// A vertical proposal as the API shows it and as a terminal prints it: data with a closed code, and commands to copy.
import { describe, expect, it } from 'vitest';
import { type VerticalBody, verticalLines } from '../../../cli/vertical-text.ts';
import { presentVertical, presentVerticalInRow } from '../../../lib/app/api/present-vertical.ts';
import { simulated, startEmbedded } from '../../make/embedded.ts';
import { container, facts, HIGH, propose, QUIET } from '../../make/vertical.ts';

const REF = { cluster: 'demo', namespace: 'goblinos-ai', name: 'ollama-inference' };
const RANGES = 'cpu=500m..4,memory=1Gi..16Gi';
const shown = (change: Parameters<typeof propose>[0]) => {
  const { vertical } = presentVertical(REF, propose(change).view);
  if (vertical === undefined) throw new Error('nothing is shown');
  return vertical;
};

describe('a vertical proposal', () => {
  it('is no key at all where the workload asks for none', () => {
    expect(presentVertical(REF, undefined)).toEqual({});
    expect(presentVerticalInRow(undefined)).toEqual({});
  });

  it('shows level, factor, from and to, and the patches as commands', () => {
    const body = shown({ annotation: `${RANGES},apply=print` });
    expect(body).toMatchObject({ code: 'print_only', level: 'high', factor: 2, pods: { total: 3, as_wanted: 0 } });
    expect(body.containers).toMatchObject([
      { name: 'ollama', kind: 'container', from: { cpu: { request: '1' } }, to: { cpu: { request: '2', limit: '4' } } },
    ]);
    const resources = { requests: { cpu: '2', memory: '8Gi' }, limits: { cpu: '4', memory: '16Gi' } };
    const spec = { containers: [{ name: 'ollama', resources }] };
    expect(body.patches[0]?.command).toBe(
      `kubectl -n goblinos-ai patch pod a --subresource resize --patch '${JSON.stringify({ spec })}'`,
    );
    expect(body.template?.command).toBe(
      `kubectl -n goblinos-ai patch deployment ollama-inference --patch '${JSON.stringify({ spec: { template: { spec } } })}'`,
    );
    expect(body.template?.warning).toMatch(/causes a rollout/);
  });

  it('patches sidecars where they are: among the init containers', () => {
    const template = [container(), container({ name: 'proxy', kind: 'sidecar' })];
    const [patch] = shown({ annotation: 'cpu=500m..4', facts: facts({ template }) }).patches;
    expect(patch?.patch.spec).toMatchObject({ containers: [{ name: 'ollama' }], initContainers: [{ name: 'proxy' }] });
  });

  it('has no template patch where the template is what is wanted', () => {
    expect(shown({ said: QUIET }).template).toBeNull();
  });

  it('is read in a terminal with its reasons and its commands', () => {
    const body = shown({
      annotation: `${RANGES},apply=print`,
      facts: facts({ measuredBy: { memory: 'ollama-hpa' } }),
      said: HIGH,
    });
    const lines = verticalLines(body as unknown as VerticalBody).join('\n');
    expect(lines).toContain('requests: level high, times 2, 0 of 3 pods as wanted (print_only');
    expect(lines).toContain('ollama cpu: 1 (limit 2) → 2 (limit 4)');
    expect(lines).toContain('left: memory: HPA ollama-hpa measures memory');
    expect(lines).toContain('--subresource resize');
    expect(lines).toContain('this causes a rollout');
  });
});

describe('the API of a whole system', () => {
  it('has the proposal as the last tick left it, in recommendations and in status, and none once nobody asks', async () => {
    const annotations = { 'ai4k8s.io/vertical': 'cpu=100m..4' };
    const system = await startEmbedded([simulated({ annotations }), simulated({ name: 'other' })]);
    try {
      await system.tick();
      const of = (name: string) =>
        system.get(`/api/autoscaling/recommendations/demo?deployment=${name}&namespace=shop`);
      expect((await of('web')).body.vertical).toMatchObject({
        code: 'no_level',
        level: null,
        patches: [],
        template: null,
      });
      expect((await of('other')).body).not.toHaveProperty('vertical');
      const { body } = await system.get('/api/autoscaling/status/demo');
      const rows = body.workloads as { deployment: string; vertical?: { code: string } }[];
      expect(rows.map(({ deployment, vertical }) => [deployment, vertical?.code])).toEqual([
        ['other', undefined],
        ['web', 'no_level'],
      ]);
    } finally {
      await system.close();
    }
  });
});
