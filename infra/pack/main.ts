// `npm pack` runs this before it packs: what the package holds, made anew in dist/, and dist/release beside it.
import { cpSync, globSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildPage } from '../../web/build.ts';
import { synthesize } from './assembly.ts';
import { compile, reachedFrom } from './compile.ts';
import { DECLARED, ENTRIES, FROM_PACKAGES, PACKED, READ_AT_RUN_TIME } from './contents.ts';
import { declare } from './declarations.ts';
import { STAND_INS } from './parameters.ts';
import { writeRelease } from './release.ts';

const ROOT = join(import.meta.dirname, '../..');
const DIST = join(ROOT, 'dist');
const RELEASE = join(DIST, 'release');

for (const folder of PACKED) rmSync(join(DIST, folder), { recursive: true, force: true });
const { files } = await reachedFrom(ROOT, ENTRIES);
await compile(ROOT, files, DIST);
declare(ROOT, DECLARED, DIST);
const others = globSync([...READ_AT_RUN_TIME], { cwd: ROOT });
for (const file of others) cpSync(join(ROOT, file), join(DIST, file));
for (const [from, to] of FROM_PACKAGES) cpSync(join(ROOT, 'node_modules', from), join(DIST, to));
await buildPage(join(DIST, 'web/built'));

const outdir = mkdtempSync(join(tmpdir(), 'ai4k8s-pack-'));
const assembly = synthesize(ROOT, outdir, STAND_INS);
const { allBundles } = assembly;
for (const [entry, folder] of allBundles) cpSync(folder, join(DIST, 'infra/assets', entry), { recursive: true });
rmSync(RELEASE, { recursive: true, force: true });
writeRelease(ROOT, assembly, RELEASE);
rmSync(outdir, { recursive: true });
// Standard output is npm's: `npm pack --json`.
process.stderr.write(
  `dist: ${files.length} files compiled, ${others.length} copied, ${allBundles.size} functions bundled\n`,
);
