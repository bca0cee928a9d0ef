// `npm pack` runs this before it packs: what the package holds, made anew in dist/.
import { cpSync, globSync, mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { compile, reachedFrom } from './compile.ts';
import { ENTRIES, PACKED, READ_AT_RUN_TIME } from './contents.ts';

const ROOT = join(import.meta.dirname, '../..');
const DIST = join(ROOT, 'dist');

for (const folder of PACKED) rmSync(join(DIST, folder), { recursive: true, force: true });
const { files } = await reachedFrom(ROOT, ENTRIES);
await compile(ROOT, files, DIST);
const others = globSync([...READ_AT_RUN_TIME], { cwd: ROOT });
for (const file of others) {
  mkdirSync(dirname(join(DIST, file)), { recursive: true });
  cpSync(join(ROOT, file), join(DIST, file));
}
// Standard output is npm's: `npm pack --json`.
process.stderr.write(`dist: ${files.length} files compiled, ${others.length} copied\n`);
