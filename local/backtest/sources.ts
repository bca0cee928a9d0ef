// Where the demand of a backtest comes from: files, folders of them, or a Deployment's own history.

import { readdirSync, statSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { complain } from '../terminal.ts';
import { readTrace, type Trace } from '../trace.ts';
import type { BacktestOptions } from './options.ts';

export interface Source {
  readonly label: string;
  readonly trace: Trace;
  /** For messages: the file, or the Deployment. */
  readonly where: string;
  /** The CPU request of one replica; null where nobody knows it. */
  readonly capacity: number | null;
}

/**
 * Tells on stderr what was found out about a Deployment's history.
 * @throws Error in one line where something cannot be read
 */
export async function sourcesOf(options: BacktestOptions): Promise<readonly Source[]> {
  const { deployment, cluster } = options;
  if (deployment !== undefined) {
    // Brings the AWS SDK along, which a file needs not.
    const { deploymentTrace } = await import('./deployment-trace.ts');
    const found = await deploymentTrace({ ...options, deployment }, cluster, process.env, Date.now());
    complain(found.note);
    return [{ ...found, where: found.label }];
  }
  const paths = options.trace.flatMap(tracePaths);
  return paths.map((path) => ({ label: labelOf(path, paths), trace: readTrace(path), where: path, capacity: null }));
}

/** A folder stands for the CSV files in it, by name. */
function tracePaths(path: string): readonly string[] {
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) return [path];
  const files = readdirSync(path).filter((name) => extname(name).toLowerCase() === '.csv');
  if (files.length === 0)
    throw new Error(`${path}: the folder holds no .csv files; expected traces "timestamp,demand"`);
  return files.sort().map((name) => join(path, name));
}

/** The file name without its ending; the whole path where two traces share that. */
function labelOf(path: string, paths: readonly string[]): string {
  const name = (of: string) => basename(of).replace(/\.csv$/i, '');
  return paths.some((other) => other !== path && name(other) === name(path)) ? path : name(path);
}
