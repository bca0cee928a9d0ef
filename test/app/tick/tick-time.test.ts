// A tick dated ahead of the clock is none, whoever sends it; what one has left behind does not keep the others from their work.
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { makeHandler } from '../../../functions/tick.ts';
import { type Embedded, simulated, startEmbedded } from '../../make/embedded.ts';
import { MINUTE, makeSharedWorld } from '../../make/shared-world.ts';
import { NOW } from '../../make/workloads.ts';

const SCALED = Object.fromEntries(
  Object.entries({ 'predictive-autoscaling-enabled': 'true', mode: 'scale', 'max-replicas': '40' }).map(
    ([key, value]) => [`ai4k8s.io/${key}`, value],
  ),
);
const YEAR = 365 * 86_400_000;

describe('a tick dated ahead of the clock', () => {
  let system: Embedded;
  afterEach(() => system.close());

  it.each([
    ['a minute and a millisecond', MINUTE + 1],
    ['an hour', 60 * MINUTE],
    ['a year', YEAR],
    ['until the year 9999', Date.parse('9999-12-31T23:59:59Z') - Date.parse('2026-03-04T12:00:00Z')],
  ])('by %s is refused as early, leaves nothing behind and is told in the log', async (_howFar, ahead) => {
    system = await startEmbedded([simulated({ load: () => 5, annotations: SCALED })]);
    expect(await system.tickAt(system.now() + ahead)).toEqual({ kind: 'skipped', reason: 'early' });
    expect(system.lines.join()).toContain('tick refused: it is dated ahead of this clock');
    expect(await system.ports.ticks.last('demo')).toBeNull();
    expect(system.cluster.replicas('shop/web')).toBe(10);
    expect(await system.tickAt(system.now())).toMatchObject({ kind: 'done' });
    expect(system.cluster.replicas('shop/web')).toBe(15);
  });

  it('by some seconds runs: the clock of a function may lag', async () => {
    system = await startEmbedded([simulated({ load: () => 5, annotations: SCALED })]);
    for (const seconds of [5, 30, 60]) {
      const now = system.now();
      expect(await system.tickAt(now + seconds * 1000)).toMatchObject({ kind: 'done', summary: { scheduledAt: now } });
      expect(await system.tickAt(now + seconds * 1000)).toEqual({ kind: 'skipped', reason: 'already_done' });
      system.advance(1 / 60);
      // What it has left is dated now, so that a tick on time has its turn at once.
      expect(await system.tickAt(system.now())).toMatchObject({ kind: 'done' });
      system.advance(1 / 60);
    }
  });

  it('by an installation of before, or by a machine whose clock was wrong, is over with the next tick', async () => {
    system = await startEmbedded([simulated({ load: () => 5, annotations: SCALED })]);
    await system.tick(2);
    const writes = system.cluster.replicas('shop/web');
    system.advance(YEAR / MINUTE);
    await system.tick(3);
    system.advance(-YEAR / MINUTE);
    for (let i = 0; i < 5; i++) {
      system.advance(1);
      expect(await system.tickAt(system.now())).toMatchObject({ kind: 'done' });
    }
    expect(system.cluster.replicas('shop/web')).toBeGreaterThanOrEqual(writes);
    const { body } = await system.get('/api/autoscaling/status/demo');
    expect(body.problems).toEqual([]);
    expect(Date.parse(body.last_tick.scheduled_at)).toBe(system.now());
    expect(Date.parse(body.workloads[0].observed_at)).toBe(system.now());
    const history = await system.get('/api/autoscaling/history/demo?deployment=web&namespace=shop');
    for (const { timestamp } of history.body.decisions) expect(Date.parse(timestamp)).toBeLessThanOrEqual(system.now());
  });
});

describe('an event that says no time', () => {
  const handler = makeHandler({} as Parameters<typeof makeHandler>[0]);

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['no time', { cluster: 'demo' }],
    ['a number', { cluster: 'demo', scheduled_at: NOW }],
    ['seconds as text', { cluster: 'demo', scheduled_at: '1772625600' }],
    ['words', { cluster: 'demo', scheduled_at: 'now' }],
    ['a template that nobody filled in', { cluster: 'demo', scheduled_at: '<aws.scheduler.scheduled-time>' }],
    ['a day that is not', { cluster: 'demo', scheduled_at: '2026-02-30T00:00:00Z' }],
    ['no zone', { cluster: 'demo', scheduled_at: '2026-03-04T12:00:00' }],
    ['a year of six digits', { cluster: 'demo', scheduled_at: '+275760-09-13T00:00:00Z' }],
    ['a list', { cluster: 'demo', scheduled_at: ['2026-03-04T12:00:00Z'] }],
    ['an object', { cluster: 'demo', scheduled_at: { at: 1 } }],
    ['no cluster', { scheduled_at: '2026-03-04T12:00:00Z' }],
    ['an empty cluster', { cluster: '', scheduled_at: '2026-03-04T12:00:00Z' }],
  ])('%s: one line says what came and what to send', async (_what, event) => {
    const error: Error = await handler(event).then(
      () => new Error('it ran'),
      (thrown: unknown) => thrown as Error,
    );
    expect(error.message).toMatch(
      /^No tick ran: [^\n]*(scheduled_at|cluster|the event)[^\n]*2026-03-04T12:00:00Z[^\n]*$/,
    );
    expect(error.message.length).toBeLessThan(600);
  });
});

describe('whatever times events are dated', () => {
  it('law: no tick acts further than a tick ahead of the clock, and a tick on time always gets its turn', async () => {
    const offset = fc.oneof(
      fc.integer({ min: -5 * MINUTE, max: 5 * MINUTE }),
      fc.integer({ min: -2 * YEAR, max: 2 * YEAR }),
      fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(offset, { maxLength: 8 }), async (offsets) => {
        const world = makeSharedWorld();
        for (const [i, ahead] of offsets.entries()) {
          world.now = NOW + i * 10 * MINUTE;
          const odd = await world.process(`odd ${i}`).tick(world.now + ahead);
          if (!(ahead <= MINUTE)) expect(odd).not.toBe('done');
          world.now += 5 * MINUTE;
          expect(await world.process(`tick ${i}`).tick(world.now)).toBe('done');
        }
        for (const { decision } of world.decisions.all()) expect(decision.at).toBeLessThanOrEqual(world.now);
      }),
      { numRuns: 60 },
    );
  });
});
