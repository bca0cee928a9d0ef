// Events on their way to a bus: in batches that it takes, what it refuses sent once more, and what is lost counted.
import { afterEach, describe, expect, it } from 'vitest';
import { makeEventBridge } from '../../lib/adapters/eventbridge.ts';
import type { AutoscalerEvent } from '../../lib/app/ports/world.ts';
import { startEventBusServer } from '../stand-ins/event-bus-server.ts';

type Bus = Awaited<ReturnType<typeof startEventBusServer>>;
let bus: Bus;
afterEach(() => bus.close());

const event = (n: number, text = ''): AutoscalerEvent => ({
  type: 'DecisionApplied',
  at: Date.parse('2026-03-04T12:00:00Z'),
  detail: { cluster: 'prod', decision_id: `d${n}`, ...(text !== '' && { text }) },
});
const events = (count: number) => Array.from({ length: count }, (_, n) => event(n));
const idsOf = (entries: Bus['taken']) => entries.map(({ Detail }) => JSON.parse(Detail).decision_id);

async function open(...[answer]: Parameters<typeof startEventBusServer>) {
  bus = await startEventBusServer(answer);
  return makeEventBridge('the-bus', { client: bus.client, budgetMs: 2000 });
}

describe('events', () => {
  it('are put ten at a time, each as what it is', async () => {
    const sink = await open(() => []);
    await sink.publish(events(23));
    expect(bus.calls.map((call) => call.length)).toEqual([10, 10, 3]);
    expect(idsOf(bus.taken)).toEqual(events(23).map(({ detail }) => detail.decision_id));
    expect(bus.taken[0]).toEqual({
      EventBusName: 'the-bus',
      Source: 'ai4k8s.autoscaler',
      DetailType: 'DecisionApplied',
      Time: Date.parse('2026-03-04T12:00:00Z') / 1000,
      Detail: '{"cluster":"prod","decision_id":"d0"}',
    });
  });

  it('that the bus refuses are put once more, those alone', async () => {
    const sink = await open((_entries, call) => (call === 1 ? [2, 5] : []));
    await sink.publish(events(12));
    expect(bus.calls.map((call) => idsOf([...call]).join())).toEqual([
      'd0,d1,d2,d3,d4,d5,d6,d7,d8,d9',
      'd10,d11',
      'd2,d5',
    ]);
    expect(new Set(idsOf(bus.taken)).size).toBe(12);
  });

  it('that it refuses twice are counted, with the first reason', async () => {
    const sink = await open((entries) => entries.flatMap((one, i) => (one.Detail.includes('d1') ? [i] : [])));
    await expect(sink.publish(events(12))).rejects.toThrow(
      '3 of 12 events were not accepted by the-bus: ThrottlingException: slow down',
    );
    expect(bus.calls).toHaveLength(3);
    expect(bus.taken).toHaveLength(9);
  });

  it('are not tried for long where the bus refuses whole calls', async () => {
    const sink = await open(() => 400);
    await expect(sink.publish(events(50))).rejects.toThrow(
      /^50 of 50 events were not accepted by the-bus: AccessDeniedException: not for you\. Grant events:PutEvents/,
    );
    expect(bus.calls).toHaveLength(2);
  });

  it('are given up within the budget where the bus hangs', async () => {
    bus = await startEventBusServer(() => null);
    const sink = makeEventBridge('the-bus', { client: bus.client, budgetMs: 300 });
    await expect(sink.publish(events(30))).rejects.toThrow(/^30 of 30 events were not accepted/);
    expect(bus.calls).toHaveLength(1);
  });

  it('fit into the bytes of a call, and one that fits into none is lost alone', async () => {
    const sink = await open(() => []);
    const large = 'ö'.repeat(50_000);
    const all = [event(1, large), event(2, large), event(3, large), event(4, 'x'.repeat(300_000)), event(5)];
    await expect(sink.publish(all)).rejects.toThrow(
      '1 of 5 events were not accepted by the-bus: an event is larger than the 262144 bytes that a bus takes',
    );
    expect(bus.calls.map((call) => idsOf([...call]).join())).toEqual(['d1,d2', 'd3,d5']);
  });
});
