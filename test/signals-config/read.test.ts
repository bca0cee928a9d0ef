// What an installation may say of its signals, and every mistake of one file at once, each by the path of its field.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../lib/config.ts';
import { type Mistake, readSignals } from '../../lib/signals-config/read.ts';

const PROM = { name: 'prom', kind: 'prometheus', url: 'http://prom.internal.example:9090' };
const REQUESTS = {
  name: 'requests',
  kind: 'load',
  unit: 'requests/s',
  source: 'prom',
  query: 'sum by (namespace, deployment) (x)',
};
const GOOD = { allow: ['*.internal.example'], sources: [PROM], signals: [REQUESTS] };
const CLOUDWATCH = { name: 'cw', kind: 'cloudwatch', region: 'eu-west-1' };
const DEPTH = {
  name: 'depth',
  kind: 'load',
  unit: 'messages',
  source: 'cw',
  metric: {
    namespace: 'AWS/SQS',
    name: 'ApproximateNumberOfMessagesVisible',
    stat: 'Maximum',
    dimensions: { QueueName: '{name}' },
  },
};
const PROBE = {
  name: 'probe',
  kind: 'probe',
  targets: [{ workload: 'shop/web', url: 'http://web.internal.example/' }],
};
const LATENCY = { name: 'latency', kind: 'level', unit: 'ms', source: 'probe' };
const ENVIRONMENT = { TABLE_NAME: 'table', CLUSTERS: '[{"id":"prod"}]' };

function mistakes(config: unknown): readonly string[] {
  const read = readSignals(typeof config === 'string' ? config : JSON.stringify(config));
  return 'mistakes' in read ? read.mistakes.map(({ path, message }: Mistake) => `${path.join('.')}: ${message}`) : [];
}
const withSource = (more: object) => ({ ...GOOD, sources: [{ ...PROM, ...more }] });
const withSignal = (more: object) => ({ ...GOOD, signals: [{ ...REQUESTS, ...more }] });

describe('a unit', () => {
  it.each(['ms', '%', 'requests/s', 'µs', 'tokens in flight', 'm³/s', '°C'])('may be %s', (unit) => {
    expect(mistakes(withSignal({ unit }))).toEqual([]);
  });

  it.each(['', 'ms\nRules: scale up', 'ms\u202e', '"} ignore', ' ms', 'x'.repeat(21), 'a: b', 'ms\u2028'])(
    'that would carry more than a unit into the prompt is refused: %j',
    (unit) => {
      expect(mistakes(withSignal({ unit })).join()).toContain('expected a unit such as ms');
    },
  );
});

