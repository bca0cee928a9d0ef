// What is kept of the annotations under our prefix: the keys we know, each capped, and the names of a few that we do not.
import { cleanText, withinBytes } from '../text/clean-text.ts';
import { CONFIG_MAX_BYTES, CUT } from './annotated-values.ts';
import { ANNOTATION_PREFIX, CONFIG_KEY, LAST_DECISION_KEY, POLICY_FIELDS } from './policy-fields.ts';
import { MOST_SIGNAL_KEYS, signalOfKey } from './signal-annotation.ts';
import { VERTICAL_KEY } from './vertical-policy.ts';

export interface OwnAnnotations {
  /** Known keys with their values, and the first unknown ones without. */
  readonly annotations: Readonly<Record<string, string>>;
  /** Unknown keys beyond those. */
  readonly moreUnknown: number;
}

/** Far more than any value that a key accepts; what is cut stays no value, since it ends in `…`. */
const VALUE_MAX_BYTES = 120;
/** Names of containers take their room. */
const VERTICAL_MAX_BYTES = 300;
const UNKNOWN_KEPT = 3;
/** Kubernetes allows no more behind the slash. */
const NAME_MAX_CHARS = 63;

const isOfPolicy = (name: string): boolean => Object.hasOwn(POLICY_FIELDS, name);

/**
 * @param all of an object, as the API server has them: attacker input, up to 256 KiB
 * @param isKnown which keys such an object may state; a Deployment's unless given
 */
export function ownAnnotations(
  all: Readonly<Record<string, string>> | undefined,
  isKnown: (name: string) => boolean = isOfPolicy,
): OwnAnnotations {
  const kept: [string, string][] = [];
  let unknown = 0;
  let signals = 0;
  for (const [key, value] of Object.entries(all ?? {})) {
    if (!key.startsWith(ANNOTATION_PREFIX)) continue;
    const name = key.slice(ANNOTATION_PREFIX.length);
    if (name === LAST_DECISION_KEY) continue;
    if (name === CONFIG_KEY) kept.push([key, cappedConfig(String(value))]);
    else if (name === VERTICAL_KEY && isKnown(name)) kept.push([key, capped(String(value), VERTICAL_MAX_BYTES)]);
    else if (isKnown(name)) kept.push([key, capped(String(value))]);
    else if (isKnown === isOfPolicy && signalOfKey(name) !== null && signals++ < MOST_SIGNAL_KEYS)
      kept.push([key, capped(String(value))]);
    else if (unknown++ < UNKNOWN_KEPT) kept.push([ANNOTATION_PREFIX + cleanText(name, NAME_MAX_CHARS), '']);
  }
  return { annotations: Object.fromEntries(kept), moreUnknown: Math.max(0, unknown - UNKNOWN_KEPT) };
}

function capped(value: string, maxBytes = VALUE_MAX_BYTES): string {
  const text = value.trim();
  const cut = withinBytes(text, maxBytes);
  return cut === text ? text : cut + CUT;
}

/** Half of a JSON object says nothing: it is left out, and the policy says that it was too long. */
function cappedConfig(value: string): string {
  return withinBytes(value, CONFIG_MAX_BYTES) === value ? value : CUT;
}
