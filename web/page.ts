// `/autoscaling/…`: the page. Its files lie in the package; in a checkout they are built when they are first asked for.
import { createHash } from 'node:crypto';
import { existsSync, globSync } from 'node:fs';
import { readFile, rename, rm } from 'node:fs/promises';
import { extname, join } from 'node:path';

export interface PageFile {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

const HERE = import.meta.dirname;
const PATH = '/autoscaling';
const OWN = `${PATH}/-/`;

/** Everything comes from this server; text of a cluster can become neither script nor markup, even by a mistake of ours. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};
/** Their names hold the hash of what is in them. */
const KEPT = 'public, max-age=31536000, immutable';

/**
 * The file of the page that a path asks for: every view is the one `index.html`.
 * @param path without its query
 * @returns null for a path that is none of the page's
 */
export async function pageFile(path: string): Promise<PageFile | null> {
  if (path.startsWith(`${OWN}assets/`)) return asset(path.slice(OWN.length));
  if (path !== PATH && !path.startsWith(`${PATH}/`)) return null;
  const body = await readFile(join(await folder(), 'index.html'));
  const headers = {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': POLICY,
    'referrer-policy': 'no-referrer',
  };
  return { headers, body };
}

async function asset(file: string): Promise<PageFile | null> {
  const type = TYPES[extname(file)];
  const built = join(await folder(), file);
  if (!/^assets\/[\w.-]+$/.test(file) || type === undefined || !existsSync(built)) return null;
  return { headers: { 'content-type': type, 'cache-control': KEPT }, body: await readFile(built) };
}

let found: Promise<string> | undefined;

function folder(): Promise<string> {
  found ??= packedOrBuilt();
  found.catch(() => {
    found = undefined; // asked for again, it is tried again
  });
  return found;
}

async function packedOrBuilt(): Promise<string> {
  const packed = join(HERE, 'built');
  if (existsSync(packed)) return packed;
  const built = join(HERE, '../node_modules/.cache/ai4k8s-page', await digestOfSources());
  if (existsSync(built)) return built;
  const { buildPage } = await import('./build.ts');
  const fresh = `${built}.${process.pid}`;
  await buildPage(fresh);
  // Whoever built it at the same time built the same.
  await rename(fresh, built).catch(() => rm(fresh, { recursive: true }));
  return built;
}

async function digestOfSources(): Promise<string> {
  const hash = createHash('sha256');
  const files = [...globSync('app/**/*.*', { cwd: HERE }).sort(), 'build.ts', '../package-lock.json'];
  for (const file of files) hash.update(file).update(await readFile(join(HERE, file)));
  return hash.digest('hex').slice(0, 16);
}
