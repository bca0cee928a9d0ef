// The functions' bundles as `cdk synth` makes them, in a folder that goes away.
import { join } from 'node:path';
import { synthesise } from '../test/infra/synthesis.ts';

export type Bundled = 'tick' | 'evaluate' | 'learn' | 'look' | 'query' | 'command' | 'watchdog';

export interface Bundles {
  /** Path of a function's module. */
  of(name: Bundled): string;
  remove(): void;
}

export function synthesizedBundles(): Bundles {
  const synthesis = synthesise({ Plain: {} });
  const { Plain: template } = synthesis.templates;
  if (template === undefined) throw new Error('the stack is missing');
  const idOf = (name: Bundled) => `${name.charAt(0).toUpperCase()}${name.slice(1)}Function`;
  return {
    of: (name) => join(synthesis.assetOf(template, idOf(name)), 'index.mjs'),
    remove: () => synthesis.remove(),
  };
}
