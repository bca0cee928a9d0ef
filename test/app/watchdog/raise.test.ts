// Ticks have stopped: what no HPA scales meets the hour ahead with what that hour has taken, once, within every limit.
import { afterEach, describe, expect, it } from 'vitest';
import { answerText } from '../../../cli/answer-text.ts';
import { tableChecks } from '../../../cli/doctor/table-checks.ts';
import { makeHandler } from '../../../functions/watchdog.ts';
import { AdapterError } from '../../../lib/app/ports/world.ts';
import { workloadKey } from '../../../lib/domain/workload/identity.ts';
import type { Series } from '../../../lib/domain/workload/series.ts';
import { type Embedded, simulated, startEmbedded } from '../../make/embedded.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const API = '/api/autoscaling';
const START = Date.parse('2026-03-04T12:00:00Z');
/** Ten replicas of half a core at 50 %; its busy hour took 7.6 cores, which are 22 replicas at 70 %. */
const BUSY_CORES = 7.6;

function annotated(keys: Readonly<Record<string, string>> = {}): Record<string, string> {
  const policy = { 'predictive-autoscaling-enabled': 'true', 'max-replicas': '40', mode: 'scale', llm: 'off', ...keys };
  return Object.fromEntries(Object.entries(policy).map(([key, value]) => [`ai4k8s.io/${key}`, value]));
}

/** Noon to three on each of seven days, by the minute; three days ago it was busy from half past twelve to one. */
function week(start = START, busyFrom = start - 3 * DAY + HOUR / 2): Series {
  const at = Float64Array.from(
    { length: 7 * 180 },
    (_, i) => start - (7 - Math.floor(i / 180)) * DAY + (i % 180) * MINUTE,
  );
  const cpu = at.map((instant) => (instant >= busyFrom && instant < busyFrom + HOUR / 2 ? BUSY_CORES : 2.5));
  return { at, demand: { cpu, memory: at.map(() => 10 * 2 ** 27) }, replicas: at.map(() => 10) };
}

let system: Embedded;
afterEach(() => system?.close());

/** After a first tick, with a week behind each workload. */
async function start(
  workloads: readonly ReturnType<typeof simulated>[],
  options: { readonly history?: Series | null; readonly at?: number } = {},
) {
  system = await startEmbedded(workloads, { start: (options.at ?? START) - MINUTE });
  await system.tick();
  const { series } = system.ports;
  const past = options.history === undefined ? week() : options.history;
  for (const shard of await series.shards('demo'))
    if (past !== null)
      await series.backfill('demo', shard, new Map(shard.workloads.map((ref) => [workloadKey(ref), past])));
  return system;
}

function watch(change: Partial<Parameters<typeof makeHandler>[0]['settings']> = {}, ports = system.watchdog.ports) {
  return makeHandler({ ports, settings: { ...system.settings, ...change } })({ cluster: 'demo' });
}

const replicas = (name = 'web') => system.cluster.replicas(`shop/${name}`);
const historyOf = async (name = 'web') =>
  (await system.get(`${API}/history/demo?deployment=${name}&namespace=shop&limit=50`)).body.decisions;

