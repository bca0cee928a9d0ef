// `npm start`: everything embedded in one process, through the very handlers that are deployed.

import { complain, messageOf } from '../cli/terminal.ts';
import { watchLifetime } from './lifetime.ts';
import { readOptions } from './options.ts';
import { start } from './start.ts';

const options = readOptions(process.argv.slice(2));

start(options, watchLifetime()).then(
  () => process.exit(0),
  (error: unknown) => {
    complain(`error: ${messageOf(error)}`);
    process.exit(1);
  },
);
