// What earlier releases stored has other names for some of its fields: read under today's, whichever it was written with.

/** Old → present. */
const RENAMED: Readonly<Record<string, string>> = {
  hands: 'otherWriters',
  blind: 'unusable',
  track: 'regret',
  rulesMinutes: 'baselineMinutes',
  byRules: 'byBaseline',
  rules: 'baseline',
  misses: 'residuals',
  holdMinutes: 'windowMinutes',
};

/** What is under these is by a signal's name, which may be any word: none of those is an old name of ours. */
const BY_SIGNAL: ReadonlySet<string> = new Set([
  'blind',
  'capacities',
  'definitions',
  'forecasts',
  'levels',
  'loads',
  'peaks',
  'resources',
  'signals',
  'targets',
  'unread',
  'unusable',
  'utilisation',
]);

/**
 * Renames in place, all the way down. Texts from a cluster are values, or stand under names with a slash: none is touched.
 * @param parsed fresh from JSON, of nobody else yet
 */
export function withPresentNames<T>(parsed: T): T {
  renameIn(parsed);
  return parsed;
}

function renameIn(part: unknown, isBySignal = false): void {
  if (typeof part !== 'object' || part === null) return;
  if (Array.isArray(part)) {
    for (const value of part) renameIn(value);
    return;
  }
  const fields = part as Record<string, unknown>;
  for (const name of Object.keys(fields)) {
    const value = fields[name];
    renameIn(value, BY_SIGNAL.has(name));
    const present = isBySignal ? undefined : presentName(name, fields);
    if (present === undefined) continue;
    delete fields[name];
    fields[present] = value;
  }
}

function presentName(name: string, fields: Readonly<Record<string, unknown>>): string | undefined {
  // Of what was fitted for sizing, or of an assessment.
  if (name === 'plan') return 'tally' in fields ? 'policy' : 'sizingPolicy';
  return Object.hasOwn(RENAMED, name) ? RENAMED[name] : undefined;
}
