// What is told to a time series database after a tick: which workloads, which numbers, and that it never harms the tick.
import { describe, expect, it } from 'vitest';
import { type MetricSink, SERIES_GROUPS, type SeriesChoice } from '../../../lib/app/ports/metric-sink.ts';
import { AdapterError, type Log } from '../../../lib/app/ports/world.ts';
import { tellSeries } from '../../../lib/app/report/tick-series.ts';
import { WORKLOAD_METRICS, workloadSamples } from '../../../lib/app/report/workload-series.ts';
import { runTick } from '../../../lib/app/tick/tick.ts';
import type { DecisionRecord } from '../../../lib/domain/decision/decision.ts';
import type { Outcome } from '../../../lib/domain/decision/outcome.ts';
import { conclude, consider } from '../../../lib/domain/decision/step.ts';
import { EMPTY_SERIES } from '../../../lib/domain/workload/series.ts';
import { simulated, startEmbedded } from '../../make/embedded.ts';
import { makeFanOutWorld } from '../../make/fan-out-world.ts';
import { type RecordParts, recordOf } from '../../make/records.ts';
import { NOW, observation, policy } from '../../make/workloads.ts';
import { sampleForecast } from '../../stand-ins/sample-assessment.ts';

const ALL: SeriesChoice = { workloads: 'enabled', groups: SERIES_GROUPS };
const MINUTE = 60_000;

/** Rising from 2.5 cores to 4 within the half hour, to 9 behind it. */
function rising(skill: number | null) {
  const points = Array.from({ length: 32 }, (_, i) => {
    const p50 = i < 6 ? 2.5 + (i + 1) / 4 : 9;
    return { at: NOW + (i + 1) * 5 * MINUTE, p5: p50, p50, p90: 2 * p50, p95: 3 * p50, p99: 4 * p50 };
  });
  return sampleForecast('cpu', 2.5, { points, peak: 9, skill });
}

function withAssessment(parts: RecordParts, change: Partial<DecisionRecord['assessment']>): DecisionRecord {
  const record = recordOf(parts);
  return { ...record, assessment: { ...record.assessment, ...change } };
}

function told(record: DecisionRecord, choice: SeriesChoice = ALL, before?: Outcome) {
  return workloadSamples(record, before, choice).map(({ name, labels, value }) => {
    const { cluster: _c, namespace: _n, workload: _w, kind: _k, ...more } = labels;
    return [name, ...Object.values(more), value];
  });
}