describe('where no tick has finished for ten intervals', () => {
  it('a workload is raised to the highest need of the coming hour on seven days, and not before', async () => {
    await start([simulated({ annotations: annotated() })]);
    system.advance(10);
    expect(await watch()).toMatchObject({ raised: [] });
    expect(replicas()).toBe(10);
    system.advance(2);
    expect(await watch()).toMatchObject({
      reason: 'ticks_stopped',
      raised: [{ workload: { name: 'web' }, kind: 'applied', message: 'scaled 10 → 22 replicas' }],
    });
    expect(replicas()).toBe(22);
  });

  it('the coming hour is that of the clocks that a workload says it follows, where they have changed', async () => {
    // The Monday after spring: ten past twelve in Berlin, and three days ago that was an hour later by UTC.
    const at = Date.parse('2026-03-30T10:00:00Z');
    const zoned = annotated({ 'time-zone': 'Europe/Berlin' });
    const history = week(at, at - 3 * DAY + HOUR + HOUR / 2);
    await start([simulated({ annotations: zoned }), simulated({ name: 'utc', annotations: annotated() })], {
      history,
      at,
    });
    system.advance(12);
    expect(await watch()).toMatchObject({
      raised: [{ workload: { name: 'web' }, message: 'scaled 10 → 22 replicas' }],
    });
    expect([replicas(), replicas('utc')]).toEqual([22, 10]);
  });

  it('it is in history, in status and in the cluster at once, with where the number comes from', async () => {
    await start([simulated({ annotations: annotated() })]);
    system.advance(12);
    await watch();
    const [line] = await historyOf();
    expect(line).toMatchObject({ source: 'watchdog', outcome: 'applied', requested_by: null, target_replicas: 22 });
    expect(line.reason).toMatch(
      /^no tick has finished since 2026-03-04T12:00Z, and no HPA scales shop\/web: the coming hour took up to 22 replicas .*7\.6 cores at 2026-03-01T12:30Z, at 70 % of its cpu requests/,
    );
    const { body } = await system.get(`${API}/status/demo`);
    expect(body.workloads[0]).toMatchObject({
      replicas: 22,
      target_replicas: 22,
      source: 'watchdog',
      outcome: 'applied',
    });
    const whole = await system.get(`${API}/history/demo/${encodeURIComponent(line.id)}?deployment=web&namespace=shop`);
    expect(whole.status).toBe(200);
    expect(system.lines).toContain('raised by the watchdog');
  });

  it('it is done once: run after run the same, and nothing is lowered when the hour is over', async () => {
    await start([simulated({ annotations: annotated() })]);
    system.advance(12);
    await watch();
    for (let run = 0; run < 30; run++) {
      system.advance(5);
      expect(await watch()).toMatchObject({ raised: [] });
    }
    expect(replicas()).toBe(22);
    expect(await historyOf()).toHaveLength(2);
  });

  it('the tick that comes back knows the change as ours, and goes on from it', async () => {
    await start([simulated({ annotations: annotated() })]);
    system.advance(12);
    await watch();
    await system.tick(2);
    const { body } = await system.get(`${API}/status/demo`);
    expect(body.problems).toEqual([]);
    const lines = await historyOf();
    expect(JSON.stringify(lines)).not.toContain('somebody');
    expect(lines.filter(({ outcome }: { outcome: string }) => outcome === 'applied')).toHaveLength(1);
    const [shard] = await system.ports.series.shards('demo');
    const latest = shard && (await system.ports.series.readLatest('demo', shard)).get('shop/web');
    expect(latest?.past.at(-1)).toMatchObject({ source: 'watchdog', from: 10, to: 22, readyBefore: 10 });
    expect(await watch()).toMatchObject({ raised: [] });
  });
});

describe('who depends on us alone', () => {
  it('is listed in status: enabled, scaled directly, no HPA', async () => {
    const hpa = { minReplicas: 2, maxReplicas: 30, targetCpuPercent: 70 };
    await start([
      simulated({ annotations: annotated() }),
      simulated({ name: 'auto', annotations: annotated({ mode: 'auto', paused: 'true' }) }),
      simulated({ name: 'through', annotations: annotated({ mode: 'auto' }), hpa }),
      simulated({ name: 'told', annotations: annotated({ mode: 'recommend' }) }),
      simulated({ name: 'off' }),
      simulated({ name: 'recorded' }),
    ]);
    const enabled = { deployment_name: 'recorded', namespace: 'shop', mode: 'scale', llm: 'off' };
    await system.post(`${API}/predictive/enable/demo`, enabled);
    const { body } = await system.get(`${API}/status/demo`);
    expect(body.without_hpa).toEqual(['shop/auto', 'shop/recorded', 'shop/web']);
    expect(answerText(body)).toMatch(/without an HPA, so scaled by us alone: shop\/auto, shop\/recorded, shop\/web/);
    const checks = await tableChecks(system.table, ['demo'], system.now);
    expect(checks.find(({ name }) => name === 'HPA under workloads')).toMatchObject({
      status: 'warning',
      message: expect.stringMatching(/^3 of cluster demo have none: shop\/auto, shop\/recorded, shop\/web;/),
      mend: expect.stringContaining('--hpa'),
    });
  });

  it('is nobody where each has an HPA, and then nothing is said', async () => {
    const hpa = { minReplicas: 2, maxReplicas: 30, targetCpuPercent: 70 };
    await start([simulated({ annotations: annotated({ mode: 'auto' }), hpa })]);
    expect((await system.get(`${API}/status/demo`)).body.without_hpa).toEqual([]);
    const checks = await tableChecks(system.table, ['demo'], system.now);
    expect(checks.map(({ name }) => name)).not.toContain('HPA under workloads');
  });
});

