// Where constraints cannot all be met: who gives in to whom, what is said of each, and what it costs.

import { describe, expect, it } from 'vitest';
import { atLeast, atMost, type Constraint } from '../../../lib/domain/guardrails/constraint.ts';
import { guard, permissionVerdicts, type Stated, stateAll, vetoesOf } from '../../../lib/domain/guardrails/guard.ts';
import { missingPermissions } from '../../../lib/domain/guardrails/permissions.ts';
import { GUARDRAILS } from '../../../lib/domain/guardrails/verdict.ts';
import type { ReasonCode } from '../../../lib/domain/workload/reason-code.ts';
import { assessment, NO_HISTORY, observation, policy } from '../../make/workloads.ts';

type Named = Stated['constraints'][number];
type Details = Omit<Constraint, 'low' | 'high' | 'message'> & { readonly name: Named['name'] };
const message = (replicas: number) => `of ${replicas}`;
const least = (low: number, { name, ...details }: Details): Named => ({
  name,
  ...atLeast(low, { ...details, message }),
});
const most = (high: number, { name, ...details }: Details): Named => ({
  name,
  ...atMost(high, { ...details, message }),
});

const MAX = { name: 'bounds', rank: 'order', code: 'above_max', called: 'max-replicas' } as const;
const CEILING = { name: 'schedule_ceiling', rank: 'order', code: 'above_schedule', called: 'the ceiling' } as const;
const FLOOR = { name: 'schedule_floor', rank: 'order', code: 'below_schedule', called: 'the floor' } as const;
const NEED = { name: 'envelope', rank: 'evidence', code: 'below_envelope' } as const;
const SPARE = { name: 'envelope', rank: 'hold', code: 'above_envelope' } as const;
const HELD = { name: 'rollout', rank: 'hold', code: 'rollout_in_progress', keeps: true } as const;
const STEP = { name: 'step', rank: 'pace', code: 'step_up' } as const;
const COOLING = { name: 'cooldown', rank: 'pace', code: 'cooling_down' } as const;

/** Ten replicas at half of their CPU and 40 % of their memory. */
const ABOUT = assessment();
const run = (proposed: number, ...constraints: Named[]) =>
  guard(ABOUT, { permissions: [], constraints }, 'reactive', proposed);
const told = (result: ReturnType<typeof run>) =>
  result.verdicts
    .filter(({ effect }) => effect !== 'passed')
    .map(({ code, effect, from, to }) => [code, effect, from, to]);

describe('an answer that meets every constraint', () => {
  it('passes them all, in the order in which they are listed, and nothing is said of it', () => {
    const result = run(8, least(5, NEED), most(9, MAX), least(2, FLOOR), most(20, STEP));
    expect(result).toMatchObject({ replicas: 8, wanted: 8, aimedBy: null, binding: null, cost: null });
    expect(told(result)).toEqual([]);
    const names: readonly string[] = GUARDRAILS;
    const order = result.verdicts.map(({ guardrail }) => names.indexOf(guardrail));
    expect(order).toEqual(order.toSorted((a, b) => a - b));
    expect(new Set(order).size).toBe(order.length);
  });
});

describe('one constraint', () => {
  it('of evidence clips, sets the aim, and binds', () => {
    const result = run(3, least(5, NEED));
    expect(result).toMatchObject({ replicas: 5, wanted: 5, aimedBy: 'envelope', cost: null });
    expect(result.binding).toMatchObject({
      code: 'below_envelope',
      effect: 'clipped',
      from: 3,
      to: 5,
      message: 'of 3',
    });
  });

  it('that only keeps what is there holds, and asks for nothing', () => {
    const result = run(3, least(10, HELD));
    expect(result).toMatchObject({ replicas: 10, wanted: 3, aimedBy: 'rollout' });
    expect(told(result)).toEqual([['rollout_in_progress', 'held', 3, 10]]);
  });

  it('of pace slows the way to the aim, clips or holds by its kind, and sets no aim', () => {
    const stepped = run(30, most(20, STEP));
    expect(stepped).toMatchObject({ replicas: 20, wanted: 30, aimedBy: null });
    expect(told(stepped)).toEqual([['step_up', 'clipped', 30, 20]]);
    const cooling = run(30, most(10, COOLING));
    expect(told(cooling)).toEqual([['cooling_down', 'held', 30, 10]]);
    expect(told(run(3, least(5, { ...STEP, code: 'step_down' })))).toEqual([['step_down', 'clipped', 3, 5]]);
  });

  it('of pace is met by the aim, not by what was proposed', () => {
    const result = run(40, most(15, MAX), most(20, STEP));
    expect(result).toMatchObject({ replicas: 15, aimedBy: 'bounds' });
    expect(told(result)).toEqual([['above_max', 'clipped', 40, 15]]);
    expect(run(40, most(25, MAX), most(20, STEP))).toMatchObject({ replicas: 20, wanted: 25, aimedBy: 'bounds' });
    expect(run(40, most(25, MAX), most(20, STEP)).binding).toMatchObject({ code: 'step_up' });
  });

  it('for another source than the one that answers is not met', () => {
    const upOnly = most(10, { ...SPARE, only: 'llm' });
    expect(run(20, upOnly).replicas).toBe(20);
    expect(guard(ABOUT, { permissions: [], constraints: [upOnly] }, 'llm', 20).replicas).toBe(10);
  });
});

