// The dashboard as Grafana lays it out, and the alerts' way into docs/complexity.md and into the Prometheus Operator.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadYaml } from '@kubernetes/client-node';
import { describe, expect, it } from 'vitest';
import { dashboard, dashboardExpressions } from './expressions.ts';
import { textOf, yamlOf } from './files.ts';

const { panels, templating } = dashboard();

describe('litebrain-dashboard.json', () => {
  it('has a place and a number for each panel, and no two in one place', () => {
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, i) => `${x + (i % w)},${y + Math.floor(i / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    for (const { gridPos } of panels) expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
  });

  it('uses the variables that it has, and no others', () => {
    const own = templating.list.map(({ name }) => name);
    const used = [...textOf('litebrain-dashboard.json').matchAll(/\$\{?(\w+)/g)].map(([, name = '']) => name);
    expect(new Set(used)).toEqual(new Set([...own, '__rate_interval']));
    for (const expression of Object.values(dashboardExpressions())) expect(expression).not.toContain('$');
  });

  it('takes no rate of a gauge, as the seed did: a fall is no restart', () => {
    const counters = /_total|_sum|_count|_bucket/;
    const rated = Object.values(dashboardExpressions()).flatMap((one) => [
      ...one.matchAll(/\b(?:i?rate|increase)\((\w+)/g),
    ]);
    expect(rated.length).toBeGreaterThan(10);
    for (const [, metric = ''] of rated) expect(metric).toMatch(counters);
  });
});

describe('litebrain-alerts.yaml', () => {
  const text = textOf('litebrain-alerts.yaml');
  const root = join(import.meta.dirname, '../../..');
  const docs = readFileSync(join(root, 'docs/complexity.md'), 'utf8');

  it('leads from each alert to its paragraph of docs/complexity.md', () => {
    const anchors = [...docs.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) => title.toLowerCase().replaceAll(' ', '-'));
    const links = [...text.matchAll(/runbook: docs\/complexity\.md#(\S+)/g)].map(([, anchor]) => anchor);
    expect(links).toHaveLength([...text.matchAll(/- alert:/g)].length);
    for (const link of links) expect(anchors).toContain(link);
  });

  it('becomes a PrometheusRule by the command that docs/complexity.md shows', () => {
    const [, command = ''] = /```bash\n(\{ printf[\s\S]*?) \| kubectl apply -f -\n```/.exec(docs) ?? [];
    const rule = loadYaml(execFileSync('bash', ['-c', command], { cwd: root, encoding: 'utf8' }));
    expect(rule).toEqual({
      apiVersion: 'monitoring.coreos.com/v1',
      kind: 'PrometheusRule',
      metadata: { name: 'litebrain', namespace: 'goblinos-ai' },
      spec: yamlOf('litebrain-alerts.yaml'),
    });
  });
});
