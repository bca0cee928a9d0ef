// The scripted day: what seed 5's policy makes of it, hour by hour.
import { execFileSync, spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { playDay } from '../../cli/complexity/play-day.ts';
import { DAY, dayMinute } from '../../cli/complexity/scripted-day.ts';
import { DEFAULT_SCALING_POLICY } from '../../lib/domain/complexity/scaling-policy.ts';

const play = (isScored: boolean, max = 10) =>
  playDay({ policy: DEFAULT_SCALING_POLICY, min: 1, max, isScored, startsAt: Date.UTC(2026, 0, 5) });
const at = (played: ReturnType<typeof play>, hour: number) => played[hour * 60 + 30];
const args = (...more: string[]) => ['--disable-warning=ExperimentalWarning', 'cli/main.ts', 'complexity-day', ...more];

describe('the scripted day', () => {
  it('asks for every level', () => {
    const scores = DAY.map(({ from }) => dayMinute(from * 60).score);
    expect(Math.min(...scores)).toBeLessThan(30);
    expect(scores.some((score) => score > 70 && score < 80)).toBe(true);
    expect(scores.some((score) => score >= 30 && score < 50)).toBe(true);
    expect(Math.max(...scores)).toBeGreaterThan(80);
  });

  it('doubles in the hour of designs what demand needs, up to the maximum, and nothing at night', () => {
    const scored = play(true, 20);
    const plain = play(false, 20);
    expect(at(scored, 3)?.replicas).toBe(at(plain, 3)?.replicas);
    const designs = at(scored, 14)?.record.assessment.levels?.complexity?.raised;
    expect(designs).toMatchObject({ level: 'high', factor: 2, base: 6, isRaised: true });
    expect(at(scored, 14)?.replicas).toBe(12);
    expect(at(play(true), 14)?.replicas).toBe(10);
  });

  it('comes back within the hour that follows', () => {
    const scored = play(true);
    expect(at(scored, 17)?.replicas).toBe(at(play(false), 17)?.replicas);
  });

  it('is printed by the hour, and says by one line a field what cannot be', () => {
    const text = execFileSync(process.execPath, args(), { encoding: 'utf8' });
    expect(text).toMatch(/10 │ reviews +│ +7\d(\.\d)? │ medium │ +1\.5 │ +4 │ +6 │ +4 │ 1\.5 CPU, 6Gi/);
    expect(text).toMatch(/14 │ designs +│ +90\.3 │ high +│ +2 │ +6 │ +10 │ +6 │ 2 CPU, 8Gi/);
    const { status, stderr } = spawnSync(
      process.execPath,
      args('--policy', '{"scaleUpFactors":{"low":1}}', '--max', '0'),
      {
        encoding: 'utf8',
      },
    );
    expect(status).toBe(1);
    expect(stderr.trim().split('\n')).toEqual([
      'error: --policy scaleUpFactors.medium: is missing: low, medium and high each need a number from 1 to 10',
      'error: --policy scaleUpFactors.high: is missing: low, medium and high each need a number from 1 to 10',
      'error: --max is 0: expected a whole number from 1 to 1000',
    ]);
  });
});