describe('the series of a workload', () => {
  it('are what KEDA needs and what a person asks, each with the same labels and the time of the tick', () => {
    const record = withAssessment({ decision: { wanted: 8, target: 6 } }, { forecasts: { cpu: rising(0.4) } });
    const samples = workloadSamples(record, undefined, ALL);
    expect(told(record)).toEqual([
      [WORKLOAD_METRICS.forecast, 'cpu', '30m', 4],
      [WORKLOAD_METRICS.wanted, 8],
      [WORKLOAD_METRICS.replicas, 10],
      [WORKLOAD_METRICS.reason, 'applied', 'unknown', 1],
      [WORKLOAD_METRICS.signals, 'cpu', 2.5],
      [WORKLOAD_METRICS.signals, 'memory', expect.any(Number)],
    ]);
    for (const { labels, at } of samples) {
      expect(at).toBe(NOW);
      expect(labels).toMatchObject({ cluster: 'demo', namespace: 'shop', workload: 'web', kind: 'Deployment' });
    }
  });

  it.each([-0.2, 0, null])(
    'serve no forecast without skill (%s): the present stands for it, as in our own decisions',
    (skill) => {
      expect(told(withAssessment({}, { forecasts: { cpu: rising(skill) } }))[0]).toEqual([
        WORKLOAD_METRICS.forecast,
        'cpu',
        '30m',
        2.5,
      ]);
    },
  );

  it('are none of a workload that is off, unless all are asked for', () => {
    const off = recordOf({ policy: { enabled: false } });
    expect(told(off)).toEqual([]);
    expect(told(off, { ...ALL, workloads: 'all' }).length).toBeGreaterThan(4);
  });

  it('are of the groups that were asked for', () => {
    const record = withAssessment({}, { forecasts: { cpu: rising(0.4) } });
    expect(told(record, { ...ALL, groups: ['forecast', 'wanted'] }).map(([name]) => name)).toEqual([
      WORKLOAD_METRICS.forecast,
      WORKLOAD_METRICS.wanted,
    ]);
  });

  it('are told of what KEDA owns as of anything else: what it wants is known, though nothing is written', () => {
    const seen = observation({ cpuPercent: 140, owner: { kind: 'keda', name: 'web-so' } });
    const considered = consider(undefined, {
      policy: policy({ mode: 'recommend' }),
      observation: seen,
      recent: EMPTY_SERIES,
      fitted: undefined,
      windows: [],
      killSwitch: null,
    });
    const { decision, advice } = conclude(undefined, considered, null);
    expect(decision.blockedBy).toBe('owned_by_keda');
    const outcome: Outcome = { kind: 'refused', code: 'owned_by_keda', message: 'm' };
    const record = { decision, advice, outcome, assessment: considered.assessment, requestedBy: null };
    expect(told(record, { ...ALL, groups: ['wanted', 'replicas'] })).toEqual([
      [WORKLOAD_METRICS.wanted, 20],
      [WORKLOAD_METRICS.replicas, 10],
    ]);
  });

  it('tell a reason that ended', () => {
    const now: Outcome = { kind: 'refused', code: 'owned_by_keda', message: 'm' };
    const record = recordOf({ outcome: now });
    const reasons = (before?: Outcome) => told(record, { ...ALL, groups: ['reason'] }, before);
    const is = [WORKLOAD_METRICS.reason, 'refused', 'owned_by_keda', 1];
    expect(reasons()).toEqual([is]);
    expect(reasons({ ...now, message: 'other words' })).toEqual([is]);
    expect(reasons({ kind: 'applied', code: 'scaled', message: 'm' })).toEqual([
      is,
      [WORKLOAD_METRICS.reason, 'applied', 'scaled', null],
    ]);
  });

  it('leave out what cannot be relied on, and what is no number', () => {
    const seen = observation({
      signals: { cpu: { demand: Number.NaN, at: NOW, coverage: 1, atLimit: false } },
      levels: { latency: { value: 120, at: NOW }, errors: { value: 3, at: NOW } },
    });
    const record = withAssessment({}, { observation: seen, unusable: { errors: 'stale' }, forecasts: {} });
    expect(told(record, { ...ALL, groups: ['forecast', 'signals'] })).toEqual([
      [WORKLOAD_METRICS.signals, 'latency', 120],
    ]);
  });

  it('have memory forecast only where replicas are counted by it', () => {
    const forecasts = { cpu: rising(null), memory: sampleForecast('memory', 5) };
    const signals = (memoryKind: 'follows_load' | undefined) =>
      told(withAssessment({}, { forecasts, ...(memoryKind && { memoryKind }) }), { ...ALL, groups: ['forecast'] }).map(
        ([, signal]) => signal,
      );
    expect(signals(undefined)).toEqual(['cpu']);
    expect(signals('follows_load')).toEqual(['cpu', 'memory']);
  });
});

/** A sink that does as it is told, and remembers when it was asked. */
function sinkThat(write: MetricSink['write']): MetricSink {
  return { wants: ALL, write };
}

function logOf() {
  const lines: string[] = [];
  const line = (message: string, fields = {}) => void lines.push(`${message} ${JSON.stringify(fields)}`);
  const log: Log = { info: line, warn: line, error: line };
  return { log, lines };
}

