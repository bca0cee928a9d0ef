// What a restart finds: the simulated cluster as it was, whole or the older one, and a table that does not contradict it.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { madeUpWorkloads } from '../../local/demo-workloads.ts';
import { readKeptWorld, writeKeptWorld } from '../../local/kept-world.ts';
import { asTheTableHas, type Past, startOf } from '../../local/past.ts';
import { hpaObject } from '../../local/simulated-cluster/hpa-objects.ts';
import { World } from '../../local/simulated-cluster/world.ts';
import { continuingLines } from '../../local/start-words.ts';

const START = Date.parse('2026-03-04T12:00:00Z');
const MINUTE = 60_000;
const demo = madeUpWorkloads(START, {});
const specs = demo.map(({ workload }) => workload);

function worldAt(at: { now: number }, saved: ReturnType<World['saved']> | null = null, of = specs): World {
  return new World('demo', of, { now: () => at.now }, 15, {}, saved);
}

/** As a client sees it. */
function seen(world: World): unknown {
  return {
    workloads: world.workloads(null).map(({ key, state, pods, annotations, paused }) => ({
      key,
      replicas: state.replicas,
      pods: pods.map(({ name, uid, bornAt }) => ({ name, uid, bornAt })),
      annotations,
      paused,
    })),
    hpas: world.hpas(null).map((hpa) => ({ ...hpaObject(hpa, 'v2'), metadata: hpa.annotations, status: null })),
  };
}

const step = fc.oneof(
  fc.record({ do: fc.constant('wait' as const), minutes: fc.integer({ min: 0, max: 90 }) }),
  fc.record({ do: fc.constant('scale' as const), minutes: fc.integer({ min: 1, max: 30 }) }),
  fc.record({ do: fc.constant('floor' as const), minutes: fc.integer({ min: 1, max: 12 }) }),
  fc.record({ do: fc.constant('unmake' as const), minutes: fc.constant(0) }),
);

function happen(world: World, what: 'wait' | 'scale' | 'floor' | 'unmake', number: number): void {
  const [hpa, checkout] = [world.hpa('default', 'catalog'), world.workload('default', 'checkout')];
  if (what === 'scale' && checkout !== undefined) world.scale(checkout, number);
  if (hpa === undefined) return;
  const annotations = { 'ai4k8s.io/floor-min-replicas': 'x' };
  if (what === 'floor') world.putHpa({ ...hpa, spec: { ...hpa.spec, min: number }, annotations });
  if (what === 'unmake') world.deleteHpa(hpa);
}

describe('a simulated cluster that is saved and started again', () => {
  it('is the one it was, whatever has happened to it', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        const at = { now: START };
        const world = worldAt(at);
        for (const { do: what, minutes } of steps) {
          at.now += what === 'wait' ? minutes * MINUTE : 0;
          happen(world, what, minutes);
          world.advance();
        }
        const again = worldAt(at, JSON.parse(JSON.stringify(world.saved())));
        expect(seen(again)).toEqual(seen(world));
        expect(again.log.version).toBeGreaterThan(world.log.version);
      }),
      { numRuns: 50 },
    );
  });

  it('has gone on by itself while it was away, controllers at work', () => {
    const at = { now: START };
    const saved = worldAt(at).saved();
    at.now += 6 * 60 * MINUTE;
    const [again, fresh] = [worldAt(at, saved), worldAt(at)];
    expect(again.seconds).toBe(fresh.seconds);
    expect(again.hpa('default', 'catalog')?.condition.state).not.toBe('not_yet_synced');
  });

  it('keeps for later what this start was not asked for', () => {
    const at = { now: START };
    const world = worldAt(at);
    const catalog = world.hpa('default', 'catalog');
    if (catalog !== undefined) world.putHpa({ ...catalog, spec: { ...catalog.spec, min: 7 } });
    const other = worldAt(at, world.saved(), specs.slice(0, 1));
    expect(other.hpas(null)).toEqual([]);
    expect(worldAt(at, other.saved()).hpa('default', 'catalog')?.spec.min).toBe(7);
  });
});

