// A vertical proposal, case by case: what is multiplied, what is left alone and why, whose turn it is, what it waits for.
import { describe, expect, it } from 'vitest';
import type { LevelView } from '../../../lib/domain/level/level-view.ts';
import type { ResizablePod } from '../../../lib/domain/vertical/container-resources.ts';
import { levelSaid } from '../../../lib/domain/vertical/level-said.ts';
import { container, done, facts, GIB, HIGH, pod, propose, QUIET, RANGE, wantedAmounts } from '../../make/vertical.ts';
import { observation } from '../../make/workloads.ts';

const leftCodes = (change: Parameters<typeof propose>[0]) =>
  propose(change).view.left.map(({ container: name, resource, code }) => [name, resource, code]);
const PRINT = `${RANGE},apply=print`;

describe('what is wanted', () => {
  it('is the template times the factor of the level, limits in their ratio', () => {
    expect(wantedAmounts()).toEqual({ cpu: { request: '2', limit: '4' }, memory: { request: '8Gi', limit: '16Gi' } });
    expect(wantedAmounts({ said: { ...HIGH, level: 'medium', factor: 1.5 } })).toEqual({
      cpu: { request: '1.5', limit: '3' },
      memory: { request: '6Gi', limit: '12Gi' },
    });
  });

  it('is the template itself where nothing is raised, in its own words', () => {
    const template = [container({ requests: { cpu: '1000m', memory: '4096Mi' }, limits: {} })];
    expect(wantedAmounts({ said: QUIET, facts: facts({ template }) })).toEqual({
      cpu: { request: '1000m', limit: null },
      memory: { request: '4096Mi', limit: null },
    });
  });

  it('ends at the bounds that were said, and the limit keeps its ratio there', () => {
    expect(wantedAmounts({ annotation: 'cpu=500m..1500m,memory=1Gi..6Gi' })).toEqual({
      cpu: { request: '1500m', limit: '3' },
      memory: { request: '6Gi', limit: '12Gi' },
    });
    expect(wantedAmounts({ annotation: 'cpu=3..4', said: QUIET })).toEqual({ cpu: { request: '3', limit: '6' } });
  });

  it('of a Guaranteed pod is Guaranteed, however its limit is spelled', () => {
    const template = [
      container({ requests: { cpu: '1', memory: '1Gi' }, limits: { cpu: '1000m', memory: '1073741824' } }),
    ];
    expect(wantedAmounts({ said: { ...HIGH, factor: 1.2 }, facts: facts({ template, qos: 'Guaranteed' }) })).toEqual({
      cpu: { request: '1.2', limit: '1.2' },
      memory: { request: '1229Mi', limit: '1229Mi' },
    });
  });

  it('of a level that is not measured is nothing: nobody resizes on it', () => {
    expect(propose({ said: { ...HIGH, level: null } })).toMatchObject({ turns: [], view: { code: 'level_unknown' } });
    expect(propose({ said: null })).toMatchObject({ turns: [], view: { code: 'no_level' } });
  });
});

