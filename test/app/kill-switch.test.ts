// The kill switch in the table, on the embedded parts: at once, for whatever writes, until somebody turns it off.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { answerText } from '../../cli/answer-text.ts';
import { makeHandler as makeWatchdog } from '../../functions/watchdog.ts';
import { knownOrRefused } from '../../lib/adapters/dynamo/items.ts';
import { policyPk } from '../../lib/adapters/dynamo/keys.ts';
import { makePolicyStore } from '../../lib/adapters/dynamo/policy-store.ts';
import { type Item, openTable, type Table } from '../../lib/adapters/dynamo/table.ts';
import { stoppable } from '../../lib/app/apply/kill-switch-guard.ts';
import { runTick } from '../../lib/app/tick/tick.ts';
import { type Embedded, simulated, startEmbedded } from '../make/embedded.ts';

const API = '/api/autoscaling';
const SWITCH = `${API}/kill-switch/demo`;
const WEB = { deployment_name: 'web', namespace: 'shop' };
const SCALED = {
  'ai4k8s.io/predictive-autoscaling-enabled': 'true',
  'ai4k8s.io/mode': 'scale',
  'ai4k8s.io/max-replicas': '40',
};
const REASON = 'INC-7: latency after the last change';

let system: Embedded;
let table: Table;
beforeEach(async () => {
  system = await startEmbedded([simulated({ load: () => 5, annotations: SCALED }), simulated({ name: 'idle' })], {
    env: { ANNOTATE_ON_ENABLE: 'true' },
  });
  table = openTable({ ...system.table, now: system.now });
});
afterEach(async () => {
  table.close();
  await system.close();
});

const turn = (state: string, reason = REASON) => system.post(SWITCH, { state, reason });
const replicas = (name = 'web') => system.cluster.replicas(`shop/${name}`);
const status = async () => (await system.get(`${API}/status/demo`)).body;
const put = (sk: string, attributes: object) =>
  table.put({ pk: policyPk('demo'), sk, ...attributes } as unknown as Item);

