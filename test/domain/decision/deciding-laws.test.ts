// Laws of deciding: no check hides another, nothing is written without permission, and less evidence never takes more away.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ApplyPorts, applyDecision } from '../../../lib/app/apply/apply-decision.ts';
import type { HpaObject } from '../../../lib/app/ports/cluster.ts';
import { kubernetesEventOf } from '../../../lib/app/report/kubernetes-events.ts';
import { userPrompt } from '../../../lib/domain/advice/prompt.ts';
import type { Assessment } from '../../../lib/domain/assessment/assessment.ts';
import { baselineProposal, decide } from '../../../lib/domain/decision/decide.ts';
import type { Decision } from '../../../lib/domain/decision/decision.ts';
import { CONSTRAINTS, guard, stateAll } from '../../../lib/domain/guardrails/guard.ts';
import type { Observation } from '../../../lib/domain/workload/observation.ts';
import type { Policy } from '../../../lib/domain/workload/policy.ts';
import { anySituations, assessedAs, type Situation, type SituationParts, situations } from '../../make/situations.ts';
import { sizingPolicy } from '../../make/sizings.ts';
import { advised, assessment, NO_HISTORY, observation, policy } from '../../make/workloads.ts';

const anyTarget = () =>
  fc.option(
    fc.integer({ min: 1, max: 100 }).map((to) => advised(to)),
    { nil: null },
  );

/** What carrying out a decision writes, on a cluster that takes everything. */
async function written({ about }: Situation, decision: Decision): Promise<readonly string[]> {
  const { policy: with_, observation: of } = about;
  const writes: string[] = [];
  const object = of.hpa === null ? [] : [hpaObject(of)];
  const ports = {
    reader: { workload: async () => null },
    writer: {
      scale: async (_ref: unknown, to: number) => {
        writes.push(`scale ${to}`);
        return { kind: 'applied' };
      },
    },
    floors: { heldOffUntil: async () => 0, get: async () => null, put: async () => {}, forget: async () => {} },
    hpas: {
      list: async () => object,
      patch: async (_hpa: HpaObject, minReplicas: number | null) => {
        writes.push(`floor ${minReplicas}`);
        return { kind: 'applied' };
      },
    },
  };
  const outcome = await applyDecision(ports as unknown as ApplyPorts, decision, with_, of, 'schedule');
  const notice = kubernetesEventOf(
    { decision, outcome, assessment: about, advice: null, requestedBy: null },
    undefined,
  );
  return notice === null ? writes : [...writes, `Event ${notice.reason}`];
}

function hpaObject({ hpa, workload }: Observation): HpaObject {
  const own = hpa?.ownMinReplicas;
  const annotations: Record<string, string> =
    own === undefined
      ? {}
      : {
          'ai4k8s.io/original-min-replicas': String(own),
          'ai4k8s.io/floor-min-replicas': String(hpa?.minReplicas),
        };
  return {
    ...workload,
    name: hpa?.name ?? '',
    deployment: workload.name,
    minReplicas: hpa?.minReplicas ?? 1,
    maxReplicas: hpa?.maxReplicas ?? 1,
    annotations,
    managedBy: null,
    scaledObject: null,
    floorWriter: null,
    resourceVersion: '1',
  };
}

const again = ({ history, of }: Situation, change: Partial<SituationParts>): Situation => {
  const parts = { ...of, ...change };
  return { about: assessedAs(parts), history, of: parts };
};

describe('the order of checks', () => {
  it('changes nothing', () => {
    fc.assert(
      fc.property(
        anySituations('maybe'),
        fc.constantFrom('llm' as const, 'predictive' as const),
        fc.integer({ min: 1, max: 100 }),
        fc.shuffledSubarray([...CONSTRAINTS], { minLength: CONSTRAINTS.length }),
        ({ about, history }, source, proposed, checks) => {
          const listed = guard(about, stateAll(about, history), source, proposed);
          expect(guard(about, stateAll(about, history, checks), source, proposed)).toEqual(listed);
        },
      ),
      { numRuns: 1000 },
    );
  });
});

