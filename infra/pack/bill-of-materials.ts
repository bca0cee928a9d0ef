// What the functions and the command line are made of, as CycloneDX: of package-lock.json, so of what was tested.
import { execFileSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Component {
  /** `name@version` */
  readonly 'bom-ref': string;
  name: string;
}

interface Bill {
  readonly metadata: { readonly component: Component };
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
}

interface Lock {
  readonly packages: Readonly<Record<string, { readonly version: string; readonly dev?: boolean }>>;
}

/**
 * Without what is developed with, unless a bundle took it in: one did, where a package asks for another only if it is there.
 * npm's own `--omit=dev` also leaves out what something that is developed with wants too, zod among it: the lock is believed.
 * @param bundles folders of the functions' code, with source maps
 */
export function billOfMaterials(root: string, bundles: readonly string[]): string {
  const given = ['sbom', '--sbom-format=cyclonedx', '--sbom-type=application', '--package-lock-only'];
  const bill: Bill = JSON.parse(execFileSync('npm', given, { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 26 }));
  const { component } = bill.metadata;
  component.name = json(join(root, 'package.json')).name; // npm names a project after its folder
  const { packages }: Lock = json(join(root, 'package-lock.json'));
  const isShipped = shippedIn(bundles);
  const refs = new Set(
    Object.entries(packages)
      .filter(([place, { dev }]) => dev !== true || isShipped(place))
      .map(([place, { version }]) => `${place.split('node_modules/').at(-1)}@${version}`),
  ).add(component['bom-ref']);
  const components = bill.components.filter((one) => refs.has(one['bom-ref']));
  const dependencies = bill.dependencies
    .filter(({ ref }) => refs.has(ref))
    .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((other) => refs.has(other)) }));
  return `${JSON.stringify({ ...bill, components, dependencies }, null, 1)}\n`;
}

/** Whether some of a package at a place in node_modules is in a bundle. */
function shippedIn(bundles: readonly string[]): (place: string) => boolean {
  const sources: readonly string[] = bundles
    .flatMap((bundle) => globSync(join(bundle, '*.map')))
    .flatMap((map) => json(map).sources);
  const places = sources.map((source) => /node_modules\/(?:.*node_modules\/)?(?:@[^/]+\/)?[^/]+/.exec(source)?.[0]);
  const shipped = new Set(places);
  return (place) => shipped.has(place);
}

function json(path: string) {
  return JSON.parse(readFileSync(path, 'utf8'));
}
