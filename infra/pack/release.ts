// The folder for whoever has no CDK: template, code, manifests, a snippet for Terraform, and what it is all made of.
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type Zippable, zipSync } from 'fflate';
import type { Assembly } from './assembly.ts';
import { billOfMaterials } from './bill-of-materials.ts';
import { withParameters } from './parameters.ts';

/** An archive tells no time of its own: the same code makes the same file. */
const MTIME = new Date(1980, 0, 1);
const HASH_LENGTH = 12;

/** @param assembly synthesized with `STAND_INS`. @param folder which is not there yet */
export function writeRelease(root: string, { template, bundles, roles }: Assembly, folder: string): void {
  mkdirSync(join(folder, 'functions'), { recursive: true });
  const zips = new Map<string, string>();
  for (const [entry, bundle] of bundles) {
    const zip = zipped(bundle);
    const name = `${entry}-${createHash('sha256').update(zip).digest('hex').slice(0, HASH_LENGTH)}.zip`;
    writeFileSync(join(folder, 'functions', name), zip);
    zips.set(`${basename(bundle).replace(/^asset\./, '')}.zip`, name);
  }
  const filled = withParameters(template, (key) => nameIn(zips, key), roles);
  writeFileSync(join(folder, 'template.json'), `${JSON.stringify(filled, null, 1)}\n`);
  cpSync(join(root, 'infra/manifests'), join(folder, 'rbac'), { recursive: true });
  cpSync(join(root, 'infra/pack/release'), folder, { recursive: true });
  writeFileSync(join(folder, 'sbom.cdx.json'), billOfMaterials(root, [...bundles.values()]));
}

function zipped(bundle: string): Uint8Array {
  const files = readdirSync(bundle).map((name): [string, Zippable[string]] => [
    name,
    [readFileSync(join(bundle, name)), { mtime: MTIME, level: 9, os: 3, attrs: 0o644 << 16 }],
  ]);
  return zipSync(Object.fromEntries(files));
}

function nameIn(zips: ReadonlyMap<string, string>, key: string): string {
  const name = zips.get(key);
  if (name === undefined) throw new Error(`no function has the code ${key}`);
  return name;
}
