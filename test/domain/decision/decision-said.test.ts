// What a decision says: whose number it is, in which order the reasons come, and what of advice that is not followed is kept.
import { describe, expect, it } from 'vitest';
import type { AdviceResult } from '../../../lib/domain/advice/advice.ts';
import type { Assessment } from '../../../lib/domain/assessment/assessment.ts';
import { decide } from '../../../lib/domain/decision/decide.ts';
import type { Decision } from '../../../lib/domain/decision/decision.ts';
import { WEEKDAYS } from '../../../lib/domain/schedule/window.ts';
import { pods } from '../../make/records.ts';
import { weekly } from '../../make/windows.ts';
import { advised, assessment, NO_HISTORY, NOW, observation, policy } from '../../make/workloads.ts';

/** Ten replicas at half of their CPU: rules want eight. */
const CALM = assessment();
const HOT = assessment(observation({ cpuPercent: 140 }));
const allDay = (effect: 'floor' | 'ceiling' | 'size', replicas: number) =>
  assessment(observation(), {
    windows: [weekly({ days: WEEKDAYS, start: '00:00', end: '24:00' }, { effect, replicas })],
  });
const told = (decision: Decision) =>
  decision.verdicts.filter(({ effect }) => effect !== 'passed').map(({ code, effect }) => [code, effect]);
const by = (about: Assessment, advice: AdviceResult | null = null, history = NO_HISTORY) =>
  decide(about, advice, history);

describe('a decision', () => {
  it('is known by its time and whose number it is', () => {
    expect(by(CALM)).toMatchObject({
      id: '2026-03-04T12:00:00.000Z-reactive',
      at: NOW,
      current: 10,
      target: 8,
      wanted: 8,
      action: 'scale_down',
    });
    expect(by(CALM, advised(9, { action: 'scale_down' })).id).toBe('2026-03-04T12:00:00.000Z-llm');
  });

  it('gives the reason of its proposal, and behind it what changed that', () => {
    expect(by(CALM).reason).toBe('cpu is at 50 % of requests, target 70 %');
    const cooling = by(CALM, null, { ...NO_HISTORY, lastScaledAt: NOW - 60_000 });
    expect(cooling.reason).toBe('cpu is at 50 % of requests, target 70 % — scaled 60 s ago, the cooldown is 300 s');
  });

  it('is of the schedule where a window sets the number, and then the window is named first', () => {
    const ceiling = by(allDay('ceiling', 5));
    expect(ceiling).toMatchObject({ source: 'scheduled', target: 5 });
    expect(ceiling.reason).toMatch(
      /^8 is over the ceiling of 5: .* — cpu is at 50 % of requests.* — the scheduled ceiling of 5 stands against it/,
    );
    expect(by(allDay('floor', 12))).toMatchObject({ source: 'scheduled', target: 12 });
    expect(by(allDay('floor', 4))).toMatchObject({ source: 'reactive', target: 8 });
    expect(by(allDay('floor', 12), advised(9, { action: 'scale_down' }))).toMatchObject({
      source: 'scheduled',
      target: 12,
    });
  });

  it('says that a signal is missing once, in the words of whoever proposed', () => {
    const blind = by(assessment(observation({ signals: {} })));
    expect(blind.target).toBe(10);
    expect(blind.reason.match(/not measured/g)).toHaveLength(2);
    expect(blind.reason).not.toContain(' — ');
    const rolling = by(assessment(observation({ rollout: 'in_progress' })));
    expect(rolling.reason).toMatch(/ — no scale-down while a rollout is in progress/);
  });

  it.each([
    { name: 'more is wanted than allowed, and all that is allowed is had', max: 10, action: 'at_max', target: 10 },
    { name: 'more is wanted than allowed, and the way there is long', max: 50, action: 'scale_up', target: 20 },
    { name: 'less is wanted than allowed', max: 100, action: 'scale_up', target: 20 },
  ])('$name: $action', ({ max, action, target }) => {
    const about = assessment(observation({ cpuPercent: 400 }), { policy: policy({ max }) });
    expect(by(about)).toMatchObject({ action, target });
  });

  it('at its maximum by chance is no decision for it', () => {
    const about = assessment(observation({ cpuPercent: 70 }), { policy: policy({ max: 10 }) });
    expect(by(about)).toMatchObject({ action: 'maintain', target: 10 });
  });
});

