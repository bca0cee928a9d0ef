// Where a process that has a data folder open serves its table, for a second process: kept in a file of the folder.
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { ENDPOINT_FILE, HALF_WRITTEN_ENDPOINT_FILE } from './data-folder.ts';

/** How to reach an embedded table. */
export interface TableAccess {
  readonly endpoint: string;
  readonly tableName: string;
  readonly region: string;
  /** The engine checks that there are some, not which. */
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

export const REGION = 'local';
export const CREDENTIALS = { accessKeyId: 'local', secretAccessKey: 'local' };

/** Where the process that has the folder open serves its table; null where none has said so. */
export function endpointIn(folder: string): TableAccess | null {
  const found = readEndpoint(folder);
  if (found === null || !isAlive(found.pid)) return null;
  const { endpoint, tableName } = found;
  return { endpoint, tableName, region: REGION, credentials: CREDENTIALS };
}

const endpointSchema = z.object({
  endpoint: z.url(),
  tableName: z.string(),
  /** Absent in what older releases wrote. */
  pid: z.int().positive().optional(),
});

export function readEndpoint(folder: string): z.infer<typeof endpointSchema> | null {
  try {
    return endpointSchema.parse(JSON.parse(readFileSync(join(folder, ENDPOINT_FILE), 'utf8')));
  } catch {
    return null;
  }
}

/** Whoever reads it finds it whole. */
export function writeEndpoint(folder: string, endpoint: z.infer<typeof endpointSchema>): void {
  const half = join(folder, HALF_WRITTEN_ENDPOINT_FILE);
  writeFileSync(half, JSON.stringify(endpoint));
  renameSync(half, join(folder, ENDPOINT_FILE));
}

/** A process that was killed leaves the file behind. */
function isAlive(pid: number | undefined): boolean {
  if (pid === undefined) return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
