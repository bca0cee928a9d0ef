// What a level above the Deployment may state: defaults for all that is under it, caps that nothing under it can widen, and
// whether windows of it may switch off.
import { cleanText } from '../text/clean-text.ts';
import { quoted } from './annotated-values.ts';
import { MAX_REPLICAS } from './pace.ts';
import { DEFAULT_POLICY } from './policy.ts';
import { ENABLED_ALIAS, ENABLED_KEY, POLICY_FIELDS } from './policy-fields.ts';

/** Raw values, keys without prefix. */
export type Values = Readonly<Record<string, string>>;

/** Lowest first: a later one's default stands. Above a Deployment's HPA, record and annotations none does. */
export const LEVEL_NAMES = ['installation', 'cluster record', 'namespace record', 'namespace annotation'] as const;
export type LevelName = (typeof LEVEL_NAMES)[number];

export const CAP_MAX_KEY = 'cap-max-replicas';
export const CAP_MODE_KEY = 'cap-mode';
export const ALLOW_ZERO_KEY = 'allow-zero';

/** How far anything goes by itself, from nothing at all on. */
export const CAP_MODES = ['off', 'recommend', 'propose'] as const;
export type CapMode = (typeof CAP_MODES)[number];

/** Keys of a policy that a level may give a default for. What is about one workload alone is not among them. */
export const DEFAULT_KEYS: readonly string[] = [
  'min-replicas',
  'max-replicas',
  'mode',
  'slo',
  'target-cpu',
  'target-memory',
  'cooldown',
  'model-load',
  'restart-cost',
  'time-zone',
  'limit-step',
  'limit-direction',
  'limit-hours',
  'llm',
];
const OPT_IN_KEYS: readonly string[] = [ENABLED_KEY, ENABLED_ALIAS];

/** What a cap says; undefined where it cannot be read. */
export const readCapMax = (text: string): number | undefined => {
  const value = /^[1-9]\d{0,8}$/.test(text) ? Number(text) : Number.NaN;
  return value <= MAX_REPLICAS ? value : undefined;
};
export const readCapMode = (text: string): CapMode | undefined => CAP_MODES.find((mode) => mode === text);

/** Namespaces by name; undefined where one cannot be a namespace's. */
export const readNamespaces = (text: string): readonly string[] | undefined => {
  const names = text.split(',').map((name) => name.trim());
  return names.every((name) => /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(name)) ? names : undefined;
};
export const readFlag = (text: string): boolean | undefined =>
  text === 'true' ? true : text === 'false' ? false : undefined;

interface LevelField {
  readonly expected: string;
  readonly isAcceptable: (text: string) => boolean;
}

const CAP_FIELDS: Readonly<Record<string, LevelField>> = {
  [CAP_MAX_KEY]: {
    expected: `a whole number from 1 to ${MAX_REPLICAS}`,
    isAcceptable: (text) => readCapMax(text) !== undefined,
  },
  [CAP_MODE_KEY]: { expected: CAP_MODES.join(', '), isAcceptable: (text) => readCapMode(text) !== undefined },
};
const ZERO_BY_NAME: LevelField = {
  expected: 'names of namespaces, parted by commas',
  isAcceptable: (text) => readNamespaces(text) !== undefined,
};
const ZERO_HERE: LevelField = {
  expected: '"true" or "false"',
  isAcceptable: (text) => readFlag(text) !== undefined,
};

const ofPolicy = (keys: readonly string[]) =>
  Object.fromEntries(
    keys.flatMap((key): [string, LevelField][] => {
      const field = POLICY_FIELDS[key];
      if (field === undefined) return [];
      const { expected, set } = field;
      return [[key, { expected, isAcceptable: (text) => set(DEFAULT_POLICY, text) !== undefined }]];
    }),
  );

const OF_NAMESPACE = { ...ofPolicy([...OPT_IN_KEYS, ...DEFAULT_KEYS]), ...CAP_FIELDS, [ALLOW_ZERO_KEY]: ZERO_HERE };

/** The keys of each level. An opt-in is a namespace's or a Deployment's, never of more than that. */
export const LEVEL_FIELDS: Readonly<Record<LevelName, Readonly<Record<string, LevelField>>>> = {
  installation: { ...ofPolicy(DEFAULT_KEYS), ...CAP_FIELDS, [ALLOW_ZERO_KEY]: ZERO_BY_NAME },
  'cluster record': { ...ofPolicy(DEFAULT_KEYS), ...CAP_FIELDS },
  'namespace record': OF_NAMESPACE,
  'namespace annotation': OF_NAMESPACE,
};

/** What is wrong with one value of a level. */
export interface LevelProblem {
  readonly key: string;
  /** `is "x", expected …` */
  readonly message: string;
}

/** Every key that is not known or not readable, and bounds that contradict each other; all at once. */
export function problemsOfLevel(level: LevelName, values: Values): readonly LevelProblem[] {
  const fields = LEVEL_FIELDS[level];
  const each = Object.entries(values).flatMap(([key, text]): LevelProblem[] => {
    const field = Object.hasOwn(fields, key) ? fields[key] : undefined;
    if (field?.isAcceptable(text.trim())) return [];
    const expected = field?.expected ?? `no such key but ${Object.keys(fields).join(', ')}`;
    return [{ key: cleanText(key, 63), message: `is ${quoted(text)}, expected ${expected}` }];
  });
  const [min, max] = ['min-replicas', 'max-replicas'].map((key) => Number(values[key] ?? Number.NaN));
  if (min !== undefined && max !== undefined && min > max)
    each.push({ key: 'min-replicas', message: `is ${min}, above max-replicas ${max}` });
  return each;
}
