// What a table is asked for, by kind of item, and how much of it within any one second: counted in front of the table.
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { type Key, kindOfItem } from '../../lib/adapters/dynamo/keys.ts';
import type { Units } from '../../lib/adapters/dynamo/table.ts';

/** One call that was answered. */
export interface TableCall {
  readonly key: Key;
  readonly what: 'readUnits' | 'writeUnits';
  readonly units: number;
  readonly atMs: number;
}

/** The most of a second, and of a second in one partition, as they were served. */
interface Peaks {
  readonly second: Pick<Units, 'readUnits' | 'writeUnits'>;
  readonly hottest: Readonly<Record<TableCall['what'], { readonly pk: string; readonly units: number }>>;
}

export interface TableUse {
  readonly byKind: Readonly<Record<string, Units>>;
  readonly peaks: Peaks;
  /** The most that one partition took in all. */
  readonly partitions: Readonly<Record<TableCall['what'], { readonly pk: string; readonly units: number }>>;
}

const SECOND_MS = 1000;

/** Stands before the engine of a table. @returns what was asked since it was last called */
export function meterTable(server: Server): () => readonly TableCall[] {
  let calls: TableCall[] = [];
  const engines = server.listeners('request');
  server.removeAllListeners('request');
  server.on('request', (request, response) => {
    const asked = bodyOf(request);
    const { end } = response;
    response.end = ((...args: Parameters<ServerResponse['end']>) => {
      const call = callOf(request.headers['x-amz-target'], asked(), args[0]);
      if (call !== null) calls.push({ ...call, atMs: performance.now() });
      return end.apply(response, args);
    }) as ServerResponse['end'];
    for (const engine of engines) engine.call(server, request, response);
  });
  return () => {
    const counted = calls;
    calls = [];
    return counted;
  };
}

export function tableUse(calls: readonly TableCall[]): TableUse {
  const byKind: Record<string, Units> = {};
  for (const { key, what, units } of calls) {
    const kind = kindOfItem(key);
    const { [what]: before, ...rest } = byKind[kind] ?? { readUnits: 0, writeUnits: 0, calls: 0 };
    byKind[kind] = { ...rest, [what]: before + units, calls: rest.calls + 1 } as Units;
  }
  const of = (what: TableCall['what']) => calls.filter((call) => call.what === what);
  const [reads, writes] = [of('readUnits'), of('writeUnits')];
  return {
    byKind,
    peaks: {
      second: { readUnits: mostWithin(reads, SECOND_MS), writeUnits: mostWithin(writes, SECOND_MS) },
      hottest: { readUnits: hottest(reads, SECOND_MS), writeUnits: hottest(writes, SECOND_MS) },
    },
    partitions: {
      readUnits: hottest(reads, Number.POSITIVE_INFINITY),
      writeUnits: hottest(writes, Number.POSITIVE_INFINITY),
    },
  };
}

/** The most units within any window of so long. @param calls in the order of their times */
function mostWithin(calls: readonly TableCall[], windowMs: number): number {
  let [first, sum, most] = [0, 0, 0];
  for (const { units, atMs } of calls) {
    sum += units;
    for (let out = calls[first]; out !== undefined && atMs - out.atMs >= windowMs; out = calls[++first])
      sum -= out.units;
    most = Math.max(most, sum);
  }
  return most;
}

function hottest(calls: readonly TableCall[], windowMs: number) {
  const partitions = [...Map.groupBy(calls, ({ key }) => key.pk)].map(([pk, its]) => ({
    pk,
    units: mostWithin(its, windowMs),
  }));
  return partitions.toSorted((a, b) => b.units - a.units)[0] ?? { pk: 'none', units: 0 };
}

function bodyOf(request: IncomingMessage): () => string {
  const chunks: Buffer[] = [];
  request.on('data', (chunk) => chunks.push(chunk));
  return () => Buffer.concat(chunks).toString();
}

interface Asked {
  readonly Key?: Readonly<Record<string, Text>>;
  readonly Item?: Readonly<Record<string, Text>>;
  readonly ExpressionAttributeValues?: Readonly<Record<string, Text>>;
}
interface Text {
  readonly S?: string;
}

const READS = ['GetItem', 'Query'];
const WRITES = ['PutItem', 'UpdateItem'];

/** Null for what is no call of a tick. A failed condition is billed and not reported: as one unit. */
function callOf(target: unknown, body: string, answer: unknown): Omit<TableCall, 'atMs'> | null {
  const operation = String(target).split('.').at(-1) ?? '';
  if (![...READS, ...WRITES].includes(operation)) return null;
  const { Key, Item, ExpressionAttributeValues: values = {} }: Asked = JSON.parse(body);
  const { pk, sk } = Key ?? Item ?? { pk: values[':pk'], sk: values[':from'] };
  const units = /"CapacityUnits":([\d.]+)/.exec(typeof answer === 'string' ? answer : String(answer))?.[1];
  return {
    key: { pk: pk?.S ?? '', sk: sk?.S ?? '' },
    what: READS.includes(operation) ? 'readUnits' : 'writeUnits',
    units: Number(units ?? 1),
  };
}
