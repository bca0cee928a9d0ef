// Everything embedded in one process, from its arguments to its exit code.
import { complain, messageOf } from '../cli/terminal.ts';
import { watchLifetime } from './lifetime.ts';
import { readOptions } from './options.ts';
import { start } from './start.ts';

/** Ends the process. @param argv what follows `npm start --` */
export async function runLocal(argv: readonly string[]): Promise<never> {
  const options = readOptions(argv);
  try {
    await start(options, watchLifetime());
  } catch (error) {
    complain(`error: ${messageOf(error)}`);
    process.exit(1);
  }
  process.exit(0);
}