describe('advice that is followed', () => {
  it('leads, with its own reason, and is told to have been valid', () => {
    const decision = by(CALM, advised(9, { action: 'scale_down', reasoning: 'because of the evening' }));
    expect(decision).toMatchObject({ source: 'llm', target: 9, reason: 'because of the evening' });
    expect(decision.verdicts[0]).toMatchObject({
      guardrail: 'advice',
      source: 'llm',
      effect: 'passed',
      code: 'ok',
      from: 10,
      to: 9,
    });
  });
});

describe('advice that is not followed', () => {
  it('to shrink while CPU is over its target is vetoed, and its reason is told last', () => {
    const decision = by(HOT, advised(5, { action: 'scale_down' }));
    expect(told(decision)).toContainEqual(['down_while_over_target', 'vetoed']);
    expect(decision).toMatchObject({ source: 'reactive', target: 20 });
    expect(decision.reason).toMatch(
      /^cpu is at 140 % of requests, target 70 % — cpu is at 140 % of requests, over its target of 70 %: scaling down would harm$/,
    );
  });

  it('is told with everything else that stands against it, each check once', () => {
    const decision = by(HOT, advised(2, { action: 'scale_down' }));
    const ofAdvice = decision.verdicts.filter(({ source }) => source === 'llm');
    const guardrails = ofAdvice.map(({ guardrail }) => guardrail);
    expect(new Set(guardrails).size).toBe(guardrails.length);
    expect(ofAdvice[0]).toMatchObject({ guardrail: 'advice', effect: 'passed', to: 2 });
    expect(ofAdvice.map(({ code }) => code)).toContain('below_envelope');
    expect(ofAdvice.filter(({ guardrail }) => guardrail === 'direction')).toMatchObject([{ effect: 'vetoed' }]);
  });

  it('that evidence turns round is not what was advised: evidence decides, and gives its own reason', () => {
    // Two more are advised; its ceiling leaves four fewer.
    const about = allDay('ceiling', 6);
    const risen = { ...about, forecasts: {}, unusable: { memory: 'stale' } };
    const decision = by(risen, advised(12, { action: 'scale_up' }));
    expect(told(decision)).toContainEqual(['direction_turned', 'vetoed']);
    expect(decision.verdicts).toContainEqual(
      expect.objectContaining({ code: 'direction_turned', guardrail: 'direction', source: 'llm', from: 12, to: 10 }),
    );
    expect(decision.reason).toMatch(/12 replicas were advised, 6 is what is left of it: 12 is over the ceiling of 6/);
    expect(told(by(risen, advised(4, { action: 'scale_down' })))).not.toContainEqual(['direction_turned', 'vetoed']);
  });

  it('and would only change nothing in the end is no turn', () => {
    const kept = by(assessment(observation({ rollout: 'in_progress' })), advised(9, { action: 'scale_down' }));
    expect(told(kept)).not.toContainEqual(['direction_turned', 'vetoed']);
    expect(kept).toMatchObject({ source: 'llm', target: 10 });
  });

  it('while it has moved the workload to and fro is vetoed', () => {
    const closed = {
      ...CALM,
      regret: { ...CALM.regret, changes: { made: 9, byBaseline: 0, alone: null, closed: true } },
    };
    const decision = by(closed, advised(9, { action: 'scale_down' }));
    expect(decision).toMatchObject({ source: 'reactive', target: 8 });
    expect(decision.verdicts).toContainEqual(
      expect.objectContaining({ code: 'too_many_changes', effect: 'vetoed', from: 10, to: 10 }),
    );
    expect(decision.reason).toMatch(/advice has moved it to and fro of late/);
  });

  it('nor asked for says nothing of advice', () => {
    expect(by(CALM).verdicts.some(({ source }) => source === 'llm')).toBe(false);
    const rejection = {
      kind: 'rejection',
      code: 'unparsable',
      detail: 'prose',
      model: 'm',
      at: NOW,
      raw: 'hm',
    } as const;
    expect(by(CALM, rejection).verdicts[0]).toMatchObject({
      guardrail: 'advice',
      effect: 'rejected',
      code: 'unparsable',
      from: 10,
      to: 10,
    });
    const shadow = assessment(observation(), { policy: policy({ llm: 'shadow' }) });
    expect(by(shadow, advised(9, { action: 'scale_down' })).verdicts[0]).toMatchObject({
      effect: 'rejected',
      code: 'switched_off',
      to: 10,
    });
  });
});

it('a workload at its own size needs no window, rule or advice to stay', () => {
  const about = assessment(observation({ cpuPercent: 70, memoryPercent: 20, replicas: pods(10) }));
  expect(by(about)).toMatchObject({ action: 'maintain', target: 10, blockedBy: null });
});
