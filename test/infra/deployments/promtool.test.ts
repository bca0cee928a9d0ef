// What infra/deployments asks of Prometheus, as Prometheus itself reads it: alerts fire where they must, queries say what they should.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { adapterExpressions, allExpressions, dashboardExpressions, signalExpressions } from './expressions.ts';
import { DEPLOYMENTS } from './files.ts';
import { checkExpressions, expectAnswers, hasPromtool, run } from './promtool.ts';

const there = hasPromtool();
const POD = (suffix: string, more = '') => `{namespace="goblinos-ai", pod="ollama-inference-7c9f-${suffix}"${more}}`;
/** Its notation has no way to repeat it. */
const NOT_KNOWN = Array.from({ length: 21 }, () => 'NaN').join(' ');
const OURS = '{namespace="goblinos-ai", deployment="ollama-inference"}';

describe.skipIf(!there)('rules and queries', () => {
  it('every expression of dashboard, alerts, adapter and signals parses', () => {
    checkExpressions(allExpressions());
    expect(() => checkExpressions({ broken: 'rate(litebrain_requests_total)' })).toThrow(/range vector/);
  });

  it('the rule file is one', () => {
    expect(run(['check', 'rules', join(DEPLOYMENTS, 'litebrain-alerts.yaml')])).toContain('6 rules found');
  });

  it.each(readdirSync(import.meta.dirname).filter((name) => /^alerts-.*\.yaml$/.test(name)))('%s', (file) => {
    expect(run(['test', 'rules', join(import.meta.dirname, file)])).toContain('SUCCESS');
  });

  it('an HPA is told a mean over a minute, once for a pod that is scraped twice, and nothing of what is not known', () => {
    const { 'adapter 0: metrics': work = '' } = adapterExpressions('litebrain_complexity_work', '.+');
    const { 'adapter 0: metrics': queue = '' } = adapterExpressions('litebrain_queue_seconds', '.+');
    expectAnswers(
      {
        [`litebrain_complexity_work${POD('aaaaa', ', job="annotation"')}`]: '0x10 120x10',
        [`litebrain_complexity_work${POD('aaaaa', ', job="monitor"')}`]: '0x10 120x10',
        [`litebrain_complexity_work${POD('bbbbb')}`]: '0x20',
        [`litebrain_queue_seconds${POD('aaaaa')}`]: NOT_KNOWN,
        [`litebrain_queue_seconds${POD('bbbbb')}`]: '7x20',
      },
      [
        {
          expr: work,
          eval_time: '15m',
          exp_samples: [
            { labels: '{pod="ollama-inference-7c9f-aaaaa"}', value: 120 },
            { labels: '{pod="ollama-inference-7c9f-bbbbb"}', value: 0 },
          ],
        },
        { expr: queue, eval_time: '15m', exp_samples: [{ labels: '{pod="ollama-inference-7c9f-bbbbb"}', value: 7 }] },
      ],
    );
  });

  it('signals are of Deployments: loads add up over pods, levels are means, twice scraped is once', () => {
    const {
      'complexity-work': work = '',
      tokens = '',
      complexity = '',
      'queue-seconds': queue = '',
    } = signalExpressions();
    const each = (metric: string, values: readonly string[]) => ({
      [`${metric}${POD('aaaaa', ', job="a"')}`]: values[0] ?? '',
      [`${metric}${POD('aaaaa', ', job="b"')}`]: values[0] ?? '',
      [`${metric}${POD('bbbbb')}`]: values[1] ?? '',
      [`${metric}{namespace="goblinos-ai", pod="by-hand"}`]: '1000x20',
    });
    const is = (expr: string, value: number) => ({ expr, eval_time: '10m', exp_samples: [{ labels: OURS, value }] });
    expectAnswers(
      {
        ...each('litebrain_complexity_work', ['120x20', '30x20']),
        ...each('litebrain_tokens_in_flight', ['900x20', '100x20']),
        // A pod that was asked nothing has no score; one whose throughput is not known has no queue.
        ...each('litebrain_complexity_score', ['84x20', '0x20']),
        ...each('litebrain_queue_seconds', [NOT_KNOWN, '12x20']),
      },
      [is(work, 150), is(tokens, 1000), is(complexity, 84), is(queue, 12)].map((question) => ({
        ...question,
        expr: `(${question.expr}) and on (deployment) label_replace(vector(1), "deployment", "ollama-inference", "", "")`,
      })),
    );
  });

  it('a Deployment that is asked nothing has a score of 0, which is a reading, and one without pods has none', () => {
    const { complexity = '' } = signalExpressions();
    expectAnswers({ [`litebrain_complexity_score${POD('aaaaa')}`]: '0x5 _x20' }, [
      { expr: complexity, eval_time: '5m', exp_samples: [{ labels: OURS, value: 0 }] },
      { expr: complexity, eval_time: '20m', exp_samples: [] },
    ]);
  });

  it("the dashboard's mean of what was asked, its trend, its share of errors, where there were none or no requests", () => {
    const shown = dashboardExpressions();
    const requests = (status: string) =>
      `litebrain_requests_total${POD('aaaaa', `, model="m", complexity="low", status="${status}"`)}`;
    const at = (panel: string, eval_time: string, values: readonly number[]) => ({
      expr: `round(${shown[panel]}, 0.001)`,
      eval_time,
      exp_samples: values.map((value) => ({ labels: '{}', value })),
    });
    expectAnswers(
      {
        [`litebrain_complexity_score${POD('aaaaa')}`]: '10+2x30',
        [`litebrain_complexity_score${POD('bbbbb')}`]: '0x30',
        [requests('ok')]: '0+19x30 570x30',
      },
      [
        at('Complexity trend A', '20m', [1]),
        at('Complexity score A', '20m', [45]),
        at('Errors A', '20m', [0]),
        at('Errors A', '50m', []),
      ],
    );
    expectAnswers({ [requests('ok')]: '0+19x30', [requests('error')]: '0+1x30' }, [at('Errors A', '20m', [0.05])]);
  });
});
