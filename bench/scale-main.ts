// `npm run bench:tick`: what ticks of big clusters take, and how that grows.
import { parseArgs } from 'node:util';
import { PARTS, type Part } from './scale/one-size.ts';
import { scale } from './scale.ts';

const USAGE =
  'npm run bench:tick -- [--sizes 100,1000,10000] [--only first|steady|learning]… [--source] [--profile FOLDER]';

try {
  await scale(readArguments());
} catch (error) {
  console.error(`error: ${error instanceof Error ? error.message : String(error)}\nusage: ${USAGE}`);
  process.exit(1);
}
process.exit(0);

function readArguments() {
  const { values } = parseArgs({
    options: {
      sizes: { type: 'string' },
      only: { type: 'string', multiple: true },
      source: { type: 'boolean', default: false },
      profile: { type: 'string' },
    },
  });
  const sizes = values.sizes?.split(',').map(Number);
  if (sizes?.some((size) => !Number.isInteger(size) || size < 1))
    throw new Error(`--sizes ${values.sizes}: whole numbers are expected, such as 100,1000`);
  const parts = values.only?.map((name) => {
    const part = PARTS.find((one) => one === name);
    if (part === undefined) throw new Error(`--only ${name}: there is no such part`);
    return part satisfies Part;
  });
  return {
    ...(sizes && { sizes }),
    ...(parts && { parts }),
    fromSource: values.source,
    profileTo: values.profile,
  };
}
