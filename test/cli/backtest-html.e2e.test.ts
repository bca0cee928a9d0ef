// The report of a backtest: one file, whatever the traces are called, with no violation lost.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { frontierJobs } from '../../cli/backtest/frontier-jobs.ts';
import { byTrace, type Run } from '../../cli/backtest/frontier-traces.ts';
import { backtestHtml } from '../../cli/backtest/html.ts';
import { bucketsFor, startChart } from '../../cli/backtest/html-series.ts';
import { type Job, type JobResult, runJob } from '../../cli/backtest/job.ts';
import { generatedLoad } from '../../local/loads.ts';

const CLI = join(import.meta.dirname, '../../cli/main.ts');
const START = Date.UTC(2026, 0, 5);
const STEP_SECONDS = 15;
const NASTY = `</script><script>alert(1)</script><img src=x onerror=alert(2)>"'&`;

const folder = mkdtempSync(join(tmpdir(), 'ai4k8s-html-'));
afterAll(() => rmSync(folder, { recursive: true }));

function job(label: string, policy: string): Job {
  const load = generatedLoad({ seed: 8, mean: 50, burstsPerDay: 6, burstHeight: 1.5 });
  return {
    label,
    trace: {
      startsAt: START,
      intervalSeconds: 300,
      demand: Float64Array.from({ length: 288 }, (_, i) => load(START + i * 300_000)),
    },
    policy,
    settings: { capacity: 2.5, min: 1, max: 200, sloPercent: 99.5, tickSeconds: 60 },
    startupSeconds: 90,
    scoredFrom: null,
    timeline: null,
    chartBuckets: 200,
    llm: null,
  };
}

async function page(...labels: readonly string[]): Promise<string> {
  const asked = labels.flatMap((label) => ['ours', 'hpa:0.8'].map((policy) => job(label, policy)));
  const run = (of: Job) => runJob(of);
  const runs = await Promise.all(asked.map(async (of) => ({ job: of, result: await run(of) })));
  const peers = await Promise.all(frontierJobs(asked).map(run));
  return pageOf(runs, peers);
}

function pageOf(runs: readonly Run[], peers: readonly JobResult[], pace = PACE): Promise<string> {
  const traces = byTrace(runs, peers, 99.5);
  const bounds = { sloPercent: 99.5, min: 1, max: 200, startupSeconds: 90, ...pace };
  return backtestHtml({ traces, ...bounds, madeAt: START });
}

const PACE = { tickSeconds: 60, lookSeconds: 15, phaseSeconds: 30 };

