// What the bus is told: every outcome once, with the decision's id, in the words of docs/events.md, and never too long.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import type { AutoscalerEvent } from '../../../lib/app/ports/world.ts';
import { decisionEvent, newDecisionEvent } from '../../../lib/app/report/decision-event.ts';
import { EVENT_DETAILS } from '../../../lib/app/report/event-schema.ts';
import { levelEvents } from '../../../lib/app/report/level-events.ts';
import { tellable } from '../../../lib/app/report/tellable.ts';
import type { DecisionRecord } from '../../../lib/domain/decision/decision.ts';
import { unknownOutcome } from '../../../lib/domain/decision/interrupted-changes.ts';
import type { Outcome } from '../../../lib/domain/decision/outcome.ts';
import type { LevelView } from '../../../lib/domain/level/level-view.ts';
import { type Embedded, simulated, startEmbedded } from '../../make/embedded.ts';
import { recordOf } from '../../make/records.ts';

type Type = AutoscalerEvent['type'];

const OUTCOMES: Readonly<Record<Outcome['kind'], Type | null>> = {
  applied: 'DecisionApplied',
  refused: 'DecisionRefused',
  failed: 'DecisionFailed',
  conflict: 'DecisionConflicted',
  unchanged: null,
  recommended: null,
};

const VIEW: LevelView = {
  band: 'over',
  value: 900,
  unit: 'ms',
  baseline: null,
  objective: 500,
  over: 500,
  windows: 12,
  lowWindows: 0,
  overWindows: 1,
  least: 12,
  reason: 'latency is at 900 ms',
  unhelped: false,
};

function holds({ type, at, detail }: AutoscalerEvent): void {
  EVENT_DETAILS[type].parse(tellable({ type, at, detail }).detail);
}

describe('the event of a decision', () => {
  it.each(Object.entries(OUTCOMES))('that is %s is %s', (kind, type) => {
    const outcome = { kind: kind as Outcome['kind'], code: 'error', message: 'why' } as const;
    const record = { ...recordOf({ outcome }), requestedBy: 'alice' };
    const event = decisionEvent(record);
    expect(event?.type ?? null).toBe(type);
    if (event === null) return;
    holds(event);
    expect(event.detail).toMatchObject({
      decision_id: record.decision.id,
      cluster: 'demo',
      namespace: 'shop',
      name: 'web',
      outcome: 'why',
      outcome_code: 'error',
      requestedBy: 'alice',
    });
  });

  it('of a tick is told again while it is applied, and of anything else only when it is another than before', () => {
    const of = (kind: Outcome['kind'], code: Outcome['code']): Outcome => ({ kind, code: code ?? 'ok', message: 'm' });
    const told = (now: Outcome, before?: Outcome) => newDecisionEvent(recordOf({ outcome: now }), before)?.type ?? null;
    expect(told(of('applied', 'scaled'), of('applied', 'scaled'))).toBe('DecisionApplied');
    for (const kind of ['refused', 'failed', 'conflict'] as const) {
      expect(told(of(kind, 'forbidden'))).toBe(OUTCOMES[kind]);
      expect(told(of(kind, 'forbidden'), of(kind, 'forbidden'))).toBe(null);
      expect(told(of(kind, 'error'), of(kind, 'forbidden'))).toBe(OUTCOMES[kind]);
      expect(told(of(kind, 'forbidden'), of('applied', 'scaled'))).toBe(OUTCOMES[kind]);
    }
  });
});

describe('a change that waits for a person', () => {
  it('is told when that is new', () => {
    const proposed: Outcome = { kind: 'recommended', code: 'proposed', message: '6 → 4 replicas waits for approval' };
    const of = (before?: Outcome) => newDecisionEvent(recordOf({ outcome: proposed }), before)?.type ?? null;
    expect(of()).toBe('DecisionProposed');
    expect(of({ kind: 'unchanged', code: 'at_target', message: 'm' })).toBe('DecisionProposed');
    expect(of(proposed)).toBe(null);
  });
});

describe('the event of a level', () => {
  it('names the decision in which it was seen', () => {
    const record = recordOf();
    const with_: DecisionRecord = { ...record, assessment: { ...record.assessment, levels: { latency: VIEW } } };
    const [event, ...more] = levelEvents(with_, undefined);
    expect(more).toEqual([]);
    expect(event).toMatchObject({ type: 'LevelOver', detail: { decision_id: record.decision.id, signal: 'latency' } });
    if (event !== undefined) holds(event);
  });
});