describe('what is left alone', () => {
  it('an HPA on a resource, of whatever kind, and the other resource follows all the same', () => {
    const change = { facts: facts({ measuredBy: { cpu: 'web-hpa' } }) };
    expect(leftCodes(change)).toEqual([[null, 'cpu', 'hpa_uses_resource']]);
    expect(Object.keys(wantedAmounts(change))).toEqual(['memory']);
    const both = propose({ facts: facts({ measuredBy: { cpu: 'web-hpa', memory: 'web-hpa' } }) });
    expect(both).toMatchObject({ turns: [], view: { code: 'nothing_to_change', containers: [] } });
  });

  it.each([
    ['a VPA that sets requests', { otherWriters: vpa('Initial') }, {}, 'vpa_present'],
    ['a VPA that may not be read', {}, { isVpaUnknown: true }, 'vpa_unknown'],
    ['HPAs that could not be listed', { owner: { kind: 'unknown' } }, {}, 'owner_unknown'],
    ['KEDA without an HPA in sight', { owner: { kind: 'keda', name: 'queue' } }, {}, 'owned_by_keda'],
    ['BestEffort pods', {}, { qos: 'BestEffort' }, 'best_effort'],
    ['figures of the pod as a whole', {}, { hasPodResources: true }, 'pod_level_resources'],
  ] as const)('everything under %s', (_what, seen, known, code) => {
    const change = { observation: observation(seen), facts: facts(known) };
    expect(leftCodes(change)).toEqual([
      [null, 'cpu', code],
      [null, 'memory', code],
    ]);
    expect(propose(change).turns).toEqual([]);
  });

  it('nothing under a VPA in mode Off or a GitOps manager: both are said', () => {
    const manager = { name: 'argocd-controller', how: 'reconciles' } as const;
    const { view, turns } = propose({ observation: observation({ otherWriters: { ...vpa('Off'), manager } }) });
    expect(turns).toHaveLength(1);
    expect(view.notes.join(' ')).toMatch(
      /argocd-controller.*template is not touched.*VPA tuner \(Off\) only recommends/,
    );
  });

  it('containers by kind, by choice, and where there is nothing to multiply', () => {
    const template = [
      container(),
      container({ name: 'proxy', kind: 'sidecar' }),
      container({ name: 'setup', kind: 'init' }),
      container({ name: 'metrics-sidecar' }),
      container({ name: 'bare', requests: {}, limits: {} }),
      container({ name: 'nothing', requests: { cpu: '0' }, limits: {} }),
    ];
    const change = { annotation: 'cpu=500m..4,except=metrics-sidecar+gone', facts: facts({ template }) };
    expect(propose(change).view.containers.map(({ name }) => name)).toEqual(['ollama', 'proxy']);
    expect(leftCodes(change)).toEqual([
      ['setup', 'cpu', 'init_container'],
      ['metrics-sidecar', 'cpu', 'not_chosen'],
      ['bare', 'cpu', 'no_request'],
      ['nothing', 'cpu', 'no_request'],
      ['gone', 'cpu', 'no_such_container'],
    ]);
    const chosen = propose({ ...change, annotation: 'cpu=500m..4,containers=proxy' });
    expect(chosen.view.containers.map(({ name }) => name)).toEqual(['proxy']);
  });

  it('what admission gave a pod and the template does not state', () => {
    const template = [container({ limits: {} })];
    const pods = [pod('a')];
    expect(leftCodes({ facts: facts({ template, pods }) })).toContainEqual(['ollama', 'cpu', 'not_as_template']);
    expect(propose({ facts: facts({ template, pods }) }).turns).toEqual([]);
  });

  it('a container that would be restarted, unless that is allowed: then one pod, while all others serve', () => {
    const template = [container({ restartsOn: ['memory'] })];
    const refused = propose({ facts: facts({ template }) });
    expect(refused.turns[0]?.patch?.containers[0]?.to).toEqual({ cpu: { request: '2', limit: '4' } });
    expect(refused.view.left).toContainEqual(expect.objectContaining({ resource: 'memory', code: 'restart_needed' }));
    const annotation = `${RANGE},apply=resize,restart=allow`;
    const allowed = propose({ annotation, facts: facts({ template }) });
    expect(allowed.turns).toHaveLength(1);
    const pods = ['a', 'b'].map((name) => pod(name, { containers: template, isServing: name !== 'b' }));
    expect(propose({ annotation, facts: facts({ template, pods }) })).toMatchObject({
      turns: [],
      view: { code: 'pods_not_ready' },
    });
  });
});