describe('nothing is raised', () => {
  it('for whom somebody else is in charge, or said no', async () => {
    const hpa = { minReplicas: 2, maxReplicas: 30, targetCpuPercent: 70 };
    await start([
      simulated({ name: 'off', annotations: { ...annotated({ 'predictive-autoscaling-enabled': 'false' }) } }),
      simulated({ name: 'paused', annotations: annotated({ paused: 'true' }) }),
      simulated({ name: 'told', annotations: annotated({ mode: 'recommend' }) }),
      simulated({ name: 'mistyped', annotations: annotated({ slo: 'high' }) }),
      simulated({ name: 'floored', annotations: annotated({ mode: 'hpa-floor' }) }),
      simulated({ name: 'under', annotations: annotated(), hpa }),
      simulated({ name: 'zero', annotations: annotated(), replicas: 0 }),
    ]);
    system.advance(12);
    expect(await watch()).toMatchObject({ reason: 'ticks_stopped', raised: [] });
    expect(replicas('paused')).toBe(10);
    expect(replicas('zero')).toBe(0);
  });

  it('where the coming hour took less, or nothing is known of it', async () => {
    const busyNow = simulated({ name: 'busy', replicas: 30, annotations: annotated() });
    await start([busyNow, simulated({ annotations: annotated() })], { history: null });
    system.advance(12);
    expect(await watch()).toMatchObject({ raised: [] });
    const [shard] = await system.ports.series.shards('demo');
    if (shard) await system.ports.series.backfill('demo', shard, new Map([['shop/busy', week()]]));
    expect(await watch()).toMatchObject({ raised: [] });
    expect([replicas('busy'), replicas()]).toEqual([30, 10]);
  });

  it('under the kill switch, not a word', async () => {
    await start([simulated({ annotations: annotated() })]);
    system.advance(12);
    const before = await historyOf();
    expect(await watch({ killSwitch: 'set' })).toEqual({
      cluster: 'demo',
      reason: 'kill_switch',
      released: [],
      raised: [],
    });
    expect([replicas(), await historyOf()]).toEqual([10, before]);
  });

  it('against somebody who set fewer replicas while we were away', async () => {
    await start([simulated({ annotations: annotated() })]);
    system.advance(12);
    await watch();
    const fresh = await system.ports.reader.workload({ cluster: 'demo', namespace: 'shop', name: 'web' });
    if (fresh === null) throw new Error('gone');
    await system.ports.writer.scale(fresh.workload, 6, fresh.resourceVersion);
    system.advance(5);
    expect(await watch()).toMatchObject({ raised: [] });
    expect(replicas()).toBe(6);
  });
});

describe('what is raised stays within', () => {
  it('max-replicas, and the cut is told', async () => {
    await start([simulated({ annotations: annotated({ 'max-replicas': '14' }) })]);
    system.advance(12);
    await watch();
    expect(replicas()).toBe(14);
    const [line] = await historyOf();
    const { body } = await system.get(
      `${API}/history/demo/${encodeURIComponent(line.id)}?deployment=web&namespace=shop`,
    );
    expect(body.decision.verdicts).toContainEqual(
      expect.objectContaining({ code: 'above_max', from: 22, to: 14, message: '22 cut to 14: max-replicas is 14' }),
    );
  });

  it('what has run, where nobody stated a maximum', async () => {
    const { 'ai4k8s.io/max-replicas': _unstated, ...annotations } = annotated();
    await start([simulated({ replicas: 18, annotations, load: () => 2.5 })]);
    await system.tick(15);
    const left = replicas();
    expect(left).toBeLessThan(12);
    system.advance(12);
    await watch();
    expect(replicas()).toBe(18);
  });

  it('a scheduled ceiling', async () => {
    await start([simulated({ annotations: annotated() })]);
    const body = { deployment_name: 'web', namespace: 'shop', ceiling: 13, time_zone: 'Europe/London' };
    const window = { ...body, days: ['wed'], start: '11:00', end: '15:00' };
    expect((await system.post(`${API}/schedule/create/demo`, window)).status).toBe(200);
    system.advance(12);
    await watch();
    expect(replicas()).toBe(13);
  });

  it('the blast radius of a tick, run by run, shared among all', async () => {
    await start(['a', 'b', 'c'].map((name) => simulated({ name, annotations: annotated() })));
    const blast = { sharePercent: 1, freeReplicas: 15, workloads: 10 };
    const safety = { ...system.settings.safety, blast };
    const total = () => replicas('a') + replicas('b') + replicas('c');
    system.advance(12);
    const { raised } = await watch({ safety });
    expect(total()).toBe(45);
    expect(raised.map(({ kind }) => kind)).toEqual(['applied', 'applied', 'applied']);
    system.advance(5);
    await watch({ safety });
    expect(total()).toBe(60);
    system.advance(5);
    await watch({ safety });
    expect(total()).toBe(66);
  });

  it('its budget of time: a watchdog that thaws too late writes nothing', async () => {
    await start([simulated({ annotations: annotated() })]);
    system.advance(12);
    let asked = 0;
    const wall = { now: () => (asked++ === 0 ? 0 : 25_000) };
    const { raised } = await watch({}, { ...system.ports, wall });
    expect(raised).toMatchObject([{ kind: 'failed', message: expect.stringContaining('Nothing was written') }]);
    expect(replicas()).toBe(10);
  });
});

