// Which shards are sent to learn, and what comes of their messages: fair by age, each history read once, nothing lost.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { packTask } from '../../../lib/adapters/sqs/packing.ts';
import type { SeriesStore } from '../../../lib/app/ports/series-store.ts';
import type { LearnTask } from '../../../lib/app/ports/shard-task.ts';
import { type LearnPorts, learnMessages } from '../../../lib/app/tick/learn-messages.ts';
import { LEARN_AGAIN_MS, learnersOf } from '../../../lib/app/tick/learn-task.ts';
import type { Survey } from '../../../lib/app/tick/survey.ts';
import type { Fitted } from '../../../lib/domain/learning/fitted.ts';
import { workloadKey } from '../../../lib/domain/workload/identity.ts';
import { EMPTY_SERIES } from '../../../lib/domain/workload/series.ts';
import { openLearning } from '../../../lib/wire/queues.ts';
import { NOTHING_ABOVE } from '../../make/policies.ts';
import { NOW, observation } from '../../make/workloads.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** What a tick knows of waiting shards. */
function surveyOf(now: number, dueSince: readonly (number | null)[], learning: Survey['before']['learning']): Survey {
  const shards = dueSince.map((_, id) => ({ id, workloads: [] }));
  const left = new Map(dueSince.map((since, id) => [id, { changed: [], problems: [], dueSince: since }] as const));
  return { now, shards, left, before: { learning } } as unknown as Survey;
}

describe('which shards are sent to learn', () => {
  it('are those that have waited longest, few at a time, and none again that was just sent', () => {
    const due = [NOW - 3 * MINUTE, null, NOW - 9 * MINUTE, NOW - 5 * MINUTE];
    expect(learnersOf(surveyOf(NOW, due, []), 60)).toEqual([2]);
    expect(learnersOf(surveyOf(NOW, due, [{ shard: 2, at: NOW - MINUTE }]), 60)).toEqual([3]);
    expect(learnersOf(surveyOf(NOW, due, [{ shard: 2, at: NOW - LEARN_AGAIN_MS }]), 60)).toEqual([2]);
    expect(learnersOf(surveyOf(NOW, [null, null], []), 60)).toEqual([]);
  });

  it.each([157, 1570])(
    'law: of %i shards each learns within hours, also where a third of the messages is lost',
    (count) => {
      fc.assert(
        fc.property(fc.infiniteStream(fc.integer({ min: 0, max: 2 })), (draws) => {
          let learning: Survey['before']['learning'] = [];
          const due: (number | null)[] = Array.from({ length: count }, () => NOW);
          let longest = 0;
          for (let now = NOW; now < NOW + 12 * HOUR && due.some((since) => since !== null); now += MINUTE) {
            const sent = learnersOf(surveyOf(now, due, learning), 60);
            learning = [
              ...learning.filter(({ at }) => now - at < LEARN_AGAIN_MS),
              ...sent.map((shard) => ({ shard, at: now })),
            ];
            for (const shard of sent) {
              if (draws.next().value === 0) continue;
              longest = Math.max(longest, now - (due[shard] ?? now));
              due[shard] = null;
            }
          }
          expect(due.every((since) => since === null)).toBe(true);
          expect(longest).toBeLessThan(3 * HOUR);
        }),
        { numRuns: 10 },
      );
    },
  );
});

/** Two workloads; the second has a history that cannot be fitted. */
function makeLearning(change: Partial<SeriesStore> = {}, now = NOW) {
  const [web, bad] = ['web', 'bad'].map((name) => ({ cluster: 'c', namespace: 'shop', name }));
  if (web === undefined || bad === undefined) throw new Error('no workloads');
  let known: ReadonlyMap<string, Fitted> = new Map();
  const counts = { reads: 0, writes: 0 };
  const errors: unknown[] = [];
  const series = {
    async read() {
      counts.reads += 1;
      const broken = {
        get at(): never {
          throw new Error('no such column');
        },
      };
      return new Map([
        [workloadKey(bad), broken as never],
        [workloadKey(web), EMPTY_SERIES],
      ]);
    },
    readFitted: async () => known,
    async writeFitted(_cluster: string, _shard: unknown, learned: ReadonlyMap<string, Fitted>) {
      counts.writes += 1;
      known = learned;
    },
    ...change,
  } as unknown as SeriesStore;
  const clock = { now: () => now };
  const log = { info: () => undefined, warn: () => undefined, error: (...said: unknown[]) => void errors.push(said) };
  const ports: LearnPorts = { series, openLearning, clock, wall: clock, log };
  const task: LearnTask = {
    cluster: 'c',
    at: NOW,
    shard: { id: 3, workloads: [web, bad], places: [web, bad].map((_, slot) => ({ slot, since: 0 })) },
    observations: [observation({ workload: web })],
    policies: [],
    above: NOTHING_ABOVE,
  };
  return { ports, counts, errors, known: () => known, message: { id: 'm', body: packTask(task), receives: 1 } };
}
const SETTINGS = { tickSeconds: 60 };

describe('a message to learn', () => {
  it('fits the shard from one reading of its history, and a workload that cannot be fitted harms no other', async () => {
    const { ports, counts, errors, known, message } = makeLearning();
    expect(await learnMessages(ports, SETTINGS, [message])).toEqual([]);
    expect(counts).toEqual({ reads: 1, writes: 1 });
    expect([...known().keys()]).toEqual(['shop/web']);
    expect(JSON.stringify(errors)).toContain('shop/bad');
  });

  it('that comes twice reads no history again', async () => {
    const { ports, counts, message } = makeLearning();
    expect(await learnMessages(ports, SETTINGS, [message, message])).toEqual([]);
    expect(counts.reads).toBe(1);
  });

  it('that fails is named, and the others are done', async () => {
    const failing = makeLearning({ read: () => Promise.reject(new Error('table away')) });
    expect(await learnMessages(failing.ports, SETTINGS, [failing.message])).toEqual(['m']);
    const { ports, message, counts } = makeLearning();
    const bad = { id: 'bad', body: '{"v":1,"task":"AAAA"}', receives: 1 };
    expect(await learnMessages(ports, SETTINGS, [bad, message])).toEqual(['bad']);
    expect(counts.writes).toBe(1);
  });

  it('that is old is left to the next, and named again where it failed before', async () => {
    const { ports, counts, message } = makeLearning({}, NOW + 2 * LEARN_AGAIN_MS);
    expect(await learnMessages(ports, SETTINGS, [message])).toEqual([]);
    expect(await learnMessages(ports, SETTINGS, [{ ...message, receives: 2 }])).toEqual(['m']);
    expect(counts.reads).toBe(0);
  });
});
