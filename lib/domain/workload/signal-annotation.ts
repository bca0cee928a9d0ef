// What a workload says of a signal that it names: `ai4k8s.io/signal.NAME: "target=80,direction=up,missing=ignore"`.
import { cleanText } from '../text/clean-text.ts';
import type { SignalDirection, SignalPolicy } from './policy.ts';
import { RESOURCES, SIGNAL_NAME, type SignalDefinition, type SignalKind, type SignalName } from './signal.ts';

/** In front of a signal's name, behind the prefix. */
export const SIGNAL_KEY = 'signal.';
/** As many of each kind as one workload may name: what is kept of all levels stays under 2 KB, and a tick small. */
export const MOST_OF_A_KIND: Readonly<Record<SignalKind, number>> = { load: 4, level: 3 };
/** Keys that are kept of one workload; more are counted as unknown. */
export const MOST_SIGNAL_KEYS = MOST_OF_A_KIND.load + MOST_OF_A_KIND.level + 1 + RESOURCES.length;

/** The signal that a policy's key names; null where it is no such key. */
export function signalOfKey(key: string): SignalName | null {
  const name = key.startsWith(SIGNAL_KEY) ? key.slice(SIGNAL_KEY.length) : '';
  return SIGNAL_NAME.test(name) ? name : null;
}

/** What a value has to look like, for messages. */
export function expectedOf({ scaling }: Pick<SignalDefinition, 'scaling'>): string {
  return scaling === undefined ? EXPECTED_OF_SIGNAL : EXPECTED_OF_SCORE;
}

const EXPECTED_OF_SCORE = 'nothing, or parts such as direction=both|up|down, missing=hold|ignore';
const EXPECTED_OF_SIGNAL =
  'parts such as target=80, direction=both|up|down, missing=hold|ignore and, of a level, ratio=7.5, sigmas=6, relearn=2026-01-31T10:00:00Z';

/** @returns a policy, or what is wrong with the text, fit for a message */
export function readSignalPolicy(
  text: string,
  { kind, scaling }: Pick<SignalDefinition, 'kind' | 'scaling'>,
): SignalPolicy | { readonly problem: string } {
  const parts = partsOf(text);
  if ('problem' in parts) return parts;
  const ofOthers = scaling === undefined ? undefined : parts.pairs.find(([key]) => !OF_SCORES.includes(key));
  if (ofOthers !== undefined)
    return {
      problem: `it says ${ofOthers[0]}, and a score is judged by the installation's scaling policy`,
    };
  let policy: SignalPolicy = { kind, target: null, direction: 'both', missing: 'hold' };
  for (const [key, value] of parts.pairs) {
    const part = PARTS[key];
    if (part === undefined || (part.only !== undefined && part.only !== kind))
      return { problem: `it says ${key}, which ${part === undefined ? 'is not known' : `a ${kind} does not have`}` };
    const said = part.set(value);
    if (said === undefined) return { problem: `${key} must be ${part.expected}` };
    policy = { ...policy, ...said };
  }
  if (kind === 'load' && policy.target === null)
    return { problem: 'it states no target: say what one replica takes, as target=80' };
  return policy;
}

/** Of CPU and memory: their targets have keys of their own. */
export function readResourcePolicy(
  text: string,
): Pick<SignalPolicy, 'missing' | 'direction'> | { readonly problem: string } {
  const policy = readSignalPolicy(text, { kind: 'level' });
  if ('problem' in policy) return policy;
  const { missing, direction, target, ...more } = policy;
  if (target !== null || Object.keys(more).length > 1)
    return { problem: 'it may say missing and direction only: the target is target-cpu or target-memory' };
  return { missing, direction };
}

/** What a workload may say of a complexity score. */
const OF_SCORES: readonly string[] = ['direction', 'missing'];

interface Part {
  readonly expected: string;
  readonly only?: SignalDefinition['kind'];
  /** Undefined where the text is not acceptable. */
  readonly set: (text: string) => Partial<SignalPolicy> | undefined;
}

const PARTS: Readonly<Record<string, Part>> = {
  target: {
    expected: 'a number above 0',
    set: (text) => {
      const target = numberOf(text, Number.MIN_VALUE, MOST_TARGET);
      return target === undefined ? undefined : { target };
    },
  },
  direction: { expected: 'both, up or down', set: (text) => oneOf('direction', ['both', 'up', 'down'], text) },
  missing: { expected: 'hold or ignore', set: (text) => oneOf('missing', ['hold', 'ignore'], text) },
  ratio: {
    expected: 'a number from 1.1 to 100',
    only: 'level',
    set: (text) => {
      const ratio = numberOf(text, 1.1, 100);
      return ratio === undefined ? undefined : { ratio };
    },
  },
  sigmas: {
    expected: 'a number from 2 to 100',
    only: 'level',
    set: (text) => {
      const sigmas = numberOf(text, 2, 100);
      return sigmas === undefined ? undefined : { sigmas };
    },
  },
  relearn: {
    expected: 'an instant such as 2026-01-31T10:00:00Z',
    only: 'level',
    set: (text) => {
      const relearnAt = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?Z$/.test(text) ? Date.parse(text) : Number.NaN;
      // A day that its month does not have would be one of the next.
      const isThatDay = Number.isFinite(relearnAt) && new Date(relearnAt).toISOString().startsWith(text.slice(0, 10));
      return isThatDay ? { relearnAt } : undefined;
    },
  },
};

/** Of a part that is quoted. */
const LONGEST_PART = 20;

/** Beyond it the square of a demand is no number any more. */
const MOST_TARGET = 1e15;

function partsOf(
  text: string,
): { readonly pairs: readonly (readonly [string, string])[] } | { readonly problem: string } {
  const pairs: [string, string][] = [];
  for (const part of text.split(/[,;\s]+/)) {
    if (part === '') continue;
    const [key = '', value, ...more] = part.split('=');
    if (value === undefined || more.length > 0 || !Object.hasOwn(PARTS, key))
      return { problem: `its part ${JSON.stringify(cleanText(part, LONGEST_PART))} is not known` };
    if (pairs.some(([other]) => other === key)) return { problem: `it says ${key} twice` };
    pairs.push([key, value]);
  }
  return { pairs };
}

function numberOf(text: string, low: number, high: number): number | undefined {
  const value = /^\d{1,15}(\.\d{1,9})?$/.test(text) ? Number(text) : Number.NaN;
  return value >= low && value <= high ? value : undefined;
}

function oneOf<K extends 'direction' | 'missing', T extends SignalDirection | SignalPolicy['missing']>(
  key: K,
  allowed: readonly T[],
  text: string,
): Partial<SignalPolicy> | undefined {
  const found = allowed.find((word) => word === text);
  return found === undefined ? undefined : { [key]: found };
}