describe('what is told', () => {
  it('is a dozen fields in a few kilobytes, whatever stands in them, and can hide or forge nothing', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 3000 }),
      fc.constant('\u{10ffff}'.repeat(20_000)),
      fc.constant('\u202e\u0000\n\u2028\ud800'.repeat(2000)),
    );
    fc.assert(
      fc.property(text, text, text, (reason, message, requestedBy) => {
        const record = { ...recordOf({ decision: { reason }, outcome: { kind: 'failed', message } }), requestedBy };
        const event = decisionEvent(record);
        if (event === null) throw new Error('no event');
        const { detail } = tellable(event);
        expect(Buffer.byteLength(JSON.stringify(detail))).toBeLessThan(50_000);
        expect(Object.values(detail).join()).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
        holds(event);
      }),
      { numRuns: 30 },
    );
  });
});

describe('a cluster at work', () => {
  let system: Embedded;
  afterEach(() => system.close());
  const ENABLED = {
    'ai4k8s.io/predictive-autoscaling-enabled': 'true',
    'ai4k8s.io/mode': 'scale',
    'ai4k8s.io/max-replicas': '40',
  };
  const typesOf = () => system.events.map(({ type }) => type).filter((type) => type !== 'TickFinished');
  const decisionsOf = () => system.events.flatMap(({ detail }) => ('decision_id' in detail ? [detail] : []));

  it('tells of a write that is forbidden once, and of the change when it may be written again', async () => {
    system = await startEmbedded([simulated({ load: () => 5, annotations: ENABLED })]);
    system.faults.writesForbidden = true;
    await system.tick(3);
    expect(typesOf()).toEqual(['DecisionFailed']);
    system.faults.writesForbidden = false;
    await system.tick();
    expect(typesOf()).toEqual(['DecisionFailed', 'DecisionApplied']);
    const ids = decisionsOf().map(({ decision_id }) => decision_id);
    expect(new Set(ids).size).toBe(2);
    const history = await system.get('/api/autoscaling/history/demo?deployment=web&namespace=shop');
    const known = history.body.decisions.map(({ id }: { id: string }) => id);
    for (const id of ids) expect(known).toContain(id);
  });

  it('tells of what a person asked for, whatever became of it', async () => {
    system = await startEmbedded([simulated({ load: () => 5, annotations: { 'ai4k8s.io/max-replicas': '40' } })]);
    await system.tick();
    const apply = () =>
      system.post('/api/autoscaling/predictive/apply/demo', { deployment_name: 'web', namespace: 'shop' });
    system.faults.writesForbidden = true;
    const failed = await apply();
    system.faults.writesForbidden = false;
    system.advance(1);
    const applied = await apply();
    expect(typesOf()).toEqual(['DecisionFailed', 'DecisionApplied']);
    const ids = [failed, applied].map(({ body }) => body.decision.id);
    expect(decisionsOf().map(({ decision_id }) => decision_id)).toEqual(ids);
  });

  it('tells of what a tick that died was found not to have done, by the id that it had', async () => {
    system = await startEmbedded([simulated({ load: () => 1.75, annotations: ENABLED })]);
    await system.tick();
    system.advance(1);
    const at = system.now();
    const { ticks, series } = system.ports;
    await ticks.acquire('demo', at, at, 1);
    const [shard] = await series.shards('demo');
    const decision = { id: 'of-the-dead', at, current: 10, target: 14, action: 'scale_up' } as const;
    await ticks.journal('demo', shard?.id ?? 0, at, [recordOf({ decision, outcome: unknownOutcome('tick') })]);
    await system.tick(2);
    expect(typesOf()).toEqual(['DecisionFailed']);
    expect(decisionsOf()).toMatchObject([{ decision_id: 'of-the-dead', at: new Date(at).toISOString() }]);
  });

  it('tells that a tick failed', async () => {
    system = await startEmbedded([simulated()]);
    system.faults.readsForbidden = true;
    await expect(system.tick()).rejects.toThrow();
    expect(typesOf()).toEqual(['TickFailed']);
  });
});

describe('docs/events.md', () => {
  const docs = readFileSync(join(import.meta.dirname, '../../../docs/events.md'), 'utf8');
  const examples = [...docs.matchAll(/```json\n([\s\S]*?)```/g)].map(([, text = '']) => JSON.parse(text));
  const events = examples.filter((one) => 'detail-type' in one);

  it('shows each type once, as it is told', () => {
    expect(events.map((one) => one['detail-type']).toSorted()).toEqual(Object.keys(EVENT_DETAILS).toSorted());
    for (const { 'detail-type': type, detail, source, time } of events) {
      expect(source).toBe('ai4k8s.autoscaler');
      EVENT_DETAILS[type as Type].parse(detail);
      expect(time).toBe(`${detail.at.slice(0, 19)}Z`);
    }
  });

  it('names each field', () => {
    const fields = Object.values(EVENT_DETAILS).flatMap((schema) => Object.keys(schema.shape));
    for (const field of new Set(fields)) expect(docs).toContain(`\`${field}\``);
  });
});