describe('memory in use', () => {
  const raised = () => done(propose().turns[0] ?? nobody());
  const lower = (memoryUsed: ResizablePod['memoryUsed']) =>
    propose({ said: QUIET, facts: facts({ pods: [{ ...raised(), memoryUsed }] }) });

  it('goes back to the template where there is room for what is used, and a fifth of it', () => {
    expect(lower({ ollama: 3 * GIB }).view.next[0]?.containers[0]?.to.memory).toEqual({ request: '4Gi', limit: '8Gi' });
  });

  it('keeps what is used and a fifth, the limit in its ratio, and says so', () => {
    const { view } = lower({ ollama: 5 * GIB });
    expect(view.next[0]?.containers[0]?.to.memory).toEqual({ request: '6Gi', limit: '12Gi' });
    expect(view.left).toContainEqual(expect.objectContaining({ code: 'memory_in_use' }));
  });

  it('does not follow every breath, and does not shrink where nothing is known', () => {
    expect(lower({ ollama: 6.2 * GIB }).view.next[0]?.containers[0]?.to).toEqual({ cpu: { request: '1', limit: '2' } });
    for (const memoryUsed of [{}, { other: GIB }, { ollama: Number.NaN }, { ollama: -1 }]) {
      const { view } = lower(memoryUsed as Record<string, number>);
      expect(view.next[0]?.containers[0]?.to).toEqual({ cpu: { request: '1', limit: '2' } });
      expect(view.left).toContainEqual(expect.objectContaining({ code: 'memory_unknown' }));
    }
  });
});

describe('whose turn it is', () => {
  const twenty = (change: (i: number) => Partial<ResizablePod>) =>
    Array.from({ length: 20 }, (_, i) => pod(`p${String(i).padStart(2, '0')}`, change(i)));
  const asWanted = propose().turns[0] ?? nobody();

  it('one pod first; once one serves as it was resized, a quarter at a time and at most five', () => {
    expect(propose({ facts: facts({ pods: twenty(() => ({})) }) }).turns.map(({ pod: { name } }) => name)).toEqual([
      'p00',
    ]);
    const proven = twenty((i) => (i === 7 ? { ...done(asWanted), name: 'p07' } : {}));
    expect(propose({ facts: facts({ pods: proven }) }).turns).toHaveLength(5);
    expect(propose({ facts: facts({ pods: proven.slice(4, 9) }) }).turns).toHaveLength(2);
  });

  it('nobody while one that was resized does not serve; those that are starting are passed over', () => {
    const fallen = [pod('a'), { ...done(asWanted), name: 'b', isServing: false }];
    expect(propose({ facts: facts({ pods: fallen }) })).toMatchObject({
      turns: [],
      view: { code: 'resized_not_ready' },
    });
    const starting = [pod('a', { isServing: false }), pod('b')];
    expect(propose({ facts: facts({ pods: starting }) }).turns.map(({ pod: { name } }) => name)).toEqual(['b']);
  });

  it.each([
    ['infeasible', 'resize_infeasible'],
    ['deferred', 'resize_deferred'],
    ['in_progress', 'resize_in_progress'],
  ] as const)('nobody while the kubelet says %s of one, which is not asked again', (kind, code) => {
    const waiting = { ...done(asWanted), name: 'b', condition: { kind, message: 'Node: no room' } };
    const { turns, view } = propose({ facts: facts({ pods: [pod('a'), waiting, pod('c')] }) });
    expect(turns).toEqual([]);
    expect(view).toMatchObject({ code, message: expect.stringContaining('no room'), pods: { total: 3, asWanted: 1 } });
  });

  it('first of all what a node has no room for, where less is wanted by now', () => {
    const condition = { kind: 'infeasible', message: '' } as const;
    const stuck = { ...done(asWanted), name: 'z', condition };
    const { turns } = propose({ said: QUIET, facts: facts({ pods: [{ ...done(asWanted), name: 'a' }, stuck] }) });
    expect(turns.map(({ pod: { name } }) => name)).toEqual(['z']);
  });

  it.each([
    ['kill_switch', { killSwitch: 'somebody stopped all of it' }],
    ['not_enabled', { policy: { enabled: false } }],
    ['policy_invalid', { policy: { problems: ['mode is "x"'] } }],
    ['mode_recommend', { policy: { mode: 'recommend' } }],
    ['paused', { policy: { paused: true } }],
    ['rollout_in_progress', { observation: observation({ rollout: 'in_progress' }) }],
    ['deployment_paused', { observation: observation({ rollout: 'paused' }) }],
    ['print_only', { annotation: PRINT }],
    ['on_hold', { hold: 'pods stopped serving' }],
  ] as const)('nobody where it is %s, and what would be done is shown', (code, change) => {
    const { turns, view } = propose(change as Parameters<typeof propose>[0]);
    expect(turns).toEqual([]);
    expect(view.code).toBe(code);
    expect(view.next.map(({ pod: name }) => name)).toEqual(['a', 'b', 'c']);
  });

  it('nobody of a StatefulSet, a Rollout, or of none', () => {
    const set = { ...observation().workload, kind: 'StatefulSet' } as const;
    expect(propose({ observation: observation({ workload: set }), facts: null }).view.code).toBe('floors_only');
    const owner = { kind: 'rollout', name: 'web' } as const;
    expect(propose({ observation: observation({ owner }) }).view.code).toBe('owned_by_rollout');
    expect(propose({ facts: facts({ pods: [] }) }).view.code).toBe('no_pods');
  });
});

