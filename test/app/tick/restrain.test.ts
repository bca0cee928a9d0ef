// Hold, quota and blast radius over all changes of a tick, and what is told of it in the cluster.
import { describe, expect, it } from 'vitest';
import type { KubernetesEvent, LimitsReader } from '../../../lib/app/ports/cluster.ts';
import { AdapterError } from '../../../lib/app/ports/world.ts';
import { capped, EVENTS_A_TICK, kubernetesEventOf } from '../../../lib/app/report/kubernetes-events.ts';
import { type Intent, restrain } from '../../../lib/app/tick/restrain.ts';
import { decide } from '../../../lib/domain/decision/decide.ts';
import type { Decision, DecisionRecord } from '../../../lib/domain/decision/decision.ts';
import type { Outcome } from '../../../lib/domain/decision/outcome.ts';
import type { WorkloadMemory } from '../../../lib/domain/decision/workload-memory.ts';
import { NO_PERMISSION } from '../../../lib/domain/guardrails/permissions.ts';
import { assessment, NO_HISTORY, NOW, observation } from '../../make/workloads.ts';

const SETTINGS = {
  blast: { sharePercent: 10, freeReplicas: 6, workloads: 10 },
  hold: { fallPercent: 20, calmTicks: 10 },
};
const NO_LIMITS: LimitsReader = { limits: async () => new Map() };

function intent(name: string, target: number, cpuPercent = 60, change: Partial<Decision> = {}): Intent {
  const workload = { cluster: 'demo', namespace: 'shop', name };
  const of = assessment(observation({ workload, cpuPercent, uid: `uid-${name}` }));
  return { assessment: of, decision: { ...decide(of, null, NO_HISTORY), target, blockedBy: null, ...change } };
}

describe('the changes of one tick', () => {
  it('past the blast radius serve the short first, cut the next and refuse the rest, with the reason', async () => {
    const intents = [intent('gift', 8), intent('ahead', 14), intent('short', 14, 100)];
    const { decisions, beyondBlastRadius } = await restrain(NO_LIMITS, SETTINGS, 'demo', intents, 60, null);
    expect(decisions.get('shop/short')).toMatchObject({ target: 14, blockedBy: null });
    expect(decisions.get('shop/ahead')).toMatchObject({ target: 12, blockedBy: null });
    expect(decisions.get('shop/ahead')?.verdicts.at(-1)).toMatchObject({
      guardrail: 'blast_radius',
      effect: 'clipped',
      code: 'blast_radius',
      from: 14,
      to: 12,
    });
    expect(decisions.get('shop/gift')).toMatchObject({ target: 8, blockedBy: 'blast_radius' });
    expect(beyondBlastRadius).toBe(2);
  });

  it('in one namespace share its quota, and only growth asks for it', async () => {
    const asked: (readonly string[])[] = [];
    const quotas = [{ name: 'team', left: { pods: 3 } }];
    const reader: LimitsReader = {
      async limits(_cluster, namespaces) {
        asked.push(namespaces);
        const none = { podMax: {}, defaultRequests: {}, defaultLimits: {} };
        return new Map([['shop', { quotas, ...none }]]);
      },
    };
    const wide = { ...SETTINGS, blast: { ...SETTINGS.blast, freeReplicas: 100 } };
    const both = [intent('ahead', 14), intent('short', 12, 100)];
    const { decisions } = await restrain(reader, wide, 'demo', both, 60, null);
    expect(decisions.get('shop/short')?.target).toBe(12);
    expect(decisions.get('shop/ahead')).toMatchObject({ target: 11, blockedBy: null });
    expect(decisions.get('shop/ahead')?.verdicts.at(-1)?.code).toBe('quota_exceeded');
    expect(asked).toEqual([['shop']]);
    await restrain(reader, wide, 'demo', [intent('gift', 8)], 60, null);
    expect(asked).toHaveLength(1);
  });

  it('go on where nobody may read quotas, and say so', async () => {
    const reader: LimitsReader = {
      limits: () => Promise.reject(new AdapterError('kubernetes', 'forbidden', { retryable: false })),
    };
    const { decisions, problems } = await restrain(reader, SETTINGS, 'demo', [intent('web', 12)], 60, null);
    expect(decisions.get('shop/web')?.target).toBe(12);
    expect(problems).toEqual(['quotas are unknown: forbidden']);
  });

  it('are shared by those that are short, and who is still short is named', async () => {
    const intents = [intent('a', 40, 100, { current: 10 }), intent('b', 40, 100), intent('c', 40, 100)];
    const { decisions, problems, beyondBlastRadius } = await restrain(NO_LIMITS, SETTINGS, 'demo', intents, 60, null);
    expect([...decisions.values()].map(({ target }) => target)).toEqual([12, 12, 12]);
    expect(beyondBlastRadius).toBe(3);
    expect(problems.join()).toMatch(/leaves 3 workloads short of \d+ replicas until later ticks: shop\/a \d/);
  });

  it('count a quota only for the pods it means, and name one of which that cannot be told', async () => {
    const scoped = (name: string, scope: string, pods: number) => ({
      name,
      scopes: [{ name: scope, operator: 'Exists', values: [] }],
      left: { pods },
    });
    const quotas = [scoped('idle', 'BestEffort', 0), scoped('busy', 'NotBestEffort', 1), scoped('new', 'Novelty', 0)];
    const limits = { quotas, podMax: {}, defaultRequests: {}, defaultLimits: {} };
    const reader: LimitsReader = { limits: async () => new Map([['shop', limits]]) };
    const web = intent('web', 13, 100);
    const traits = {
      qos: 'Burstable',
      priorityClass: null,
      terminating: false,
      crossNamespaceAffinity: false,
    } as const;
    const observed = { ...web.assessment.observation, podTraits: traits };
    const known = { ...web, assessment: { ...web.assessment, observation: observed } };
    const { decisions, problems } = await restrain(reader, SETTINGS, 'demo', [known], 60, null);
    expect(decisions.get('shop/web')?.target).toBe(11);
    expect(problems.join()).toContain('ResourceQuota shop/new (Novelty) is not counted');
  });

  it('waste none of the budget on what the quota has no room for', async () => {
    const none = { podMax: {}, defaultRequests: {}, defaultLimits: {} };
    const full = { quotas: [{ name: 'team', left: { pods: 1 } }], ...none };
    const reader: LimitsReader = { limits: async () => new Map([['shop', full]]) };
    const other = intent('other', 20, 100);
    const elsewhere = {
      ...other,
      decision: { ...other.decision, workload: { ...other.decision.workload, namespace: 'free' } },
    };
    const { decisions } = await restrain(reader, SETTINGS, 'demo', [intent('web', 20, 100), elsewhere], 60, null);
    expect(decisions.get('shop/web')?.target).toBe(11);
    expect(decisions.get('free/other')?.target).toBe(15);
  });

  it('on hold scale nothing down and leave what fell; others grow', async () => {
    const hold = { since: NOW, reason: '4 pods fell', fallen: [{ key: 'shop/fell', expected: 10 }], calmTicks: 0 };
    const intents = [intent('gift', 8), intent('fell', 12), intent('grows', 12)];
    const { decisions } = await restrain(NO_LIMITS, SETTINGS, 'demo', intents, 60, hold);
    expect([...decisions].map(([key, { blockedBy }]) => [key, blockedBy]).toSorted()).toEqual([
      ['shop/fell', 'on_hold'],
      ['shop/gift', 'on_hold'],
      ['shop/grows', null],
    ]);
  });
});

