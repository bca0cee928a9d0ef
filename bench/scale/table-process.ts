// The table, in a process of its own: what it takes of the machine is not what the functions take.
import { startEmbeddedTable } from '../../local/embedded-table.ts';
import { meterTable, tableUse } from './unit-meter.ts';

let taken: ReturnType<typeof meterTable> = () => [];
const table = await startEmbeddedTable({
  guard: (server) => {
    taken = meterTable(server);
  },
});
const { endpoint, tableName, region, credentials } = table;

/** The first question is where it is; each after it what it was asked since, and what that took. */
let cpu = process.cpuUsage();
process.on('message', (message) => {
  if (message === 'where') {
    process.send?.({ endpoint, tableName, region, credentials });
    return;
  }
  const { user, system } = process.cpuUsage(cpu);
  cpu = process.cpuUsage();
  process.send?.({ ...tableUse(taken()), cpuSeconds: (user + system) / 1e6 });
});
process.on('disconnect', () => process.exit(0));
