// A line says which invocation it is of, and whether its process was new; outside of Lambda it says neither.
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

let lines: Record<string, unknown>[];
beforeEach(() => {
  lines = [];
  vi.resetModules();
  vi.stubEnv('POWERTOOLS_DEV', 'true'); // through `console`, where a test can listen
  for (const level of ['info', 'warn', 'error'] as const)
    vi.spyOn(console, level).mockImplementation((line: string) => void lines.push(JSON.parse(line)));
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

const FIELDS = ['function_request_id', 'cold_start'] as const;
const fields = () => lines.map((line) => FIELDS.map((name) => line[name]));

it('every line of an invocation bears its request id, and the first one that it was cold', async () => {
  const { makeLog } = await import('../../lib/adapters/log.ts');
  const { invoked } = await import('../../lib/wire/invoked.ts');
  const logs = ['tick', 'advice'].map(makeLog);
  const handler = invoked(async (event: string) => {
    for (const log of logs) log.info('decision applied', { name: event });
  });
  await handler('web', { awsRequestId: 'request-1' });
  await handler('web', { awsRequestId: 'request-2' });
  expect(fields()).toEqual([
    ['request-1', true],
    ['request-1', true],
    ['request-2', false],
    ['request-2', false],
  ]);
  expect(lines[0]).toMatchObject({ level: 'INFO', message: 'decision applied', name: 'web', service: 'tick' });
});

it('outside of Lambda nothing is added', async () => {
  const { makeLog } = await import('../../lib/adapters/log.ts');
  const { invoked } = await import('../../lib/wire/invoked.ts');
  const handler = invoked(async (_event: string, _context?: object) => makeLog('tick').warn('tick failed'));
  await handler('web', undefined);
  expect(fields()).toEqual([[undefined, undefined]]);
});

it('what a line says beside its message is in it under whatever name it came, and nothing is said of names', async () => {
  const { makeLog } = await import('../../lib/adapters/log.ts');
  const reserved = { message: 'the table is away', level: 'high', service: 'shop', timestamp: 1, sampling_rate: 2 };
  makeLog('tick').error('tick failed', { cluster: 'prod', ...reserved });
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatchObject({ level: 'ERROR', message: 'tick failed', service: 'tick', cluster: 'prod' });
  for (const value of Object.values(reserved)) expect(Object.values(lines[0] ?? {})).toContain(value);
  expect(lines[0]?.why).toBe('the table is away');
});

it('lines of a request of the API bear its id, and those of the next invocation do not', async () => {
  const { makeLog } = await import('../../lib/adapters/log.ts');
  const { invoked } = await import('../../lib/wire/invoked.ts');
  const handler = invoked(async (_event: object) => makeLog('query').warn('asked'));
  await handler({ headers: {}, requestContext: { requestId: 'gateway-1' } }, { awsRequestId: 'request-1' });
  await handler({ cluster: 'prod' }, { awsRequestId: 'request-2' });
  expect(lines.map(({ request_id }) => request_id)).toEqual(['gateway-1', undefined]);
});
