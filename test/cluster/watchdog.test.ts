// The watchdog on a real control plane: floors that nobody tends are given back, those that somebody does are left.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runWatchdog } from '../../lib/app/watchdog.ts';
import { type Acting, startActing } from './acting.ts';

const NAMESPACE = `wd-${process.pid}`;

let acting: Acting;
beforeAll(async () => {
  acting = await startActing(NAMESPACE, { workloads: ['watched'], underHpa: ['watched'] });
}, 90_000);
afterAll(() => acting?.stop());

describe('the watchdog', () => {
  const settings = { tickSeconds: 60, killSwitch: null };
  const lines: string[] = [];
  const log = {
    info: () => undefined,
    warn: (line: string) => lines.push(line),
    error: (line: string) => lines.push(line),
  };
  const watch = (finishedAt: number, values: Record<string, string>) => {
    const last = {
      cluster: 'real',
      scheduledAt: finishedAt,
      finishedAt,
      workloads: 1,
      enabled: 1,
      applied: 0,
      problems: [],
    };
    const record = { workload: acting.ref('watched'), values, updatedAt: 0, updatedBy: null };
    const policies = { list: async () => new Map([[`${NAMESPACE}/watched`, record]]) };
    const all = { ...acting.ports, log, policies, ticks: { last: async () => last } };
    return runWatchdog(all, settings, 'real', Date.now());
  };
  const enabled = { 'predictive-autoscaling-enabled': 'true' };

  it('leaves a floor that is tended, and gives it back when it is not, or when ticks stop', async () => {
    expect(await watch(Date.now(), enabled)).toMatchObject({ reason: 'no_floors' });
    await acting.floorAt('watched', 6);
    expect(await watch(Date.now(), enabled)).toMatchObject({ reason: 'tended', released: [] });
    expect(acting.hpaAt('watched').min).toBe(6);
    expect(await watch(Date.now(), { ...enabled, paused: 'true' })).toMatchObject({ reason: 'untended' });
    expect(acting.hpaAt('watched').min).toBe(2);
    await acting.floorAt('watched', 6);
    expect(await watch(Date.now() - 11 * 60_000, enabled)).toMatchObject({ reason: 'ticks_stopped' });
    expect(acting.hpaAt('watched')).toEqual({ min: 2, own: undefined, floor: undefined });
    expect(lines).toHaveLength(2);
  });
});
