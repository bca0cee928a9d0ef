// dynalite ships no types: what we use of it.
declare module 'dynalite' {
  import type { Server } from 'node:http';

  interface DynaliteOptions {
    /** Folder of its LevelDB; in memory without. */
    readonly path?: string;
    readonly createTableMs?: number;
    readonly deleteTableMs?: number;
    readonly updateTableMs?: number;
  }

  /** An HTTP server that speaks DynamoDB's API; closing it closes its database. */
  export default function dynalite(options?: DynaliteOptions): Server;
}