describe('what is told in the cluster', () => {
  const record = (outcome: Outcome, change: Partial<Decision> = {}): DecisionRecord => ({
    ...intent('web', 12, 60, change),
    outcome,
    advice: null,
    requestedBy: null,
  });
  const refused: Outcome = { kind: 'refused', message: 'no room' };
  const entryOf = (of: DecisionRecord, at = NOW - 60_000) =>
    ({ observation: { ...of.assessment.observation, at }, record: of }) as unknown as WorkloadMemory;

  it('is every change, cleaned', () => {
    const applied = record({ kind: 'applied', message: 'scaled 10 → 12 replicas' }, { reason: 'busy\u0007\u202e' });
    expect(kubernetesEventOf(applied, entryOf(applied))).toMatchObject({ kind: 'change', uid: 'uid-web' });
    expect(kubernetesEventOf(applied, undefined)?.note).toMatch(/^scaled 10 → 12 replicas \(\w+\): busy$/);
  });

  it('is a problem when it is new or another, and again when an hour has gone by', () => {
    const now = record(refused, { blockedBy: 'quota_exceeded' });
    expect(kubernetesEventOf(now, undefined)?.reason).toBe('ChangeRefused');
    expect(kubernetesEventOf(now, entryOf(now))).toBeNull();
    expect(kubernetesEventOf(now, entryOf(record(refused, { blockedBy: 'on_hold' })))?.reason).toBe('ChangeRefused');
    expect(kubernetesEventOf(now, entryOf(now, NOW - 3_600_000))?.reason).toBe('ChangeRefused');
  });

  it('is none where nothing may be written at all, whatever else is wrong', () => {
    for (const blockedBy of NO_PERMISSION)
      expect(kubernetesEventOf(record(refused, { blockedBy }), undefined)).toBeNull();
    const { decision, assessment, ...rest } = record(refused);
    const policy = { ...assessment.policy, problems: ['mode is "scael"'], paused: true };
    const paused = { ...rest, decision: decide({ ...assessment, policy }, null, NO_HISTORY) };
    expect(kubernetesEventOf({ ...paused, assessment: { ...assessment, policy } }, undefined)).toBeNull();
    expect(decision.blockedBy).toBeNull();
  });

  it('is no pause that a person asked for, and nothing of a workload left as it is', () => {
    expect(kubernetesEventOf(record(refused, { blockedBy: 'paused' }), undefined)).toBeNull();
    expect(kubernetesEventOf(record({ kind: 'unchanged', message: 'already at 10' }), undefined)).toBeNull();
  });

  it('is a handful a tick, problems first, the rest in a sentence', () => {
    const notices = Array.from({ length: 20 }, (_, i): KubernetesEvent => {
      const workload = { cluster: 'demo', namespace: 'shop', name: `w${i}` };
      const kind = i === 19 ? 'problem' : 'change';
      return { workload, uid: `u${i}`, at: NOW, kind, reason: 'R', note: `note ${i}` };
    });
    const told = capped(notices);
    expect(told).toHaveLength(EVENTS_A_TICK);
    expect(told[0]?.note).toBe('note 19');
    expect(told.at(-1)?.note).toContain('shop/w7 R');
    expect(told.at(-1)?.note).toContain('and 6 more');
    expect(capped(notices.slice(0, EVENTS_A_TICK))).toEqual(notices.slice(0, EVENTS_A_TICK));
  });
});
