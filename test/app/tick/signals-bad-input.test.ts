// Whole ticks with a source that misbehaves: what is wrong is said on the workload that names the signal, and harms no other.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Embedded, simulated, startEmbedded } from '../../make/embedded.ts';
import { type PromReply, startPrometheusServer, success } from '../../stand-ins/prometheus-server.ts';

const SCALED = {
  'ai4k8s.io/predictive-autoscaling-enabled': 'true',
  'ai4k8s.io/mode': 'scale',
  'ai4k8s.io/llm': 'off',
};

let system: Embedded;
let server: Awaited<ReturnType<typeof startPrometheusServer>>;
/** What the query of `requests` answers. */
let answer: () => PromReply;

const row = (name: string, value: unknown, more = {}) => ({
  metric: { namespace: 'shop', deployment: name, ...more },
  value: [system.now() / 1000, String(value)],
});

beforeEach(async () => {
  server = await startPrometheusServer(({ parameters }) =>
    parameters.query === 'latency' ? success('vector', [row('sound', 40)]) : answer(),
  );
  const signal = (name: string, kind: string, unit: string) => ({ name, kind, unit, query: name, source: 'prom' });
  const SIGNALS = JSON.stringify({
    allow: ['127.0.0.1'],
    sources: [{ name: 'prom', kind: 'prometheus', url: server.url, timeoutSeconds: 1 }],
    signals: [{ ...signal('requests', 'load', 'requests/s'), range: [0, 10_000] }, signal('latency', 'level', 'ms')],
  });
  system = await startEmbedded(
    [
      simulated({ name: 'web', annotations: { ...SCALED, 'ai4k8s.io/signal.requests': 'target=80' } }),
      simulated({ name: 'sound', annotations: { ...SCALED, 'ai4k8s.io/signal.latency': '' } }),
      simulated({ name: 'plain', annotations: SCALED }),
    ],
    { env: { SIGNALS } },
  );
});
afterEach(async () => {
  await system.close();
  await server.close();
});

async function status() {
  const { body } = await system.get('/api/autoscaling/status/demo');
  return Object.fromEntries(body.workloads.map((one: { deployment: string }) => [one.deployment, one]));
}

describe('a query that', () => {
  it.each([
    [
      'fails',
      () => ({ status: 500, body: JSON.stringify({ status: 'error', errorType: 'execution', error: 'boom' }) }),
      'boom',
    ],
    ['answers nothing', () => success('vector', []), 'no series at all'],
    ['answers no number', () => success('vector', [row('web', 'NaN')]), 'no number'],
    ['answers without end', () => success('vector', [row('web', '+Inf')]), 'no number'],
    ['answers several series', () => success('vector', [row('web', 1, { pod: 'a' }), row('web', 2)]), '2 series'],
    ['answers in another unit', () => success('vector', [row('web', 900_000)]), 'over 10000'],
    ['answers under nothing', () => success('vector', [row('web', -5)]), 'under 0'],
    [
      'answers ten thousand series of others',
      () =>
        success(
          'vector',
          Array.from({ length: 10_000 }, (_, i) => row(`other-${i}`, i)),
        ),
      'is of it',
    ],
    [
      'answers from the future',
      () => success('vector', [{ ...row('web', 5), value: [system.now() / 1000 + 3600, '5'] }]),
      'ahead',
    ],
  ])('%s is named on its workload, which holds; its neighbours are as they were', async (_, answers, words) => {
    answer = answers;
    await system.tick(7);
    const { web, sound, plain } = await status();
    expect(web).toMatchObject({ replicas: 10, signals: { requests: { value: null } } });
    expect(web.reason).toContain(words);
    expect(sound).toMatchObject({ signals: { latency: { value: 40, is_over: false } } });
    expect(plain.replicas).toBeLessThan(10);
  });
});

describe('a level whose memory is damaged in the table', () => {
  it('begins anew, and neither status nor a neighbour is lost', async () => {
    answer = () => success('vector', [row('web', 100)]);
    await system.tick(2);
    const [shard] = await system.ports.series.shards('demo');
    if (shard === undefined) throw new Error('no shard');
    const latest = new Map(await system.ports.series.readLatest('demo', shard));
    const sound = latest.get('shop/sound');
    if (sound === undefined) throw new Error('no tick has seen it');
    latest.set('shop/sound', { ...sound, levels: { latency: { windows: null, rise: 'x' } as never } });
    await system.ports.series.writeLatest('demo', shard, latest, system.now());
    expect((await status()).sound.signals.latency).toMatchObject({ baseline: null });
    await system.tick();
    const after = await status();
    expect(after.sound.reason).toContain('1 of 12 windows');
    expect(after.plain.problems).toEqual([]);
  });
});