describe('a printed proposal that a person puts into the template', () => {
  it('is not multiplied once more, at any level that was shown, and goes back to what it was', () => {
    const levels = [{ ...HIGH, level: 'medium' as const, factor: 1.5 }, HIGH];
    let before = propose({ annotation: PRINT, said: levels[0] ?? null }).view;
    // The level moved on before anybody acted on what was printed.
    before = propose({ annotation: PRINT, said: HIGH, before }).view;
    const template = [container({ requests: { cpu: '1.5', memory: '6Gi' }, limits: { cpu: '3', memory: '12Gi' } })];
    const now = (said = HIGH) => propose({ annotation: PRINT, said, before, facts: facts({ template }) }).view;
    for (let tick = 0; tick < 3; tick++) {
      before = now();
      expect(before.containers[0]?.to.cpu).toEqual({ request: '2', limit: '4' });
      expect(before.containers[0]?.template?.cpu).toEqual({ request: '1.5', limit: '3' });
    }
    expect(now(QUIET).containers[0]?.to).toEqual({
      cpu: { request: '1', limit: '2' },
      memory: { request: '4Gi', limit: '8Gi' },
    });
  });

  it('but a template of the person’s own making is a new base', () => {
    const before = propose({ annotation: PRINT }).view;
    const template = [container({ requests: { cpu: '700m', memory: '4Gi' } })];
    const { view } = propose({ annotation: PRINT, before, facts: facts({ template }) });
    expect(view.containers[0]?.from.cpu?.request).toBe('700m');
    expect(view.containers[0]?.to.cpu?.request).toBe('1.4');
  });
});

describe('the level', () => {
  const view = (level: 'low' | 'medium' | 'high', isRaised: boolean, factor: number, value: number | null = 50) =>
    ({ value, raised: { level, isRaised, factor, base: 1, triggers: [] } }) as unknown as LevelView;

  it('is that of the signal that asks for the most, and a factor counts only where it is raised', () => {
    expect(levelSaid({ other: { value: 3 } as LevelView })).toBeNull();
    expect(levelSaid({ a: view('low', false, 1.2), b: view('high', true, 2) })).toMatchObject({
      signal: 'b',
      factor: 2,
    });
    expect(levelSaid({ a: view('high', false, 2) })).toMatchObject({ raised: false, factor: 1 });
    expect(levelSaid({ a: view('high', true, 2, null), b: view('low', true, 1.2) })).toMatchObject({ signal: 'b' });
  });
});

function vpa(mode: string) {
  return { manager: null, writer: null, vpa: { name: 'tuner', mode }, overlaps: [] };
}

function nobody(): never {
  throw new Error('nobody has a turn');
}