describe('while it is on', () => {
  it('ticks decide and show, and write nothing; when it is off they go on', async () => {
    expect(await turn('on')).toMatchObject({ status: 200, body: { success: true, turned: ['demo'] } });
    await system.tick(2);
    expect(replicas()).toBe(10);
    const shown = await status();
    expect(shown.kill_switch).toBe(`the kill switch is on since 2026-03-04T12:00:00.000Z: ${REASON}`);
    expect(shown.problems[0]).toBe(`nothing is changed: ${shown.kill_switch}`);
    expect(shown.workloads.find((one: { deployment: string }) => one.deployment === 'web')).toMatchObject({
      outcome: 'refused',
      target_replicas: 15,
    });
    const { body } = await system.get(`${API}/recommendations/demo?deployment=web&namespace=shop`);
    expect(body.decision.outcome_message).toContain(REASON);
    expect(answerText(shown)).toContain(`nothing is changed: ${shown.kill_switch}`);
    await turn('off', 'rolled back');
    await system.tick();
    expect(replicas()).toBe(15);
    expect((await status()).kill_switch).toBeNull();
  });

  it('no command writes to the cluster, and each says why', async () => {
    await turn('on');
    const applied = await system.post(`${API}/predictive/apply/demo`, WEB);
    expect(applied.body.message).toContain(REASON);
    const idle = { deployment_name: 'idle', namespace: 'shop' };
    const enabled = await system.post(`${API}/predictive/enable/demo`, { ...idle, mode: 'scale', max_replicas: 40 });
    expect(enabled.body.message).toContain(REASON);
    for (const what of ['create', 'delete'])
      expect(await system.post(`${API}/hpa/${what}/demo`, WEB)).toMatchObject({
        status: 403,
        body: { title: 'Switched off', detail: expect.stringContaining(REASON) },
      });
    const withHpa = await system.post(`${API}/predictive/enable/demo`, { ...idle, create_hpa: true });
    expect(withHpa.status).toBe(403);
    const disabled = await system.post(`${API}/predictive/disable/demo`, WEB);
    expect(disabled).toMatchObject({ status: 409, body: { detail: expect.stringContaining(REASON) } });
    expect([replicas(), replicas('idle')]).toEqual([10, 10]);
    const seen = await system.ports.reader.workload({ cluster: 'demo', namespace: 'shop', name: 'idle' });
    expect(seen?.annotations).toEqual({});
    expect(seen?.hpa).toBeNull();
  });

  it('the watchdog gives back and raises nothing', async () => {
    await system.tick();
    const before = replicas();
    await turn('on');
    system.advance(60);
    const watch = makeWatchdog({ ports: system.ports, settings: system.settings });
    expect(await watch({ cluster: 'demo' })).toMatchObject({ reason: 'kill_switch', released: [], raised: [] });
    expect(replicas()).toBe(before);
  });

  it('a tick in flight writes nothing more, and says so as a refusal', async () => {
    const { ports, settings } = system;
    // Fresh doors, whose first question comes after the switch is on.
    const stopping = stoppable(ports, ports.killSwitches, ports.wall.now);
    const late = {
      ...stopping,
      ticks: {
        ...ports.ticks,
        // Between deciding and applying.
        async confirm(cluster: string, at: number) {
          await turn('on');
          return ports.ticks.confirm(cluster, at);
        },
      },
    };
    system.advance(1);
    await runTick(late, settings, 'demo', system.now());
    expect(replicas()).toBe(10);
    const { body } = await system.get(`${API}/history/demo?deployment=web&namespace=shop`);
    expect(body.decisions[0]).toMatchObject({
      outcome: 'refused',
      outcome_message: expect.stringContaining(`nothing was written: the kill switch is on`),
    });
  });

  it('who did it and why is on the bus, in the log and in the end of each tick', async () => {
    await turn('on');
    await turn('on', 'again');
    await system.tick();
    await turn('off', 'fine now');
    expect(system.events.filter(({ type }) => type.startsWith('KillSwitch'))).toEqual(
      [
        ['KillSwitchOn', REASON],
        ['KillSwitchOn', 'again'],
        ['KillSwitchOff', 'fine now'],
      ].map(([type, reason]) => ({
        type,
        at: expect.any(Number),
        detail: expect.objectContaining({ cluster: 'demo', reason }),
      })),
    );
    const finished = system.events.find(({ type }) => type === 'TickFinished');
    expect(finished?.detail.kill_switch).toContain('again');
    expect(system.lines).toContain('kill switch on: nothing is changed');
    expect((await system.get(SWITCH)).body).toMatchObject({
      message: 'demo: the kill switch is off since 2026-03-04T12:01:00.000Z: fine now',
      switches: [{ cluster: 'demo', state: 'off', reason: 'fine now', changed_at: '2026-03-04T12:01:00.000Z' }],
    });
  });
});

describe('all clusters', () => {
  it('are stopped and let go by one call, and shown together', async () => {
    expect((await system.get(`${API}/kill-switch`)).body.switches).toEqual([
      { cluster: 'demo', state: 'off', reason: null, changed_by: null, changed_at: null },
    ]);
    const { body } = await system.post(`${API}/kill-switch`, { state: 'on', reason: REASON });
    expect(body).toMatchObject({ success: true, turned: ['demo'], failed: [] });
    expect((await system.get(`${API}/kill-switch`)).body.switches).toMatchObject([{ state: 'on', reason: REASON }]);
    await system.post(`${API}/kill-switch`, { state: 'off', reason: 'ok' });
    expect((await status()).kill_switch).toBeNull();
  });

  it('are each stopped by themselves: where the table fails, the answer says for which', async () => {
    await system.loseTable();
    const { status: code, body } = await system.post(`${API}/kill-switch`, { state: 'on', reason: REASON });
    expect({ code, success: body.success, turned: body.turned }).toEqual({ code: 200, success: false, turned: [] });
    expect(body.failed[0]).toMatch(/^demo: /);
    expect(answerText(body)).toContain('demo: ');
  });
});

