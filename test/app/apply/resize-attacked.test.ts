// Ticks that resize under an API server that is slow, says yes and does nothing, or answers what nobody expects: none of it costs
// the tick its time, another workload its turn, or is asked again at every tick.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ResizeResult } from '../../../lib/app/ports/cluster.ts';
import { AdapterError } from '../../../lib/app/ports/world.ts';
import { ANNOTATIONS, type Resizing, startResizing } from '../../make/resizing.ts';

let all: Resizing;
beforeEach(async () => {
  all = await startResizing();
});
afterEach(() => all.server.close());

/** Enough for a score to have stood for a minute. */
const raised = () => all.tick(2);

describe('an API server that hangs', () => {
  const CALL_MS = 10_000;
  /** Of the function that runs a tick (infra/stack.ts). */
  const KILLED_AFTER_MS = 50_000;

  /** Every call of the resizer takes as long as a call may, and says nothing. */
  function hanging(calls: string[], isServed: () => Promise<boolean> = async () => true) {
    let wall = 0;
    const hang = async (what: string): Promise<never> => {
      calls.push(what);
      wall += CALL_MS;
      throw new AdapterError('kubernetes', `${what}: no answer in time.`, { retryable: true });
    };
    const resize = ({ name }: { name: string }): Promise<ResizeResult> => hang(name);
    all.ports = { ...all.ports, wall: { now: () => wall }, resizer: { isServed, resize } };
    return { hang, since: () => wall };
  }

  it('never takes a tick so long that it is killed before it has recorded what it did', async () => {
    const calls: string[] = [];
    const { since } = hanging(calls);
    for (let i = 0; i < 14; i++) all.web(ANNOTATIONS, i === 0 ? 'web' : `web-${i}`);
    await all.tick();
    const before = since();
    await all.tick();
    expect(calls.length).toBeGreaterThan(0);
    // Half of it is for all the rest of a tick.
    expect(since() - before).toBeLessThanOrEqual(KILLED_AFTER_MS / 2 + CALL_MS);
  });

  it('in discovery, neither', async () => {
    const calls: string[] = [];
    const { hang, since } = hanging(calls, () => hang('discovery'));
    for (let i = 0; i < 14; i++) all.web(ANNOTATIONS, i === 0 ? 'web' : `web-${i}`);
    expect(await raised()).toMatchObject({ code: 'failed' });
    const before = since();
    await all.tick();
    expect(since() - before).toBeLessThanOrEqual(CALL_MS);
  });

  it('for a few workloads does not keep the others from their turn for long', async () => {
    const names = Array.from({ length: 14 }, (_, i) => (i === 0 ? 'web' : `web-${i}`));
    for (const name of names) all.web(ANNOTATIONS, name);
    const { resizer } = all.kubernetes;
    let wall = 0;
    const slow = (name: string) => /^web(-[1-4])?-abc/.test(name);
    all.ports = {
      ...all.ports,
      wall: { now: () => wall },
      resizer: {
        isServed: async () => true,
        resize: async (pod, patch) => {
          if (!slow(pod.name)) return resizer.resize(pod, patch);
          wall += CALL_MS;
          throw new AdapterError('kubernetes', 'no answer in time.', { retryable: true });
        },
      },
    };
    await all.tick(12);
    const done = names.filter((name) => all.viewOf(name)?.pods.asWanted === 3);
    expect(done).toEqual(names.slice(5));
  });
});

describe('more workloads than a tick has turns for', () => {
  it('all have their turn, also where those in front never come to rest', async () => {
    const names = Array.from({ length: 14 }, (_, i) => (i === 0 ? 'web' : `web-${i}`));
    for (const name of names) all.web(ANNOTATIONS, name);
    await all.tick();
    for (let i = 0; i < 20; i++) {
      all.score = i % 2 === 0 ? 90 : 75;
      await all.tick();
    }
    const resized = new Set(all.server.resizes.map(({ pod }) => pod.replace(/-abc123.*/, '')));
    expect([...resized].toSorted()).toEqual(names.toSorted());
  });
});

describe('an API server that says yes and changes nothing', () => {
  it('is not asked the same at every tick, and nobody is told at every tick that a pod was resized', async () => {
    all.server.mode.ignores = true;
    all.web();
    expect(await raised()).toMatchObject({ code: 'resized' });
    expect(await all.tick()).toMatchObject({
      code: 'not_kept',
      message: expect.stringMatching(/web-abc123-d0 .*put back/),
      pods: { asWanted: 0 },
    });
    await all.tick(5);
    expect(all.server.resizes).toHaveLength(1);
    expect(all.notices.filter((note) => note.includes('resized'))).toHaveLength(1);
    all.server.mode.ignores = false;
    // In the end it is asked again: the webhook may be gone.
    expect(await all.tick(16)).toMatchObject({ code: 'as_wanted' });
  });

  it('is not what a level is that comes and goes: what was asked for before is asked for again', async () => {
    all.web();
    await raised();
    for (const [score, cpu] of [
      [60, '750m'],
      [90, '1'],
      [60, '750m'],
    ] as const) {
      all.score = score;
      expect(await all.tick()).toMatchObject({ code: 'resized' });
      expect(all.cpus()[0]).toBe(cpu);
    }
  });

  it('of another change, it is asked at once', async () => {
    all.server.mode.ignores = true;
    all.web();
    await raised();
    all.server.mode.ignores = false;
    all.score = 60;
    expect(await all.tick(2)).toMatchObject({ code: 'resized', level: 'medium' });
  });
});

describe('an answer that nobody expects', () => {
  it.each([400, 402, 405, 413, 415])('%i is a refusal, and is not repeated at every tick', async (status) => {
    all.server.mode.status = status;
    all.web();
    expect(await raised()).toMatchObject({
      code: 'refused_by_server',
      message: expect.stringContaining(`it says ${status}`),
    });
    await all.tick(5);
    expect(all.server.resizes).toHaveLength(1);
  });

  it.each([429, 500, 503])('%i is asked again, though not at every tick', async (status) => {
    all.server.mode.status = status;
    all.web();
    expect(await raised()).toMatchObject({ code: 'failed' });
    expect(await all.tick(3)).toMatchObject({ code: 'failed' });
    expect(all.server.resizes).toHaveLength(1);
    all.server.mode.status = null;
    expect(await all.tick(2)).toMatchObject({ code: 'resized' });
  });

  it('404 of a pod that is there has discovery asked anew: the API server may have been set back', async () => {
    all.web();
    await raised();
    all.server.mode.isServed = false;
    await all.tick();
    expect(await all.tick()).toMatchObject({ code: 'not_served' });
  });

  it('403 for want of the right is told as that, however long the names in it are', async () => {
    const message = `pods "${'p'.repeat(240)}" is forbidden: User "arn:aws:sts::123456789012:assumed-role/${'r'.repeat(64)}/${'s'.repeat(64)}" cannot patch resource "pods/resize" in API group "" in the namespace "shop"`;
    all.server.mode.refuse = 'rbac';
    all.server.answers.rbac = message;
    all.web();
    expect(await raised()).toMatchObject({ code: 'forbidden', message: expect.stringMatching(/rbac-resize\.yaml/) });
  });

  it('in words that would deceive a reader is shown without them', async () => {
    all.server.mode.refuse = 'quota';
    all.server.answers.quota = 'denied \u202e\u200bby \u001b[2Ja webhook\n';
    all.web();
    const { message } = await raised();
    expect(message).toContain('denied by  [2Ja webhook');
  });
});