describe('a tick that wakes up meanwhile', () => {
  it('and the watchdog never both act: whoever comes first does', async () => {
    await start([simulated({ annotations: annotated() })]);
    system.advance(12);
    await Promise.all([watch(), system.tickAt(system.now() - 1), watch(), system.tickAt(system.now() + 1)]);
    const applied = (await historyOf()).filter(({ outcome }: { outcome: string }) => outcome === 'applied');
    expect(applied.length).toBeLessThanOrEqual(1);
    expect(replicas()).toBe(applied.length === 1 ? 22 : 10);
  });

  it('waits for the next minute while the watchdog holds the lease', async () => {
    await start([simulated({ annotations: annotated() })]);
    system.advance(12);
    await watch();
    expect(await system.tickAt(system.now() + 1)).toEqual({ kind: 'skipped', reason: 'held' });
    system.advance(1);
    expect(await system.tickAt(system.now())).toMatchObject({ kind: 'done' });
  });

  it('takes no turn from a tick that dies again and again with the lease in its hands', async () => {
    await start([simulated({ annotations: annotated() })]);
    for (let minute = 0; minute < 12; minute++) {
      system.advance(1);
      await system.ports.ticks.acquire('demo', system.now(), system.now(), 54_000);
    }
    system.advance(0.5);
    expect(await watch()).toMatchObject({ raised: [{ kind: 'applied' }] });
  });
});

describe('a load that a workload names', () => {
  /** A stand-in for a source of requests: it knows the signal, and measures nothing while ticks are away. */
  const REQUESTS = {
    name: 'stand-in source',
    definitions: { requests: { kind: 'load', unit: '1/s' } },
    read: () => Promise.resolve({ readings: new Map(), problems: [] }),
  } as const;

  it.each([
    ['target=80', 15],
    ['target=80,direction=both,missing=ignore', 15],
    ['target=400', 10],
  ])('raises to what the coming hour took of it at %s: %d replicas', async (says, expected) => {
    const { at, demand, replicas: ready } = week();
    const requests = demand.cpu.map((cores) => (cores === BUSY_CORES ? 1200 : 300));
    const quiet = { at, demand: { ...demand, cpu: at.map(() => 2.5), requests }, replicas: ready };
    await start([simulated({ annotations: annotated({ 'signal.requests': says }) })], { history: quiet });
    system.advance(12);
    await watch({}, { ...system.ports, signals: [...system.ports.signals, REQUESTS] });
    expect(replicas()).toBe(expected);
    if (expected === 10) return;
    const [line] = await historyOf();
    expect(line.reason).toContain('requests 1200');
    expect(line.reason).toContain('its target of 80 a replica');
  });
});

describe('a watchdog that dies half-way', () => {
  it.each(['put', 'writeLatest'] as const)('in %s leaves what it did to the next tick', async (dies) => {
    await start([simulated({ annotations: annotated() })]);
    system.advance(12);
    const away = () => Promise.reject(new AdapterError('dynamodb', 'away', { retryable: true }));
    const { series, decisions } = system.ports;
    const broken =
      dies === 'put' ? { decisions: { ...decisions, put: away } } : { series: { ...series, writeLatest: away } };
    await expect(watch({}, { ...system.ports, ...broken })).rejects.toThrow('away');
    expect(replicas()).toBe(22);
    await system.tick();
    const lines = await historyOf();
    const ours = lines.filter(({ source }: { source: string }) => source === 'watchdog');
    expect(ours).toMatchObject([{ outcome: 'applied', target_replicas: 22 }]);
    expect(JSON.stringify(lines)).not.toContain('somebody');
  });
});