describe('without permission', () => {
  const forbidden: readonly (readonly [string, (s: Situation) => Situation])[] = [
    ['paused', (s) => again(s, { policy: { ...s.of.policy, paused: true } })],
    ['the kill switch', (s) => ({ ...s, history: { ...s.history, killSwitch: 'KILL_SWITCH is set' } })],
    ['mode recommend', (s) => again(s, { policy: { ...s.of.policy, mode: 'recommend' } })],
    ['not enabled', (s) => again(s, { policy: { ...s.of.policy, enabled: false } })],
    ['an owner', (s) => again(s, { observation: { ...s.of.observation, owner: { kind: 'keda', name: 'k' } } })],
    [
      'a manager',
      (s) => {
        const manager = { name: 'argocd', how: 'reconciles' } as const;
        const otherWriters = { manager, writer: null, vpa: null, overlaps: [] };
        const { hpa } = s.of.observation;
        const kept = hpa === null ? null : { ...hpa, floorManager: 'argocd' };
        return again(s, { observation: { ...s.of.observation, otherWriters, hpa: kept } });
      },
    ],
  ];

  it.each(forbidden)(
    '%s: no scale, no floor, no Event, whatever the situation and the advice',
    async (what, forbid) => {
      await fc.assert(
        fc.asyncProperty(anySituations('maybe'), anyTarget(), async (situation, advice) => {
          const s = forbid(situation);
          const decision = decide(s.about, advice, s.history);
          const back = s.of.observation.hpa?.ownMinReplicas;
          // A floor of ours is given back where nobody may hold it any more: that undoes a change, and makes none.
          const undone = what !== 'the kill switch' && back !== undefined ? [`floor ${back}`] : [];
          expect(undone).toEqual(expect.arrayContaining([...(await written(s, decision))]));
          if (what !== 'mode recommend' && what !== 'not enabled') expect(decision.blockedBy).not.toBeNull();
        }),
        { numRuns: 300 },
      );
    },
  );

  it('every permission is asked, and each that is refused is in the verdicts', () => {
    fc.assert(
      fc.property(anySituations(), anyTarget(), (situation, advice) => {
        const { about, history } = forbidden
          .filter(([what]) => ['paused', 'the kill switch', 'an owner', 'a manager'].includes(what))
          .reduce((s, [, forbid]) => forbid(s), situation);
        const { verdicts } = decide(about, advice, history);
        const codes = verdicts.filter(({ effect }) => effect === 'blocked').map(({ code }) => code);
        expect(codes).toEqual(['owned_by_keda', 'owned_by_manager', 'paused', 'kill_switch']);
      }),
    );
  });
});

