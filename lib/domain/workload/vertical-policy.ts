// What a workload says of its containers' requests: `ai4k8s.io/vertical: "cpu=500m..4,memory=1Gi..16Gi,apply=resize"`.
import { compare, exactQuantity } from './exact-quantity.ts';
import { type PerResource, RESOURCES, type Resource } from './signal.ts';

/** The policy's key, without prefix. */
export const VERTICAL_KEY = 'vertical';

/** The least and the most that one container may request, as written. */
export interface VerticalRange {
  readonly min: string;
  readonly max: string;
}

/** What is not named there is left as it is. */
export interface VerticalPolicy {
  readonly ranges: PerResource<VerticalRange>;
  /** `print` shows the patch to a person; `resize` carries it out in running pods. */
  readonly apply: 'print' | 'resize';
  /** Names of the only containers meant. Absent: all that request the resource. */
  readonly containers?: readonly string[];
  /** Names of containers that are not meant. */
  readonly except?: readonly string[];
  /** Whether a container whose resizePolicy asks for a restart may be restarted. */
  readonly restart: 'refuse' | 'allow';
}

/** What a value has to look like, for messages. */
export const EXPECTED_OF_VERTICAL =
  'ranges such as cpu=500m..4 and memory=1Gi..16Gi (least..most), and where needed apply=print|resize, containers=NAME+NAME, except=NAME+NAME, restart=refuse|allow';

/** A name of a container, as Kubernetes allows it. */
export const CONTAINER_NAME = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
/** More than a pod has that anybody scales. */
const MOST_NAMES = 8;

/** Less than any process takes and more than any node has: a unit was forgotten (`memory=1..16`, `cpu=500..4000`). */
const BOUNDS = {
  cpu: { steps: 1000n, least: { num: 1n, den: 1000n }, most: { num: 1024n, den: 1n } },
  memory: { steps: 1n, least: { num: 2n ** 20n, den: 1n }, most: { num: 2n ** 46n, den: 1n } },
} as const;

/** Undefined where the text is not acceptable. Attacker input. */
export function readVertical(text: string): VerticalPolicy | undefined {
  const said = partsOf(text);
  if (said === undefined) return undefined;
  const ranges: Partial<Record<Resource, VerticalRange>> = {};
  for (const resource of RESOURCES) {
    const value = said.get(resource);
    if (value === undefined) continue;
    const range = rangeOf(value, resource);
    if (range === undefined) return undefined;
    ranges[resource] = range;
  }
  const apply = oneOf(['print', 'resize'] as const, said.get('apply'));
  const restart = oneOf(['refuse', 'allow'] as const, said.get('restart'));
  const [containers, except] = [namesOf(said.get('containers')), namesOf(said.get('except'))];
  if (Object.keys(ranges).length === 0 || apply === undefined || restart === undefined) return undefined;
  if (containers === undefined || except === undefined) return undefined;
  return {
    ranges,
    apply,
    ...(containers.length > 0 && { containers }),
    ...(except.length > 0 && { except }),
    restart,
  };
}

const PARTS: readonly string[] = [...RESOURCES, 'apply', 'containers', 'except', 'restart'];

function partsOf(text: string): ReadonlyMap<string, string> | undefined {
  const parts = new Map<string, string>();
  for (const part of text.split(/[,;\s]+/)) {
    if (part === '') continue;
    const [key = '', value = '', ...more] = part.split('=');
    if (value === '' || more.length > 0 || !PARTS.includes(key) || parts.has(key)) return undefined;
    parts.set(key, value);
  }
  return parts;
}

function rangeOf(text: string, resource: Resource): VerticalRange | undefined {
  const [min = '', max = '', ...more] = text.split('..');
  const [low, high] = [exactQuantity(min), exactQuantity(max)];
  if (low === null || high === null || more.length > 0) return undefined;
  // What a container cannot have is no bound: it would be refused, or rounded past.
  const { steps, least, most } = BOUNDS[resource];
  if ([low, high].some(({ num, den }) => (num * steps) % den !== 0n)) return undefined;
  if (compare(low, least) < 0 || compare(high, most) > 0) return undefined;
  return compare(low, high) <= 0 && !/[eE]\d|[eE][+-]/.test(text) ? { min, max } : undefined;
}

/** The first of the words where nothing is said. */
function oneOf<T extends string>(words: readonly T[], text: string | undefined): T | undefined {
  return text === undefined ? words[0] : words.find((word) => word === text);
}

function namesOf(text: string | undefined): readonly string[] | undefined {
  if (text === undefined) return [];
  const names = text.split('+');
  return names.length <= MOST_NAMES && names.every((name) => CONTAINER_NAME.test(name)) ? names : undefined;
}
