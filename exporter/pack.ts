// `npm run exporter:pack [-- FILE]`: the exporter as one file, for any image with Node and nothing else.
import { statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';

const ROOT = join(import.meta.dirname, '..');
const FILE = process.argv[2] ?? 'dist/exporter.mjs';

await build({
  entryPoints: [join(ROOT, 'exporter/main.ts')],
  outfile: resolve(ROOT, FILE),
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  minify: true,
  // prom-client is CommonJS, which asks for its parts by `require`.
  banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  legalComments: 'eof',
});
process.stdout.write(
  `${FILE}: ${Math.ceil(statSync(resolve(ROOT, FILE)).size / 1024)} kB; start it with: node ${FILE} --help\n`,
);