describe('a floor', () => {
  it('is never over max-replicas, and never raised for a count that is only kept', async () => {
    await fc.assert(
      fc.asyncProperty(anySituations('always'), anyTarget(), async (s, advice) => {
        const decision = decide(s.about, advice, s.history);
        const { minReplicas = 1, ownMinReplicas: own = minReplicas } = s.of.observation.hpa ?? {};
        const writes = (await written(s, decision)).filter((write) => write.startsWith('floor'));
        const floors = writes.map((write) => Number(write.split(' ')[1]));
        for (const floor of floors) expect(floor).toBeLessThanOrEqual(Math.max(own, s.of.policy.max));
        // Raised only where that many are needed, advised or ordered: never by what a veto or a hold keeps.
        const wanted = Math.max(decision.wanted ?? 0, decision.target > decision.current ? decision.target : 0);
        for (const raised of floors.filter((floor) => floor > minReplicas)) expect(raised).toBeLessThanOrEqual(wanted);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('less evidence', () => {
  const less: readonly (readonly [string, (of: Observation) => Observation])[] = [
    ['memory missing', ({ signals: { memory: _gone, ...signals }, ...of }) => ({ ...of, signals })],
    ['cpu missing', ({ signals: { cpu: _gone, ...signals }, ...of }) => ({ ...of, signals })],
    ['both missing', (of) => ({ ...of, signals: {} })],
    ['half of the pods measured', (of) => ({ ...of, signals: halved(of.signals) })],
    ['a rollout', (of) => ({ ...of, rollout: 'in_progress' })],
    ['a paused Deployment', (of) => ({ ...of, rollout: 'paused' })],
    [
      'two pods not ready',
      (of) => ({ ...of, replicas: { ...of.replicas, ready: Math.max(1, of.replicas.ready - 2) } }),
    ],
  ];

  it.each(less)(
    '%s: never ends lower than the same with full evidence, where that keeps or gives back',
    (_what, without) => {
      fc.assert(
        fc.property(anySituations().map(thatHolds), (s) => {
          const full = decide(s.about, null, s.history);
          const { about } = again(s, { observation: without(s.of.observation) });
          expect(decide(about, null, s.history).target).toBeGreaterThanOrEqual(Math.min(full.target, full.current));
        }),
        { numRuns: 500 },
      );
    },
  );

  it.each(['in_progress', 'paused'] as const)('a rollout (%s) takes nothing of a scale-up either', (rollout) => {
    fc.assert(
      fc.property(situations(), (s) => {
        // What memory a pod holds at rest is not tried out while pods are being replaced.
        const of = { ...s.of.observation, capacity: { cpu: 0.5 } };
        const settled = again(s, { observation: { ...of, rollout: 'settled' } });
        const rolling = again(s, { observation: { ...of, rollout } });
        const target = (one: Situation) => decide(one.about, null, one.history).target;
        expect(target(rolling)).toBeGreaterThanOrEqual(target(settled));
      }),
      { numRuns: 500 },
    );
  });
});

/** What is missing is to mean nothing where a workload says so: these laws are of those that do not. */
function thatHolds(s: Situation): Situation {
  const { signals } = s.of.policy;
  if (signals === undefined) return s;
  const held = Object.entries(signals).map(
    ([name, one]) => [name, { ...one, missing: 'hold', direction: 'both' }] as const,
  );
  return again(s, { policy: { ...s.of.policy, signals: Object.fromEntries(held) } });
}

function halved(signals: Observation['signals']): Observation['signals'] {
  const entries = Object.entries(signals).map(([name, one]) => [
    name,
    { ...one, demand: one.demand / 2, coverage: one.coverage / 2 },
  ]);
  return Object.fromEntries(entries) as Observation['signals'];
}

describe('whose number stands', () => {
  it('is the source that is named: advice is never named for a change that goes another way', () => {
    fc.assert(
      fc.property(anySituations('maybe'), fc.integer({ min: 1, max: 100 }), ({ about, history }, to) => {
        const decision = decide(about, advised(to), history);
        const { source, target, current, verdicts } = decision;
        const isVetoed = verdicts.some((one) => one.effect === 'vetoed' && one.source === 'llm');
        if (!isVetoed) {
          expect([0, Math.sign(to - current)]).toContain(Math.sign(target - current));
          // Where a window sets the number, it is the window's, and its words come first.
          if (source !== 'llm') expect(decision.reason).not.toMatch(/^a reasoning of more than fifty/);
        } else {
          const { target: rules, reason } = decide(about, null, history);
          expect(target).toBe(rules);
          expect(decision.reason.startsWith(reason.split(' — ')[0] ?? '')).toBe(true);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('is the schedule where a window sets it', () => {
    fc.assert(
      fc.property(anySituations(), ({ about, history }) => {
        const { source, target } = decide(about, null, history);
        if (source === 'scheduled') expect([about.schedule?.floor, about.schedule?.ceiling]).not.toContain(undefined);
        else expect(source).toBe(baselineProposal(about).source);
        if (about.schedule !== null) return;
        expect(source).not.toBe('scheduled');
        expect(target).toBeGreaterThanOrEqual(1);
      }),
    );
  });

  it('a plan makes its target that of prompt, veto and sizing alike', () => {
    const planned = (about: Assessment): Assessment => ({
      ...about,
      targets: { ...about.targets, cpu: 90 },
      sizingPolicy: sizingPolicy(),
    });
    const of = planned(assessment(observation({ cpuPercent: 83 })));
    expect(userPrompt(of)).toContain('Target CPU: 90%');
    expect(userPrompt(of)).not.toMatch(/Target CPU: 70%/);
    const down = decide(of, advised(9, { action: 'scale_down' }), NO_HISTORY);
    expect(down.verdicts.some(({ code }) => code === 'down_while_over_target')).toBe(false);
    // Advice to shrink that evidence turns into growth is not followed, and its words are not the reason.
    const turned = decide(
      assessment(observation({ cpuPercent: 69 })),
      advised(4, { action: 'scale_down' }),
      NO_HISTORY,
    );
    expect(turned).toMatchObject({ source: 'llm', target: 10 });
  });

  it('memory that every pod holds before any load vetoes nothing', () => {
    const at = (memoryKind: NonNullable<Assessment['memoryKind']>): Assessment => ({
      ...assessment(observation({ cpuPercent: 10, memoryPercent: 95 })),
      memoryKind,
      envelope: { needed: 1, justified: 50, floor: 1, ceiling: 50, reason: '' },
    });
    const vetoes = (about: Assessment) =>
      decide(about, advised(6, { action: 'scale_down' }), NO_HISTORY).verdicts.filter(
        ({ effect }) => effect === 'vetoed',
      );
    expect(vetoes(at('at_rest'))).toEqual([]);
    expect(vetoes(at('follows_load')).map(({ code }) => code)).toEqual(['down_while_over_target']);
  });
});

describe('an order', () => {
  const of = (change: Partial<Observation>, with_: Partial<Policy>) =>
    assessment(observation({ cpuPercent: 120, replicas: { spec: 28, ready: 28, running: 28, total: 28 }, ...change }), {
      policy: policy(with_),
    });

  it('a stated maximum is approached by steps whatever the load, and the answer says what it costs', () => {
    for (const change of [{}, { signals: {} }, { rollout: 'in_progress' as const }])
      expect(decide(of(change, { max: 10 }), null, NO_HISTORY).target).toBe(14);
    const { reason } = decide(of({}, { max: 10 }), null, NO_HISTORY);
    expect(reason).toContain('max-replicas 10 stands against it: at 10 replicas cpu at 336 % of requests');
  });

  it('no order of a person waits for what only keeps pods for now', () => {
    fc.assert(
      fc.property(anySituations(), ({ about, history }) => {
        const { target, current } = decide(about, null, { ...history, lastScaledAt: null });
        const { min, max } = about.policy;
        if (current > max) expect(target).toBeLessThanOrEqual(Math.max(max, Math.ceil(current / 2)));
        if (current < min) expect(target).toBeGreaterThanOrEqual(Math.min(min, Math.max(2 * current, current + 4)));
      }),
      { numRuns: 500 },
    );
  });
});
