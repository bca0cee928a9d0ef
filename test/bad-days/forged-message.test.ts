// A message of the right frame whose inside is anything: of another release with the same version, damaged, or forged.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { packTask } from '../../lib/adapters/sqs/packing.ts';
import { openShard } from '../../lib/wire/queues.ts';
import { MINUTE, makeFanOutWorld } from '../make/fan-out-world.ts';

/** Two workloads a shard, each short of capacity. */
const CORES = [7, 7, 7, 7, 7, 7];

/** A tick of three shards that were handed on. */
async function handedOn() {
  const world = makeFanOutWorld(CORES);
  await world.process('tick').tick(world.now);
  return { world, messages: world.takeAll() };
}

type Json = Record<string, unknown>;

function taskOf(body: string): Json {
  const opened = openShard(body);
  if (opened.kind !== 'task') throw new Error(opened.message);
  return JSON.parse(JSON.stringify(opened.task));
}

/** Every place of a value, as keys from the outside in. */
function placesIn(value: unknown, at: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [at];
  return [at, ...Object.entries(value).flatMap(([key, inner]) => placesIn(inner, [...at, key]))];
}

function put(task: Json, place: readonly string[], value: unknown): Json {
  const copy = structuredClone(task);
  const last = place.at(-1);
  let inner: Json = copy;
  for (const key of place.slice(0, -1)) inner = inner[key] as Json;
  if (last !== undefined) inner[last] = value;
  return copy;
}

const junk = fc.constantFrom<unknown>(null, 'x', '', -1, 1e308, [], {}, [[]], [null], true, undefined, '__proto__');

describe('a message of which anything is something else', () => {
  it('law: harms no other of its batch, and whatever it does to its own shard, the next ticks mend it', async () => {
    const sample = await handedOn();
    const places = placesIn(taskOf(sample.messages[0]?.body ?? '')).filter((place) => place.length > 0);
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...places), junk, fc.nat(2), async (place, value, where) => {
        const { world, messages } = await handedOn();
        const [first, ...others] = messages;
        if (first === undefined) throw new Error('no message');
        const forged = { ...first, body: packTask(put(taskOf(first.body), place, value)) };
        const batch = [...others.slice(0, where), forged, ...others.slice(where)];
        await world.process('consumer').consume(batch);
        const replicas = Object.values(world.cluster.replicas());
        expect(replicas.filter((count) => count === 20).length, replicas.join()).toBeGreaterThanOrEqual(4);
        for (let minute = 1; minute < 4; minute++) await world.clean(world.now + MINUTE);
        expect(Object.values(world.cluster.replicas())).toEqual(CORES.map(() => 20));
        expect((await world.ticks.last('c'))?.scheduledAt).toBe(world.now);
      }),
      {
        numRuns: 40,
        // One count that was no number made none of all that share a blast radius with it.
        examples: [
          [['observations', '1', 'replicas', 'total'], 'x', 0],
          [['observations', '1', 'replicas', 'total'], undefined, 0],
          // A cluster of so many replicas has a share that nobody can count.
          [['header', 'clusterReplicas'], 1e308, 0],
          [['header', 'clusterReplicas'], {}, 0],
        ],
      },
    );
  });

  it('that counts for a shard which the tick does not have closes nothing in the place of one that it has', async () => {
    const { world, messages } = await handedOn();
    const [first, ...others] = messages;
    if (first === undefined) throw new Error('no message');
    const task = taskOf(first.body);
    const forged = { ...first, body: packTask({ ...task, shard: { id: 99, workloads: [] }, observations: [] }) };
    await world.process('consumer').consume([...others, forged]);
    expect(await world.ticks.last('c')).toBeNull();
    await world.process('consumer').consume([first]);
    expect(await world.ticks.last('c')).toMatchObject({ scheduledAt: world.now, applied: 6, problems: [] });
  });
});
