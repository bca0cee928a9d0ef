// What a resource of the API is to discovery, reading and watching.
import type { Subject } from './change-log.ts';
import type { KubeObject } from './kube-object.ts';
import type { Cell, Columns } from './tables.ts';
import type { World } from './world.ts';

export type Labels = Readonly<Record<string, string>>;

/** One object, not yet written out: most of what a selector drops is never built. */
export interface Item {
  readonly namespace: string | null;
  readonly name: string;
  readonly labels: Labels;
  object(): KubeObject;
  cells(): Cell[];
}

export interface ResourceType {
  /** Empty for the core API. */
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly singular: string;
  readonly kind: string;
  readonly shortNames: readonly string[];
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
  readonly columns: Columns;
}

export interface Resource extends ResourceType {
  /** In the order of a LIST: by namespace and name. */
  items(world: World, namespace: string | null): Item[];
  /** What a change means to this resource; null where it means nothing. */
  itemOf(world: World, subject: Subject): Item | null;
}

/** How things of one kind become items. */
export interface ResourceContent<T> {
  list(world: World, namespace: string | null): readonly T[];
  pick(subject: Subject): T | null;
  identity(thing: T): { readonly namespace: string | null; readonly name: string; readonly labels?: Labels };
  object(thing: T, world: World): KubeObject;
  cells(thing: T, world: World): Cell[];
}

export function apiVersionOf({ group, version }: Pick<ResourceType, 'group' | 'version'>): string {
  return group === '' ? version : `${group}/${version}`;
}

/** As errors name it: `deployments.apps`. */
export function qualified({ group, plural }: Pick<ResourceType, 'group' | 'plural'>): string {
  return group === '' ? plural : `${plural}.${group}`;
}

export function defineResource<T>(resource: ResourceType, content: ResourceContent<T>): Resource {
  const item = (thing: T, world: World): Item => ({
    labels: {},
    ...content.identity(thing),
    object: () => content.object(thing, world),
    cells: () => content.cells(thing, world),
  });
  return {
    ...resource,
    items: (world, namespace) =>
      content
        .list(world, namespace)
        .map((thing) => item(thing, world))
        .sort((a, b) => compare(a.namespace ?? '', b.namespace ?? '') || compare(a.name, b.name)),
    itemOf: (world, subject) => {
      const thing = content.pick(subject);
      return thing === null ? null : item(thing, world);
    },
  };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