describe('where two cannot both be met', () => {
  it('need gives in to an order: told, not met, with what that costs', () => {
    const result = run(8, least(8, NEED), most(4, MAX));
    expect(result).toMatchObject({ replicas: 4, wanted: 4, aimedBy: 'bounds' });
    expect(result.cost).toBe(
      'max-replicas stands against it: at 4 replicas cpu at 125 % of requests and memory at 100 % of requests',
    );
    expect(told(result)).toEqual([
      ['above_max', 'clipped', 8, 4],
      ['below_envelope', 'noted', 8, 8],
    ]);
    expect(result.verdicts.find(({ effect }) => effect === 'noted')?.message).toBe(`of 4; ${result.cost}`);
    expect(result.binding).toMatchObject({ code: 'above_max' });
  });

  it('the cost names what would be over its target, and nothing where nothing would', () => {
    expect(run(9, least(9, NEED), most(8, MAX)).cost).toBe('max-replicas stands against it');
    expect(run(9, least(9, NEED), most(7, MAX)).cost).toBe(
      'max-replicas stands against it: at 7 replicas cpu at 71 % of requests',
    );
  });

  it('spare gives in to what keeps pods, and no order stands against it', () => {
    const result = run(10, most(6, SPARE), least(10, HELD));
    expect(result).toMatchObject({ replicas: 10, cost: null, aimedBy: null });
    // Within one rank the lower bound wins, and both are told: what gave in, and what it gave in to.
    expect(told(result)).toEqual([
      ['rollout_in_progress', 'held', 10, 10],
      ['above_envelope', 'noted', 10, 10],
    ]);
    expect(result.verdicts.find(({ effect }) => effect === 'noted')?.message).toBe(
      'of 10; it gives in to what keeps pods',
    );
  });

  it('what it gave in to is told as what set the number, also where the proposal was on its side', () => {
    const result = run(3, most(6, SPARE), least(10, HELD));
    expect(told(result)).toEqual([
      ['rollout_in_progress', 'held', 3, 10],
      ['above_envelope', 'noted', 3, 3],
    ]);
    expect(run(8, most(6, SPARE), least(10, HELD)).aimedBy).toBe('rollout');
  });

  it('of two orders that bar the way, the one listed first is named', () => {
    const result = run(8, least(8, NEED), most(4, CEILING), most(4, MAX));
    const first =
      GUARDRAILS.indexOf('bounds') < GUARDRAILS.indexOf('schedule_ceiling') ? 'max-replicas' : 'the ceiling';
    expect(result.cost).toMatch(new RegExp(`^${first} stands against it`));
  });

  it('an order is named before evidence that ends at the same number', () => {
    const evidence = most(4, { name: 'direction', rank: 'evidence', code: 'up_while_under_target' });
    expect(run(8, least(8, { ...HELD, rank: 'hold' }), evidence, most(4, CEILING)).cost).toMatch(/^the ceiling stands/);
    expect(run(8, least(8, HELD), evidence)).toMatchObject({ replicas: 4, cost: null });
  });

  it('an order from below bars a ceiling of evidence', () => {
    const result = run(3, most(5, SPARE), least(9, FLOOR));
    expect(result).toMatchObject({ replicas: 9, aimedBy: 'schedule_floor' });
    expect(told(run(9, most(5, SPARE), least(9, FLOOR)))).toEqual([['above_envelope', 'noted', 9, 9]]);
    expect(run(9, most(5, SPARE), least(9, FLOOR)).cost).toMatch(/^the floor stands against it/);
  });
});

describe('a veto', () => {
  const direction = least(10, { name: 'direction', rank: 'evidence', code: 'down_while_over_target', vetoes: true });
  const vetoes = (proposed: number, source: 'llm' | 'reactive', ...constraints: Named[]) =>
    vetoesOf({ permissions: [], constraints }, source, proposed).map(({ code, effect, to }) => [code, effect, to]);

  it('is of constraints that say so, of answers outside of them, and of the source they are for', () => {
    expect(vetoes(8, 'llm', direction, least(9, NEED))).toEqual([['down_while_over_target', 'vetoed', 10]]);
    expect(vetoes(10, 'llm', direction)).toEqual([]);
    expect(vetoes(8, 'reactive', { ...direction, only: 'llm' })).toEqual([]);
  });
});

describe('permissions', () => {
  const stated = stateAll(assessment(observation(), { policy: policy({ paused: true }) }), {
    ...NO_HISTORY,
    killSwitch: 'stop',
  });

  it('are those that were found, each under its name; the others pass', () => {
    expect(stated.permissions.map(({ name, code }) => [name, code])).toEqual([
      ['paused', 'paused'],
      ['kill_switch', 'kill_switch'],
    ]);
    const verdicts = permissionVerdicts(stated, 'reactive', 8);
    const codes = verdicts.map(({ guardrail, code }): [string, ReasonCode] => [guardrail, code]);
    expect(codes).toEqual([
      ['zero', 'ok'],
      ['ownership', 'ok'],
      ['manager', 'ok'],
      ['neighbours', 'ok'],
      ['paused', 'paused'],
      ['kill_switch', 'kill_switch'],
    ]);
    expect(verdicts.every(({ from, to, source }) => from === 8 && to === 8 && source === 'reactive')).toBe(true);
  });

  it('the first that forbids writing is what blocks; what is only told blocks nothing', () => {
    expect(missingPermissions(stated)[0]?.code).toBe('paused');
    const noted = { name: 'neighbours', effect: 'noted', code: 'vpa_present', message: '' } as const;
    expect(missingPermissions({ permissions: [noted] })).toEqual([]);
    expect(missingPermissions({ permissions: [noted, ...stated.permissions] })[0]?.code).toBe('paused');
  });
});