describe('what is asked for', () => {
  it.each([
    [{ state: 'on' }, 'reason'],
    [{ state: 'on', reason: '   ' }, 'reason'],
    [{ state: 'on', reason: 'x'.repeat(501) }, 'reason'],
    [{ state: true, reason: 'x' }, 'state'],
    [{ reason: 'x' }, 'state'],
    [{ state: 'On', reason: 'x' }, 'state'],
  ])('%j is refused by its field', async (body, field) => {
    const answer = await system.post(SWITCH, body);
    expect({ status: answer.status, field: answer.body.errors?.[0].field }).toEqual({ status: 400, field });
    expect((await status()).kill_switch).toBeNull();
  });

  it('a cluster that is not there cannot be stopped', async () => {
    expect((await system.post(`${API}/kill-switch/dmeo`, { state: 'on', reason: 'x' })).status).toBe(404);
  });

  it('a reason cannot forge lines or colours', async () => {
    await turn('on', 'a\u001b[31m\nb\u202ec');
    expect((await status()).kill_switch).toMatch(/: a \[31m bc$/);
  });
});

describe('what is in the item', () => {
  it.each([
    ['nothing at all', {}],
    ['an unknown version', { v: 99, state: 'off' }],
    ['a version that is none', { v: 'x', reason: { a: 1 } }],
    ['a state that says off', { v: 2, state: 'off', at: 'yesterday' }],
    ['a time that no calendar has', { v: 2, at: 9e15, by: 7 }],
    ['an end that is no time', { v: 2, expires_at: 'never' }],
    ['an end that is 0 in words', { v: 2, expires_at: '0' }],
  ])('%s counts as on, and status says so', async (_what, attributes) => {
    await put('!KILL_SWITCH', attributes);
    await system.tick();
    expect(replicas()).toBe(10);
    expect((await status()).kill_switch).toMatch(
      /^the kill switch is on at a time nobody knows: no reason can be read/,
    );
    await turn('off', 'cleared');
    await system.tick();
    expect(replicas()).toBe(15);
  });

  it('garbage of who touched it last stops nothing and breaks nothing', async () => {
    await put('~KILL_SWITCH', { v: [], reason: 5, at: {} });
    expect((await system.get(SWITCH)).body.switches[0]).toMatchObject({ state: 'off', reason: null });
    await system.tick();
    expect(replicas()).toBe(15);
  });
});

describe('what it costs and outlives', () => {
  it('no read of its own where it is off: one query reads the policies and the switch', async () => {
    const policies = makePolicyStore(table);
    const enabled = { workload: { cluster: 'demo', ...WEB, name: 'web' }, values: {}, updatedAt: 0, updatedBy: null };
    await policies.put(enabled);
    const before = { ...table.capacity };
    await policies.inCharge('demo');
    expect(table.capacity).toMatchObject({ calls: before.calls + 1, readUnits: 0.5 });
    await turn('on');
    await policies.inCharge('demo');
    expect(table.capacity).toMatchObject({ calls: before.calls + 2, readUnits: 1 });
  });

  it('a release that takes it for a policy refuses it, so that rolling back lets nothing go; turned off it is gone', async () => {
    // As the release before this one read a cluster's policies, at each tick and before anything else.
    const asBefore = async () =>
      (await table.query(policyPk('demo'), { from: '!', to: '~' })).map((item) => knownOrRefused(item, 'policy'));
    await turn('on');
    await expect(asBefore()).rejects.toThrow('has version 2 and this release reads 1');
    await turn('off', 'ok');
    expect(await asBefore()).toEqual([]);
  });
});
