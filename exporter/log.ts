// One line of JSON for each thing that changed: to be read by people and by whatever collects logs.
import type { Log } from '../lib/exporter/exporter.ts';

export const log: Log = (level, message, more = {}) => {
  process.stdout.write(`${JSON.stringify({ at: new Date().toISOString(), level, message, ...more })}\n`);
};
