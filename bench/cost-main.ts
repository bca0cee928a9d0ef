// `npm run bench:cost`: the bill; with `-- --save` it is kept, and docs/deploy.md made from it.
import { parseArgs } from 'node:util';
import { cost } from './cost.ts';

const { values } = parseArgs({ options: { save: { type: 'boolean', default: false } } });
await cost(values.save);
process.exit(0);
