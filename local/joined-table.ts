// The embedded table of a folder for a second process: opened here, or shared with the process that has it open.
import { existsSync } from 'node:fs';
import { AdapterError } from '../lib/app/ports/world.ts';
import { endpointIn } from './embedded-endpoint.ts';
import { type EmbeddedTable, startEmbeddedTable } from './embedded-table.ts';

type JoinedTable = Omit<EmbeddedTable, 'sweepExpired'>;

/**
 * @param folder as it was given to `npm start -- --data`
 * @throws Error in one line where there is no such folder, or it cannot be opened
 */
export async function joinEmbeddedTable(folder: string): Promise<JoinedTable> {
  if (!existsSync(folder))
    throw new Error(`--data: there is no folder ${folder}; npm start -- --data ${folder} makes it`);
  try {
    return await startEmbeddedTable({ folder });
  } catch (error) {
    const running = endpointIn(folder);
    if (!(error instanceof AdapterError) || running === null) throw error;
    return { ...running, close: () => Promise.resolve() };
  }
}
