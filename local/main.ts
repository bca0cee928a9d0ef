// `npm start`: everything embedded in one process, through the very handlers that are deployed.
import { runLocal } from './run.ts';

await runLocal(process.argv.slice(2));
