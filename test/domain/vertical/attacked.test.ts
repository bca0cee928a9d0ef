// A vertical proposal under what misleads it: levels that are half known, factors without end, proposals of another time.
import { describe, expect, it } from 'vitest';
import { presentVertical } from '../../../lib/app/api/present-vertical.ts';
import type { LevelView } from '../../../lib/domain/level/level-view.ts';
import { levelSaid } from '../../../lib/domain/vertical/level-said.ts';
import type { VerticalView } from '../../../lib/domain/vertical/vertical-view.ts';
import { container, facts, HIGH, pod, propose, RANGE } from '../../make/vertical.ts';
import { observation } from '../../make/workloads.ts';

const REF = { cluster: 'demo', namespace: 'shop', name: 'web' };
const PRINT = `${RANGE},apply=print`;
const shown = (view: VerticalView) => {
  const { vertical } = presentVertical(REF, view);
  if (vertical === undefined) throw new Error('nothing is shown');
  return vertical;
};

describe('a proposal of another time', () => {
  const before = propose({ annotation: PRINT }).view;

  it.each([
    ['an HPA has come that measures it', { facts: facts({ measuredBy: { cpu: 'h', memory: 'h' } }) }],
    ['HPAs cannot be listed', { observation: observation({ owner: { kind: 'unknown' } }) }],
    ['its level is not measured', { said: { ...HIGH, level: null } }],
    ['no signal tells a level any more', { said: null }],
  ] as const)('is no command to copy once %s', (_what, change) => {
    const view = shown(propose({ annotation: PRINT, before, ...change }).view);
    expect(view).toMatchObject({ containers: [], patches: [], template: null });
  });

  it('is remembered all the same: what a person puts into the template meanwhile is not multiplied again', () => {
    const unknown = propose({ annotation: PRINT, before, said: { ...HIGH, level: null } }).view;
    const hpa = propose({
      annotation: PRINT,
      before: unknown,
      observation: observation({ owner: { kind: 'unknown' } }),
    });
    const template = [container({ requests: { cpu: '2', memory: '8Gi' }, limits: { cpu: '4', memory: '16Gi' } })];
    const patched = facts({ template, pods: [pod('a', { containers: template })] });
    const { view } = propose({ annotation: PRINT, before: hpa.view, facts: patched });
    expect(view).toMatchObject({ code: 'as_wanted', containers: [{ from: { cpu: { request: '1' } } }] });
    expect(view).not.toHaveProperty('remembered');
  });

  it('that was to be carried out and was left to a person, neither, once he says apply=print', () => {
    const resize = propose().view;
    const template = [container({ requests: { cpu: '2', memory: '8Gi' }, limits: { cpu: '4', memory: '16Gi' } })];
    const patched = facts({ template, pods: [pod('a', { containers: template })] });
    expect(propose({ annotation: PRINT, before: resize, facts: patched }).view.code).toBe('as_wanted');
    expect(shown(resize).template?.warning).toMatch(/say apply=print in the annotation first/);
  });

  it('has no time at which it is asked again once it is not refused any more', () => {
    const refusal = { of: 'x', code: 'forbidden', message: 'no', until: 1 } as const;
    const view = { ...before, refusal };
    expect(shown(view).asked_again_at).toBeNull();
    expect(shown({ ...view, code: 'forbidden' }).asked_again_at).toBe('1970-01-01T00:00:00.001Z');
  });
});

describe('two scores', () => {
  const told = (
    level: 'low' | 'high',
    isRaised: boolean,
    value: number | null,
  ): Pick<LevelView, 'value' | 'raised'> => ({
    value,
    raised: { level, isRaised, factor: isRaised ? 2 : 1, base: 1, triggers: [] },
  });

  it('of which one is not measured shrink nothing: it may be the one that is high', () => {
    expect(levelSaid({ a: told('low', false, 10), b: told('high', true, null) })).toMatchObject({ level: null });
    expect(levelSaid({ b: told('high', true, null), a: told('low', false, 10) })).toMatchObject({ level: null });
  });

  it('of which one is raised are as that one says, whatever is known of the other', () => {
    expect(levelSaid({ a: told('high', true, 90), b: told('low', false, null) })).toMatchObject({ factor: 2 });
    expect(levelSaid({ a: told('low', false, 5), b: told('high', true, 90) })).toMatchObject({
      signal: 'b',
      factor: 2,
    });
  });
});

describe('a factor', () => {
  it.each([
    [4 / 3, '1334m'],
    [10 / 3, '3334m'],
    [1.1, '1100m'],
    [1 + Number.EPSILON, '1'],
    [1e25, '4'],
  ])('of %d is one', (factor, cpu) => {
    const { view } = propose({ said: { ...HIGH, factor } });
    const [first] = view.containers;
    expect(first?.to.cpu?.request.replace(/^(\d)\.(\d*)$/, (_all, a, b) => `${a}${b.padEnd(3, '0')}m`)).toBe(cpu);
  });
});

describe('names that Kubernetes does not allow', () => {
  it('are one word of a shell in what people copy', () => {
    const pods = [pod("a'; rm -rf ~ #", { containers: [container()] })];
    const { vertical } = presentVertical(
      { ...REF, namespace: '$(reboot)', name: '`id`' },
      propose({ annotation: PRINT, facts: facts({ pods }) }).view,
    );
    expect(vertical?.patches[0]?.command).toMatch(
      /^kubectl -n '\$\(reboot\)' patch pod 'a'\\''; rm -rf ~ #' --subresource resize --patch '\{/,
    );
    expect(vertical?.template?.command).toMatch(/^kubectl -n '\$\(reboot\)' patch deployment '`id`' --patch '\{/);
  });
});