describe('the file it is kept in', () => {
  const kept = { since: { 'default/checkout': START }, world: worldAt({ now: START }).saved() };

  it('is the older one, whole, where a kill came while the newer was written', () => {
    const folder = mkdtempSync(join(tmpdir(), 'ai4k8s-kept-'));
    writeKeptWorld(folder, START, kept);
    const whole = readFileSync(join(folder, 'world.json'), 'utf8');
    for (const length of [0, 1, 1000, whole.length - 1]) {
      writeFileSync(join(folder, 'world.json.new'), whole.slice(0, length));
      expect(readKeptWorld(folder)).toMatchObject({ kept: { clock: START, since: kept.since }, problem: null });
    }
    rmSync(folder, { recursive: true });
  });

  it.each([
    ['is half a file', (whole: string) => whole.slice(0, 500)],
    ['is empty', () => ''],
    ['is no JSON of ours', () => '{"version":1}'],
    ['is of a newer release', (whole: string) => whole.replace('"version":1', '"version":2')],
    ['has more pods than can be', (whole: string) => whole.replace(/"counts":\[\d+\]/, '"counts":[100000]')],
    ['has a time after the year 9999', (whole: string) => whole.replace(/"clock":\d+/, '"clock":253402300800000')],
    ['has a time that is none', (whole: string) => whole.replace(/"clock":\d+/, '"clock":1e300')],
  ])('is named and done without where it %s', (_what, damage) => {
    const folder = mkdtempSync(join(tmpdir(), 'ai4k8s-kept-'));
    writeKeptWorld(folder, START, kept);
    writeFileSync(join(folder, 'world.json'), damage(readFileSync(join(folder, 'world.json'), 'utf8')));
    const found = readKeptWorld(folder);
    expect(found.kept).toBeNull();
    expect(found.problem).toMatch(/\S/);
    const past: Past = { ...found, lastTickAt: START, latest: new Map(), floors: new Map() };
    expect(continuingLines(past, folder, START + MINUTE, START)[0]).toContain('world.json');
    rmSync(folder, { recursive: true });
  });
});

describe('a folder of an older release, which holds the table alone', () => {
  it('gives its HPAs the floors that the table says are held, marked as ours', () => {
    const workload = { cluster: 'demo', namespace: 'default', name: 'catalog' };
    const floor = { workload, hpa: 'catalog', own: 2, floor: 5, confirmed: true, updatedAt: START };
    const past: Past = {
      kept: null,
      problem: null,
      lastTickAt: START,
      latest: new Map(),
      floors: new Map([['default/catalog', floor]]),
    };
    const rebuilt = asTheTableHas(past, demo).map((entry) => entry.workload);
    const hpa = worldAt({ now: START }, null, rebuilt).hpa('default', 'catalog');
    expect(hpa?.spec.min).toBe(5);
    expect(hpa?.annotations).toEqual({
      'ai4k8s.io/original-min-replicas': '2',
      'ai4k8s.io/floor-min-replicas': '5',
    });
  });
});

describe('the clock of a restart', () => {
  it('never shows less than was shown, nor less than ours, and stands at a whole minute', () => {
    const instant = fc.integer({ min: START, max: START + 400 * 86_400_000 });
    fc.assert(
      fc.property(instant, fc.option(instant), fc.option(instant), (ours, shown, lastTickAt) => {
        const world = { seconds: 0, startedAt: 0, version: 1, workloads: [], hpas: [] };
        const kept = shown === null ? null : ({ version: 1, clock: shown, since: {}, world } as const);
        const start = startOf({ kept, lastTickAt }, ours);
        expect(start).toBeGreaterThanOrEqual(shown ?? 0);
        expect(start).toBeGreaterThan(lastTickAt ?? 0);
        expect(start).toBeGreaterThan(ours - MINUTE);
        expect(start % MINUTE).toBe(0);
      }),
    );
  });
});