describe('telling series', () => {
  const samples = [{ name: 'a', labels: {}, value: 1, at: NOW }];

  it.each([
    ['an adapter', new AdapterError('prometheus', '1 of 1 samples are dropped', { retryable: true })],
    ['a mistake of ours', new TypeError('1 of 1 samples are dropped')],
  ])('never throws what %s throws: it is a warning', async (_who, error) => {
    const { log, lines } = logOf();
    const metrics = sinkThat(() => Promise.reject(error));
    await tellSeries({ metrics, log, wall: { now: () => 0 } }, 'prod', samples, 10_000);
    expect(lines).toEqual(['series were not written {"cluster":"prod","message":"1 of 1 samples are dropped"}']);
  });

  it('has the time that the tick has left, six seconds at most, and is not begun with next to none', async () => {
    const { log, lines } = logOf();
    const budgets: number[] = [];
    const metrics = sinkThat(async (_samples, budgetMs) => void budgets.push(budgetMs));
    for (const until of [60_000, 2000, 400, -5])
      await tellSeries({ metrics, log, wall: { now: () => 0 } }, 'prod', samples, until);
    expect(budgets).toEqual([6000, 2000]);
    expect(lines).toHaveLength(2);
    expect(lines[0]).toContain('took too long');
  });

  it('comes after everything else: the tick is finished, its lease free and its changes made, whatever the sink does', async () => {
    const system = await startEmbedded([
      simulated({
        load: () => 5,
        annotations: {
          'ai4k8s.io/predictive-autoscaling-enabled': 'true',
          'ai4k8s.io/mode': 'scale',
          'ai4k8s.io/max-replicas': '40',
        },
      }),
    ]);
    try {
      system.advance(1);
      const now = system.now();
      let finished: number | undefined;
      const metrics = sinkThat(async (written) => {
        finished = (await system.ports.ticks.last('demo'))?.scheduledAt;
        expect(written.find(({ name }) => name === 'ai4k8s_applied_changes')?.value).toBe(1);
        expect(await system.ports.ticks.acquire('demo', now + 1, now + 1, 1000)).toBe('acquired');
        throw new Error('no');
      });
      const report = await runTick({ ...system.ports, metrics }, system.settings, 'demo', now);
      expect(report).toMatchObject({ kind: 'done', summary: { applied: 1 } });
      expect(finished).toBe(now);
      expect(system.events.map(({ type }) => type)).toEqual(['DecisionApplied', 'TickFinished']);
    } finally {
      await system.close();
    }
  });

  it('is of each workload once where shards are handed on, and of the cluster by whoever closes the tick', async () => {
    const world = makeFanOutWorld([7, 4.5, 3, 5, 6]);
    const written: string[] = [];
    const write: MetricSink['write'] = async (some) => {
      written.push(...some.map(({ name, labels }) => `${name} ${labels.workload ?? labels.cluster} ${labels.signal}`));
    };
    const processes = ['tick', 'a', 'b', 'c'].map((name) => world.process(name));
    for (const one of processes) Object.assign(one.ports, { metrics: sinkThat(write) });
    const [ticking, ...consumers] = processes;
    await ticking?.tick(NOW);
    expect(written).toEqual([]);
    const messages = world.takeAll();
    for (const [i, consumer] of consumers.entries()) await consumer.consume(messages.slice(i, i + 1));
    expect(new Set(written).size).toBe(written.length);
    const wanted = written.filter((one) => one.startsWith(WORKLOAD_METRICS.wanted));
    expect(wanted).toHaveLength(5);
    expect(written.filter((one) => one.startsWith('ai4k8s_tick_seconds'))).toEqual(['ai4k8s_tick_seconds c undefined']);
    expect(await world.ticks.last('c')).not.toBeNull();
  });

  it('is nothing where nobody is to be told', async () => {
    const system = await startEmbedded([simulated()]);
    try {
      expect(system.ports).not.toHaveProperty('metrics');
    } finally {
      await system.close();
    }
  });
});