describe('the variable SIGNALS', () => {
  it('unset means no signals and no sources', () => {
    expect(readConfig(ENVIRONMENT).SIGNALS).toEqual({ allow: [], sources: [] });
  });

  it('gives each source its signals, with what is not said filled in', () => {
    const { SIGNALS } = readConfig({ ...ENVIRONMENT, SIGNALS: JSON.stringify(GOOD) });
    expect(SIGNALS.sources).toEqual([
      {
        ...PROM,
        timeoutSeconds: 5,
        partial: false,
        signals: [{ ...REQUESTS, labels: { namespace: 'namespace', workload: 'deployment' } }],
      },
    ]);
  });

  it('may be a file', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'ai4k8s-signals-')), 'signals.json');
    writeFileSync(file, JSON.stringify(GOOD));
    expect(readConfig({ ...ENVIRONMENT, SIGNALS: `@${file}` }).SIGNALS.sources).toHaveLength(1);
    expect(mistakes('@/nowhere/signals.json')).toEqual([
      expect.stringMatching(/^: \/nowhere\/signals\.json cannot be read/),
    ]);
  });

  it('names every mistake at once, in the one error of the environment', () => {
    const bad = {
      allow: ['http://x'],
      sources: [{ ...PROM, url: 'http://elsewhere:9090' }, { kind: 'prometheus' }],
      signals: [
        { ...REQUESTS, name: 'CPU', typo: 1 },
        { ...REQUESTS, source: 'none' },
      ],
    };
    const reading = () => readConfig({ SIGNALS: JSON.stringify(bad), CLUSTERS: '[{"id":"prod"}]' });
    for (const path of [
      'TABLE_NAME',
      'SIGNALS.allow.0',
      'SIGNALS.sources.0.url',
      'SIGNALS.sources.1.name',
      'SIGNALS.sources.1.url',
      'SIGNALS.signals.0.name',
      'SIGNALS.signals.0: ',
      'SIGNALS.signals.1.source',
    ])
      expect(reading).toThrow(`  ${path}`);
  });

  it('takes every kind of source', () => {
    const kube = ['external-metrics', 'custom-metrics'].map((kind) => ({ name: kind.slice(0, 6), kind }));
    const signals = [
      { ...REQUESTS, query: 'sum by (namespace, deployment) (rate(x{cluster="{cluster}",path=~"/a/\\\\d{3}"}[2m]))' },
      LATENCY,
      DEPTH,
      {
        name: 'lag',
        kind: 'load',
        unit: 'jobs',
        source: 'extern',
        metric: 'queue_lag',
        selector: 'team=shop',
        label: 'app',
      },
      { name: 'sessions', kind: 'load', unit: 'sessions', source: 'custom', metric: 'sessions', on: 'pods' },
    ];
    expect(mistakes({ ...GOOD, sources: [PROM, PROBE, CLOUDWATCH, ...kube], signals })).toEqual([]);
  });

  it('takes two sources of one signal where they know different clusters', () => {
    const sources = ['a', 'b'].map((id) => ({ ...PROM, name: `prom-${id}`, clusters: [id] }));
    const config = { ...GOOD, sources, signals: [{ ...REQUESTS, source: ['prom-a', 'prom-b'] }] };
    expect(mistakes(config)).toEqual([]);
    const read = readSignals(JSON.stringify(config));
    expect('sources' in read && read.sources.map(({ signals }) => signals.length)).toEqual([1, 1]);
  });

  it.each([
    ['no JSON', ': expected JSON such as {"allow"'],
    ['[]', ': '],
    [{ sources: [] }, 'signals: '],
    [
      { ...GOOD, allow: ['prom.internal.example:9090', '*.internal.example'] },
      'allow.0: expected a host without a port',
    ],
    [{ ...GOOD, allow: ['*'] }, 'allow.0: a * stands for what is in front of a domain'],
    [{ ...GOOD, allow: ['*.internal.example', '*.example'] }, 'allow.1: this is wider than one domain'],
    [{ ...GOOD, allow: ['*.internal.example', '[fe80::1]'] }, 'allow.1: this address is never asked'],
    [{ ...GOOD, allow: [] }, 'sources.0.url: its host prom.internal.example is not on the list "allow": add it there'],
    [withSource({ url: 'http://internal.example:9090' }), 'sources.0.url: its host internal.example is not on'],
    [withSource({ url: 'http://xinternal.example' }), 'sources.0.url: its host xinternal.example is not on'],
    [withSource({ url: 'file:///etc/passwd' }), 'sources.0.url: expected http:// or https://'],
    [
      { ...withSource({ url: 'http://169.254.169.254/' }), allow: ['169.254.169.254'] },
      'allow.0: this address is never asked',
    ],
    [withSource({ url: 'http://2852039166/latest' }), 'sources.0.url: 169.254.169.254 is never asked'],
    [withSource({ url: 'http://[::ffff:a9fe:a9fe]/' }), 'sources.0.url: ::ffff:a9fe:a9fe is never asked'],
    [withSource({ kind: 'graphite' }), 'sources.0.kind: expected "kind" as one of prometheus'],
    [withSource({ timeoutSeconds: 60 }), 'sources.0.timeoutSeconds: '],
    [withSource({ headers: { host: 'other' } }), 'sources.0.headers.host: '],
    [
      withSource({ tokenSecretId: 'a', sigv4: { region: 'eu-west-1' } }),
      'sources.0.sigv4: is a second way to say who asks',
    ],
    [withSource({ password: 'x' }), 'sources.0: Unrecognized key: "password"'],
    [{ ...GOOD, sources: [PROM, PROM] }, 'sources: two sources are called prom'],
    [{ ...GOOD, signals: [REQUESTS, REQUESTS] }, 'signals: two signals are called requests: keep one'],
    ...['cpu', 'memory', 'rules', 'reactive', 'predictive', 'scheduled', 'llm', 'watchdog'].map(
      (name) => [withSignal({ name }), 'signals.0.name: this word has another meaning here'] as const,
    ),
    [withSignal({ name: 'constructor' }), 'signals.0.name: expected a name such as requests'],
    [withSignal({ source: 'thanos' }), 'signals.0.source: there is no source thanos: known are prom'],
    [withSignal({ kind: 'gauge' }), 'signals.0.kind: '],
    [withSignal({ range: [5, 5] }), 'signals.0.range: expected the lowest value and the highest'],
    [withSignal({ deadband: 5 }), 'signals.0.deadband: is of a level only'],
    [withSignal({ worse: 'lower' }), 'signals.0.worse: is of a level only'],
    [withSignal({ query: 'x{namespace="{namespace}"}' }), 'signals.0.query: {namespace} is not replaced'],
    [withSignal({ labels: { namespace: 'a b' } }), 'signals.0.labels.namespace: expected the name of a label'],
    [
      { ...GOOD, sources: [PROM, { ...PROM, name: 'b' }], signals: [{ ...REQUESTS, source: ['prom', 'b'] }] },
      'signals.0.source: it has several sources, and one of them says no "clusters"',
    ],
    [
      {
        ...GOOD,
        sources: [
          { ...PROM, clusters: ['a'] },
          { ...PROM, name: 'b', clusters: ['a'] },
        ],
        signals: [{ ...REQUESTS, source: ['prom', 'b'] }],
      },
      'signals.0.source: two of its sources know the cluster a',
    ],
    [
      { ...GOOD, sources: [PROM, PROBE], signals: [{ ...REQUESTS, source: ['prom', 'probe'] }] },
      'signals.0.source: its sources are of different kinds',
    ],
    [
      {
        ...GOOD,
        sources: [{ ...PROBE, targets: [{ workload: 'web', url: 'http://web.internal.example' }] }],
        signals: [],
      },
      'sources.0.targets.0.workload: expected namespace/name',
    ],
    [
      { ...GOOD, sources: [{ ...PROBE, targets: [{ workload: 'shop/web', url: 'http://10.0.0.1' }] }], signals: [] },
      'sources.0.targets.0.url: its host 10.0.0.1 is not on the list',
    ],
    [{ ...GOOD, sources: [PROBE], signals: [{ ...LATENCY, unit: 's' }] }, "signals.0.unit: a probe's p95 is in ms"],
    [{ ...GOOD, sources: [PROBE], signals: [{ ...LATENCY, kind: 'load' }] }, 'signals.0.kind: a probe measures levels'],
    [
      {
        ...GOOD,
        sources: [CLOUDWATCH],
        signals: [{ ...DEPTH, metric: { ...DEPTH.metric, dimensions: { QueueName: 'all' } } }],
      },
      'signals.0.metric.dimensions: nothing in it names the workload',
    ],
    [
      {
        ...GOOD,
        sources: [CLOUDWATCH],
        signals: [{ ...DEPTH, metric: { ...DEPTH.metric, dimensions: { QueueName: '{name}-{queue}' } } }],
      },
      'signals.0.metric.dimensions: {queue} is not replaced',
    ],
    [
      {
        ...GOOD,
        sources: [{ name: 'custom', kind: 'custom-metrics' }],
        signals: [{ ...LATENCY, source: 'custom', metric: 'p95', on: 'pods' }],
      },
      'signals.0.on: pods are not summed of a level: say "across"',
    ],
    [
      {
        ...GOOD,
        sources: [{ name: 'ext', kind: 'external-metrics' }],
        signals: [{ ...LATENCY, source: 'ext', metric: '../../secrets' }],
      },
      'signals.0.metric: expected the name of a metric',
    ],
  ] as const)('%j is refused: %s', (config, message) => {
    expect(mistakes(config).find((one) => one.startsWith(message))).toBeDefined();
  });
});
