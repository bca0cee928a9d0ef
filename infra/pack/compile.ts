// TypeScript to JavaScript, file by file: folders stay as they are, and what looks for a file beside itself finds it.
import { dirname, join, relative } from 'node:path';
import { build, type Metafile, type Plugin } from 'esbuild';

const OPTIONS = { platform: 'node', format: 'esm', target: 'node24', logLevel: 'warning' } as const;

export interface Reached {
  /** Files of ours, from the project's folder. */
  readonly files: readonly string[];
  /** Packages that they import, by name. */
  readonly packages: readonly string[];
}

/**
 * What running an entry can come to load, by its imports.
 * @param root the project's folder
 * @param entries files from there
 */
export async function reachedFrom(root: string, entries: readonly string[]): Promise<Reached> {
  const { metafile } = await build({
    ...OPTIONS,
    absWorkingDir: root,
    entryPoints: [...entries],
    bundle: true,
    packages: 'external',
    outdir: 'dist',
    write: false,
    metafile: true,
  });
  return { files: Object.keys(metafile.inputs).sort(), packages: packagesIn(metafile) };
}

/** @param outdir a file `cli/main.ts` becomes `cli/main.js` there */
export async function compile(root: string, files: readonly string[], outdir: string): Promise<void> {
  await build({
    ...OPTIONS,
    absWorkingDir: root,
    entryPoints: [...files],
    outbase: root,
    outdir,
    bundle: true, // for the plugin's sake: nothing but the entries is ever taken in
    plugins: [besideAsJavaScript(root)],
  });
}

/** `./kind.ts` is asked for as `./kind.js`, and what is no file of ours by its name. */
function besideAsJavaScript(root: string): Plugin {
  return {
    name: 'beside as JavaScript',
    setup({ onResolve }) {
      onResolve({ filter: /.*/ }, ({ kind, path, importer }) => {
        if (kind === 'entry-point') return undefined;
        if (!path.startsWith('.')) return { path, external: true };
        const beside = relative(dirname(importer), join(dirname(importer), path.replace(/\.ts$/, '.js')));
        const isOurs = !relative(root, join(dirname(importer), path)).startsWith('..');
        if (!isOurs) return { errors: [{ text: `${path} is outside the project` }] };
        return { path: beside.startsWith('.') ? beside : `./${beside}`, external: true };
      });
    },
  };
}

function packagesIn({ inputs }: Metafile): readonly string[] {
  const imported = Object.values(inputs).flatMap(({ imports }) => imports);
  const names = imported
    .filter(({ external, path }) => external && /^[@a-z]/.test(path) && !path.startsWith('node:'))
    .map(({ path }) => path.split('/', path.startsWith('@') ? 2 : 1).join('/'));
  return [...new Set(names)].sort();
}
