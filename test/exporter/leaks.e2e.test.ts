// Ten thousand requests that are given up leave nothing behind: no listener, no socket, no buffer, no request in flight.
import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, describe, expect, it } from 'vitest';
import { line } from '../stand-ins/model-server.ts';
import { ask, eventually, expectNothingInFlight, type Running, requestsBy, startRunning } from './running-exporter.ts';

let running: Running;
afterEach(() => running.stop());

const ABORTED = 10_000;
const AT_A_TIME = 50;
const PROMPT = JSON.stringify({ model: 'codellama', prompt: 'word '.repeat(400) });

describe('ten thousand aborted requests', () => {
  it('leave no sockets, no listeners, no buffers and nothing in flight', async () => {
    // It answers one request in three, begins one, and never answers one.
    running = await startRunning((incoming, response) => {
      incoming.resume();
      const id = Number(incoming.headers['x-id']);
      if (id % 3 < 2) response.write(line({ done: false }));
      if (id % 3 === 0) response.end();
      arrived.get(id)?.();
      arrived.delete(id);
    });
    for (let i = 0; i < 20; i++) await abortSome();
    const warnings: string[] = [];
    const warned = (warning: Error) => void warnings.push(warning.message);
    process.on('warning', warned);
    await expectNothingInFlight(running.exporter);
    const before = { ...memory(), ...resources() };
    for (let i = 0; i < ABORTED / AT_A_TIME; i++) await abortSome();
    await expectNothingInFlight(running.exporter);
    await eventually(() => expect(running.model.sockets.size).toBeLessThanOrEqual(AT_A_TIME * 2));
    // Connections that wait for their next request go after four seconds.
    await sleep(5000);
    // The stand-in keeps what it received.
    running.model.received.length = 0;
    // 10,000 kept requests of 2 kB would be 20 MB of buffers, and more of objects; what waits for a busy machine goes.
    await eventually(() => expect(memory().buffers - before.buffers).toBeLessThan(10e6));
    // A listener too many on anything is warned of by Node.
    process.off('warning', warned);
    expect(warnings).toEqual([]);
    await eventually(() => {
      expect(resources().timers).toBeLessThanOrEqual(before.timers + 10);
      expect(resources().sockets).toBeLessThanOrEqual(4 * AT_A_TIME);
    });
    running.model.answerWith((incoming, response) => void incoming.resume().on('end', () => response.end('{}')));
    expect((await ask(`${running.url}/api/chat`, PROMPT)).answer.statusCode).toBe(200);
    const counted = await Promise.all(
      ['ok', 'cancelled', 'error'].map((status) => requestsBy(running.exporter, status)),
    );
    expect(counted[1]).toBeGreaterThan(ABORTED / 2);
  }, 240_000);
});

/** After everything that nobody holds is gone. */
function memory(): { buffers: number } {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  return { buffers: process.memoryUsage().arrayBuffers };
}

/** Both ends of a connection are in this process. */
function resources(): { timers: number; sockets: number } {
  const all = process.getActiveResourcesInfo();
  return {
    timers: all.filter((name) => name === 'Timeout').length,
    sockets: all.filter((name) => name === 'TCPSocketWrap').length,
  };
}

let lastId = 0;
/** What to do when the server has the request. */
const arrived = new Map<number, () => void>();

/** Each on a connection of its own, given up within the body or after it, when the server has it or when an answer begins. */
async function abortSome(): Promise<void> {
  const agent = new Agent({ keepAlive: false });
  await Promise.all(
    Array.from({ length: AT_A_TIME }, (_, i) => {
      const id = ++lastId;
      const sent = request(`${running.url}/api/chat`, { method: 'POST', agent, headers: { 'x-id': id } });
      return new Promise<void>((done) => {
        sent.on('error', () => undefined);
        sent.on('close', done);
        sent.on('response', (answer) => {
          answer.on('error', () => undefined);
          answer.once('data', () => sent.destroy());
        });
        if (i % 4 > 0 || id % 3 === 2) arrived.set(id, () => setImmediate(() => sent.destroy()));
        if (i % 2 === 0) sent.end(PROMPT);
        else sent.write(PROMPT.slice(0, 300));
      });
    }),
  );
}
