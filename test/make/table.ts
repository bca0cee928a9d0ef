// A table of ours on dynalite, for a file of tests: started before the first of them, gone after the last.
import type { Server } from 'node:http';
import { afterAll, beforeAll } from 'vitest';
import { openTable, type Table, type TableOptions } from '../../lib/adapters/dynamo/table.ts';
import type { EpochMs } from '../../lib/domain/workload/time.ts';
import { type EmbeddedTable, startEmbeddedTable } from '../../local/embedded-table.ts';
import { tableInProcess } from '../stand-ins/in-process.ts';

interface TestTable {
  /** The one table, as somebody sees it whose clock this is; only within tests. */
  readonly tableBy: (now: () => EpochMs, change?: Partial<TableOptions>) => Table;
  readonly sweepExpired: EmbeddedTable['sweepExpired'];
}

export function embeddedTable(): TestTable {
  const opened: Table[] = [];
  let embedded: EmbeddedTable;
  let engine: Server;
  const guard = (server: Server) => {
    engine = server;
  };
  beforeAll(async () => {
    embedded = await startEmbeddedTable({ guard });
  });
  afterAll(async () => {
    for (const table of opened) table.close();
    await embedded.close();
  });
  return {
    tableBy(now, change = {}) {
      const { tableName, endpoint, region, credentials } = embedded;
      const transport = change.endpoint === undefined ? tableInProcess(engine, credentials.accessKeyId) : undefined;
      const table = openTable({ tableName, endpoint, region, credentials, transport, now, ...change });
      opened.push(table);
      return table;
    },
    sweepExpired: (now) => embedded.sweepExpired(now),
  };
}
