// What `approve` and `reject` do without an id: one change waits, or its id is asked for.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { ApiTarget } from '../../cli/api-client.ts';
import { proposalCommands } from '../../cli/proposal-commands.ts';

const WEB = { namespace: 'shop', deployment: 'web', kind: 'Deployment', current_replicas: 10 };
const waiting: object[] = [];
const sent: unknown[] = [];
const server = createServer(async (request, response) => {
  if (request.method === 'POST') sent.push([request.url, JSON.parse(await text(request))]);
  response.end(JSON.stringify({ success: true, proposals: waiting }));
});
let target: ApiTarget;
beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  target = { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, cluster: 'demo' };
});
beforeEach(() => {
  waiting.length = 0;
  sent.length = 0;
});
afterAll(() => server.close());

async function run(...argv: readonly string[]): Promise<Response> {
  const answers: Response[] = [];
  const commands = proposalCommands(async (ask) => void answers.push(await ask(target)));
  const command = commands.find((one) => one.name() === argv[0]);
  await command?.parseAsync(argv.slice(1), { from: 'user' });
  const [answer] = answers;
  if (answer === undefined) throw new Error('nothing was asked');
  return answer;
}

it('approves the one that waits, at the number that is shown', async () => {
  waiting.push({ ...WEB, id: 'a', target_replicas: 12 }, { ...WEB, id: 'b', deployment: 'other', target_replicas: 3 });
  expect((await run('approve', 'web', '-n', 'shop')).ok).toBe(true);
  expect(sent).toEqual([
    ['/api/autoscaling/proposals/approve/demo', expect.objectContaining({ proposal: 'a', target_replicas: 12 })],
  ]);
});

it('chooses none of two, and names both', async () => {
  waiting.push({ ...WEB, id: 'tick', target_replicas: 12 }, { ...WEB, id: 'asked-1', target_replicas: 8 });
  for (const what of ['approve', 'reject']) {
    const { detail } = (await (await run(what, 'web', '-n', 'shop')).json()) as { detail: string };
    expect(detail).toBe('2 changes wait on shop/web: give the id of one. 10 → 12 is tick; 10 → 8 is asked-1');
  }
  expect(sent).toEqual([]);
  await run('approve', 'web', 'asked-1', '-n', 'shop');
  expect(sent).toHaveLength(1);
});

it('says that nothing waits', async () => {
  expect((await run('reject', 'web', '-n', 'shop')).status).toBe(404);
  expect(sent).toEqual([]);
});

it('proposes a number with its reason', async () => {
  await run('propose', 'web', '-n', 'shop', '--to', '8', '--reason', 'the batch is over');
  const body = { deployment_name: 'web', namespace: 'shop', target_replicas: 8, reason: 'the batch is over' };
  expect(sent).toEqual([['/api/autoscaling/proposals/create/demo', expect.objectContaining(body)]]);
});