/** Every tag that reads as one, closing ones and the doctype included; our own attributes are in double quotes. */
function tagsOf(markup: string) {
  const tags = markup.matchAll(/<[!/]?([a-z][a-z0-9]*)((?:\s+[a-z][a-z0-9-]*(?:="[^"<>]*")?)*)\s*\/?>/gi);
  return [...tags].map(([, name = '', text = '']) => ({
    name,
    attributes: [...text.matchAll(/([a-z][a-z0-9-]*)(?:="([^"]*)")?/gi)].map(
      ([, key = '', value = '']) => [key, value] as const,
    ),
  }));
}

function chartsOf(html: string) {
  const [, json = ''] = /<script type="application\/json" id="charts">(.*?)<\/script>/s.exec(html) ?? [];
  return JSON.parse(json);
}

describe('the page', () => {
  let html: string;
  /** Without what is in scripts and styles. */
  let markup: string;
  beforeAll(async () => {
    html = await page('shop', NASTY);
    markup = html.replace(/(<(script|style)\b[^>]*>).*?(<\/\2>)/gs, '$1$3');
  });

  it('holds nothing but well-formed tags, whatever a trace is called', () => {
    expect(tagsOf(markup)).toHaveLength(markup.split('<').length - 1);
    expect(new Set(tagsOf(markup).map(({ name }) => name)).has('img')).toBe(false);
    expect(markup).toContain(
      '&lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt;&lt;img src=x onerror=alert(2)&gt;&quot;&#39;&amp;',
    );
    // In the numbers for the script as well, where `</script>` would end it.
    expect(html.split('</script>')).toHaveLength(4);
  });

  it('ends no script with the name of a policy, and shows it as it is', async () => {
    const of = job('shop', 'limit');
    const result = { ...(await runJob(of)), policy: NASTY };
    const named = await pageOf([{ job: of, result }], []);
    expect(named.split('</script>')).toHaveLength(4);
    expect(chartsOf(named)[0].runs[0].name).toBe(NASTY);
  });

  it('asks the network for nothing', () => {
    const attributes = tagsOf(markup).flatMap((tag) => tag.attributes);
    const targets = attributes.filter(([name]) => /^(src|href|action|srcset|poster|data)$/i.test(name));
    expect(targets.length).toBeGreaterThan(0);
    expect(targets.filter(([, target]) => !/^#trace-\d+$/.test(target))).toEqual([]);
    const [, style = ''] = /<style>(.*?)<\/style>/s.exec(html) ?? [];
    expect(style.match(/@import|url\(/i)).toBeNull();
    expect(markup).toContain('default-src &#39;none&#39;');
  });

  it('lets its own two scripts run and no other: a hash for each, no inline handler, no inline style', () => {
    const scripts = markup.match(/<script\b[^>]*>/g);
    expect(scripts).toEqual(['<script type="application/json" id="charts">', '<script>', '<script>']);
    const hashes = [...html.matchAll(/<(script|style)>(.*?)<\/\1>/gs)].map(([, , text = '']) =>
      createHash('sha256').update(text).digest('base64'),
    );
    expect(hashes).toHaveLength(3);
    for (const hash of hashes) expect(markup).toContain(`sha256-${hash}`);
    const names = tagsOf(markup).flatMap((tag) => tag.attributes.map(([name]) => name));
    expect(names.filter((name) => /^(on.*|style)$/i.test(name))).toEqual([]);
  });

  it('has one top heading, a section with its heading per trace, and says what its words mean', () => {
    expect(html.match(/<h1>/g)).toHaveLength(1);
    expect(html.match(/<h2 id="name-\d">/g)).toHaveLength(2);
    expect(html).toContain('Backtest of 2 traces');
    for (const word of ['Violation', 'Cost', 'Clairvoyant', 'Gap closed']) expect(html).toContain(`<dt>${word}</dt>`);
  });

  it('draws every HPA target, ours, the clairvoyant and the seeds’ later formula in each frontier: of a trace, of all', () => {
    const figures = [...html.matchAll(/<figure class="frontier">(.*?)<\/svg>/gs)].map(([, svg = '']) => svg);
    expect(figures).toHaveLength(3);
    const targets = Array.from({ length: 86 }, (_, i) => `HPA ${12 + i} %`);
    for (const svg of figures) {
      const titles = [...svg.matchAll(/<title>([^:]+): short/g)].map(([, name]) => name);
      expect(titles.toSorted()).toEqual([...targets, 'A14K8s formula', 'clairvoyant', 'ours'].toSorted());
    }
  });

  it('carries a chart per trace with the policies that were asked for', () => {
    const charts = chartsOf(html);
    expect(charts).toHaveLength(2);
    expect(charts[1].runs.map(({ name }: { name: string }) => name)).toEqual(['ours', 'HPA 80 %']);
    expect(charts[0].needed[0]).toHaveLength(Math.ceil(5760 / Math.ceil(5760 / 200)));
  });
});

describe('a chart’s numbers', () => {
  const step = fc.record({ demand: fc.integer({ min: 0, max: 500 }), ready: fc.integer({ min: 0, max: 60 }) });
  const needed = (demand: number) => Math.ceil(demand / 9);

  it('keep every step’s violation, and call nothing short that was not', () => {
    fc.assert(
      fc.property(
        fc.array(step, { minLength: 1, maxLength: 300 }),
        fc.integer({ min: 1, max: 40 }),
        (steps, buckets) => {
          const chart = startChart(10, steps.length, buckets);
          for (const one of steps) chart.add(one);
          const { shortages } = chart.result();
          const drawn: number[] = [];
          let at = 0;
          for (let i = 0; i < shortages.length; i += 2) {
            at += shortages[i] ?? 0;
            for (let n = 0; n < (shortages[i + 1] ?? 0); n++) drawn.push(at++);
          }
          const short = steps.flatMap(({ demand, ready }, i) => (ready < needed(demand) ? [i] : []));
          expect(drawn).toEqual(short);
        },
      ),
    );
  });

  it('keep the least and the most of every bucket', () => {
    fc.assert(
      fc.property(
        fc.array(step, { minLength: 1, maxLength: 300 }),
        fc.integer({ min: 1, max: 40 }),
        (steps, buckets) => {
          const chart = startChart(10, steps.length, buckets);
          for (const one of steps) chart.add(one);
          const { bucketSeconds, ready, needed: need } = chart.result();
          const size = bucketSeconds / STEP_SECONDS;
          expect(ready.low.length).toBeLessThanOrEqual(buckets);
          for (let i = 0; i * size < steps.length; i++) {
            const bucket = steps.slice(i * size, (i + 1) * size);
            expect(ready.low[i]).toBe(Math.min(...bucket.map((one) => one.ready)));
            expect(ready.high[i]).toBe(Math.max(...bucket.map((one) => one.ready)));
            expect(need.high[i]).toBe(Math.max(...bucket.map((one) => needed(one.demand))));
          }
        },
      ),
    );
  });

  it('stay few however often a trace is short, and still cover every violation', () => {
    const steps = 60_000;
    const chart = startChart(10, steps, 500);
    for (let i = 0; i < steps; i++) chart.add({ demand: 9, ready: i % 3 === 0 ? 0 : 1 });
    const { shortages } = chart.result();
    expect(shortages.length / 2).toBeLessThanOrEqual(4000);
    let at = 0;
    let short = 0;
    for (let i = 0; i < shortages.length; i += 2) {
      at += shortages[i] ?? 0;
      const end = at + (shortages[i + 1] ?? 0);
      for (; at < end; at++) if (at % 3 === 0) short++;
    }
    expect(short).toBe(steps / 3);
  });

  it('grow with a folder’s traces no further than a few megabytes', () => {
    expect(bucketsFor(1, 3)).toBe(5000);
    for (const traces of [1, 13, 50, 100]) expect(traces * bucketsFor(traces, 3) * 8).toBeLessThanOrEqual(700_000);
  });
});

describe('ai4k8s backtest --html', () => {
  function backtest(...args: readonly string[]) {
    return spawnSync(process.execPath, [CLI, 'backtest', ...args], { cwd: folder, encoding: 'utf8' });
  }

  beforeAll(() => {
    mkdirSync(join(folder, 'reports'));
    const { trace } = job('shop', 'limit');
    const rows = [...trace.demand].map(
      (value, i) => `${new Date(START + i * 300_000).toISOString()},${value.toFixed(3)}`,
    );
    writeFileSync(join(folder, 'a<b>&c.csv'), `timestamp,demand\n${rows.join('\n')}\n`);
  });

  it('writes the report where asked; the table stays that of the policies asked for', () => {
    const args = ['--trace', 'a<b>&c.csv', '--policy', 'limit', '--policy', 'hpa:0.70', '--html', 'reports/r.html'];
    const { status, stdout, stderr } = backtest(...args);
    expect(status).toBe(0);
    expect(stderr).toMatch(/the report is reports\/r\.html \(\d\.\d MB\)/);
    expect(stdout).toContain('hpa:0.70');
    expect(stdout).not.toContain('hpa:0.45');
    const html = readFileSync(join(folder, 'reports/r.html'), 'utf8');
    expect(html).toContain('<h1>Backtest of a&lt;b&gt;&amp;c</h1>');
    // Eleven targets more, and the seeds' later formula; 0.70 is the twelfth already.
    expect(stderr).toContain('88 runs');
  });

  it.each([
    ['a folder that is not there', 'no/where.html'],
    ['a folder', 'reports'],
  ])('says at once that it cannot be written to %s', (_case, file) => {
    const { status, stdout, stderr } = backtest('--trace', 'a<b>&c.csv', '--html', file);
    expect(status).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toMatch(new RegExp(`^error: --html ${file} cannot be written: `));
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });
});

describe('how often ours decides', () => {
  it.each([
    ['a tick every 60 s, 30 s after the full minutes of a trace, and between two ticks ours looks every 15 s', {}],
    [
      'a tick every 60 s, on the full minutes of a trace, and between two ticks nobody looks',
      { lookSeconds: 0, phaseSeconds: 60 },
    ],
    ['and between two ticks nobody looks', { lookSeconds: 60 }],
  ])('is said: %s', async (words, change) => {
    expect(await pageOf([], [], { ...PACE, ...change })).toContain(words);
  });
});
