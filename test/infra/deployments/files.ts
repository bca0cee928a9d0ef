// What infra/deployments holds, as its tests read it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type KubernetesObject, loadAllYaml, loadYaml } from '@kubernetes/client-node';

export const DEPLOYMENTS = join(import.meta.dirname, '../../../infra/deployments');

export function textOf(file: string): string {
  return readFileSync(join(DEPLOYMENTS, file), 'utf8');
}

export function yamlOf<T>(file: string): T {
  return loadYaml(textOf(file)) as T;
}

export function objectsOf(file: string): readonly KubernetesObject[] {
  return loadAllYaml(textOf(file)) as readonly KubernetesObject[];
}

/** @throws Error where the file has no object of that kind */
export function objectOf<T extends KubernetesObject>(file: string, kind: string): T {
  const found = objectsOf(file).find((one) => one.kind === kind);
  if (found === undefined) throw new Error(`${file} has no ${kind}`);
  return found as T;
}

/** The lines that a manifest shows as a comment, for the reader to take out of it. */
export function commentedAnnotations(file: string): Readonly<Record<string, string>> {
  const lines = textOf(file).matchAll(/^ *# +(ai4k8s\.io\/\S+): +("[^"]*")/gm);
  return Object.fromEntries([...lines].map(([, key = '', value = '""']) => [key, JSON.parse(value)]));
}
