// What the synthesized template says, for tests that go by its numbers (test/bad-days/synthesised.ts makes it).
import { inject } from 'vitest';

interface Resource {
  readonly Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: a template has many shapes
  readonly Properties: any;
  readonly Metadata?: Readonly<Record<string, unknown>>;
}

declare module 'vitest' {
  interface ProvidedContext {
    deployedResources: Readonly<Record<string, Resource>>;
  }
}

/** All resources, by logical id. */
export function deployedResources(): Readonly<Record<string, Resource>> {
  return inject('deployedResources');
}

/** Properties of the only resource of a type whose logical id starts with `prefix`. */
export function deployed(type: string, prefix: string): Resource['Properties'] {
  const all = Object.entries(deployedResources());
  const found = all.filter(([id, { Type }]) => Type === type && id.startsWith(prefix));
  const [only] = found;
  if (only === undefined || found.length > 1) throw new Error(`${found.length} resources ${type} ${prefix}*`);
  return only[1].Properties;
}
