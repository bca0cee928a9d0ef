// The patches of the Kubernetes API: merge (RFC 7386), JSON (RFC 6902), and strategic merge where the two agree.
import { isDeepStrictEqual } from 'node:util';
import { isObject, type Json, type JsonObject } from './kube-object.ts';
import { StatusError } from './status.ts';

/**
 * @param contentType of the request; strategic merge is treated as merge, which is the same for maps
 * @throws StatusError 415 for another kind of patch, 400 or 422 for one that cannot be applied
 */
export function applyPatch(current: JsonObject, contentType: string, patch: Json): JsonObject {
  switch (contentType) {
    case 'application/merge-patch+json':
    case 'application/strategic-merge-patch+json': {
      if (!isObject(patch)) throw new StatusError(400, 'BadRequest', 'a merge patch is an object');
      const merged = merge(current, patch);
      return isObject(merged) ? merged : {};
    }
    case 'application/json-patch+json': {
      if (!Array.isArray(patch)) throw new StatusError(400, 'BadRequest', 'a JSON patch is a list of operations');
      const patched = patch.reduce<Json>(applyOperation, current);
      return isObject(patched) ? patched : {};
    }
    default:
      throw new StatusError(
        415,
        'UnsupportedMediaType',
        `the body of the request was in an unknown format "${contentType}": the simulated cluster takes merge, strategic merge and JSON patches`,
      );
  }
}

function merge(current: Json, patch: JsonObject): Json {
  const result: Record<string, Json> = isObject(current) ? { ...current } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else result[key] = isObject(value) ? merge(result[key], value) : value;
  }
  return result;
}

function applyOperation(document: Json, operation: Json): Json {
  const { op, path, value } = isObject(operation) ? operation : {};
  if (typeof op !== 'string' || typeof path !== 'string' || (path !== '' && !path.startsWith('/')))
    throw refused('an operation needs op and path');
  const keys = path
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
  return changeAt(document, keys, op, value, path);
}

function changeAt(target: Json, [key, ...deeper]: string[], op: string, value: Json, path: string): Json {
  if (key === undefined) return changeHere(target, op, value, path);
  if (Array.isArray(target)) return changeList(target, [key, ...deeper], op, value, path);
  if (!isObject(target)) throw refused(`${op} ${path}: there is no such place`);
  if (deeper.length === 0 && op === 'add') return { ...target, [key]: value };
  if (!(key in target)) throw refused(`${op} ${path}: there is no such value`);
  const { [key]: here, ...others } = target;
  if (deeper.length === 0 && op === 'remove') return others;
  return { ...target, [key]: changeAt(here, deeper, op, value, path) };
}

function changeList(target: readonly Json[], keys: string[], op: string, value: Json, path: string): Json {
  const [key = '', ...deeper] = keys;
  const index = key === '-' ? target.length : Number(key);
  const isInsert = deeper.length === 0 && op === 'add';
  if (!Number.isInteger(index) || index < 0 || index > target.length - (isInsert ? 0 : 1))
    throw refused(`${op} ${path}: there is no such place`);
  if (isInsert) return target.toSpliced(index, 0, value);
  if (deeper.length === 0 && op === 'remove') return target.toSpliced(index, 1);
  return target.with(index, changeAt(target[index], deeper, op, value, path));
}

function changeHere(target: Json, op: string, value: Json, path: string): Json {
  if (op === 'replace' || op === 'add') return value;
  if (op !== 'test') throw refused(`${op} ${path}: the simulated cluster knows add, remove, replace and test`);
  if (!isDeepStrictEqual(target, value)) throw refused(`test ${path}: it has another value`);
  return target;
}

function refused(detail: string): StatusError {
  return new StatusError(422, 'Invalid', `the server rejected our request due to an error in our request: ${detail}`);
}
