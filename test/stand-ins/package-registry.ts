// An npm registry of what is installed here, so that a package is installed as its user would, by npm and with no network: each
// package comes out of node_modules in the version that package-lock.json has.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, dirname, join } from 'node:path';

const INSIDE = 'node_modules/';

export interface PackageRegistry {
  readonly url: string;
  /** Names of the packages that were asked for. */
  readonly asked: ReadonlySet<string>;
  close(): Promise<void>;
}

/** @param root the project whose packages are offered */
export async function startPackageRegistry(root: string): Promise<PackageRegistry> {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const places = Map.groupBy(
    Object.keys(packages).filter((place) => existsSync(join(root, place, 'package.json'))),
    (place) => place.slice(place.lastIndexOf(INSIDE) + INSIDE.length),
  );
  const asked = new Set<string>();
  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url ?? '').slice(1);
    const [, place] = /^-\/(.*)\.tgz$/.exec(path) ?? [];
    if (place !== undefined) return sendPacked(join(root, place), response);
    asked.add(path);
    const found = places.get(path);
    if (found === undefined) return void response.writeHead(404).end('{}');
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(documentOf(path, found, root, url)));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    asked,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** What a registry says of a package: each version's package.json, and where its archive is. */
function documentOf(name: string, places: readonly string[], root: string, url: string): object {
  const versions = places.map((place) => {
    const manifest = JSON.parse(readFileSync(join(root, place, 'package.json'), 'utf8'));
    const tarball = `${url}/-/${encodeURIComponent(place)}.tgz`;
    return [manifest.version, { ...manifest, dist: { tarball } }] as const;
  });
  // The one at the top of node_modules is what everybody gets who asks for any.
  return { name, 'dist-tags': { latest: versions[0]?.[0] }, versions: Object.fromEntries(versions) };
}

/** npm takes the first folder in an archive for the package, whatever its name. */
function sendPacked(folder: string, response: ServerResponse): void {
  const tar = spawn('tar', ['-cf', '-', '--exclude=node_modules', '-C', dirname(folder), basename(folder)]);
  response.writeHead(200, { 'content-type': 'application/octet-stream' });
  tar.stdout.pipe(response);
}
