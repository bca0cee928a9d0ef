// The variable SIGNALS as text or file → sources with their signals, or every mistake at once, each with its field's path.
import * as z from 'zod';
import { readJsonSetting } from '../json-setting.ts';
import { problemOfEntry } from '../net/allowed-hosts.ts';
import { problemsOfSignal, problemsOfSource } from './checks.ts';
import {
  type SignalConfig,
  type SourceConfig,
  type SourceKind,
  signalSchema,
  signalSchemas,
  sourceSchema,
} from './shape.ts';

/** A source with the signals that are read from it. */
export type ConfiguredSource = {
  readonly [K in SourceKind]: Extract<SourceConfig, { kind: K }> & { readonly signals: readonly SignalConfig<K>[] };
}[SourceKind];

export interface SignalsConfig {
  /** Hosts that may be asked. */
  readonly allow: readonly string[];
  readonly sources: readonly ConfiguredSource[];
}

export const NO_SIGNALS: SignalsConfig = { allow: [], sources: [] };

export interface Mistake {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

const MOST_SOURCES = 20;
const MOST_SIGNALS = 50;

const envelope = z.strictObject({
  allow: z.array(z.string()).default([]),
  sources: z.array(z.unknown()).max(MOST_SOURCES),
  signals: z.array(z.unknown()).max(MOST_SIGNALS),
});

const EXPECTED =
  'expected JSON such as {"allow":[…],"sources":[…],"signals":[…]} or @ and a file\'s path, see docs/signals.md';

/** @param text JSON, or `@` and the path of a file that holds it */
export function readSignals(text: string): SignalsConfig | { readonly mistakes: readonly Mistake[] } {
  const json = readJsonSetting(text, EXPECTED);
  if ('problem' in json) return { mistakes: [{ path: [], message: json.problem }] };
  const outer = envelope.safeParse(json.value);
  if (!outer.success) return { mistakes: mistakesIn(outer.error, []) };
  const mistakes: Mistake[] = [];
  const add = (path: Mistake['path']) => (message: string) => mistakes.push({ path, message });

  for (const [i, entry] of outer.data.allow.entries()) {
    const problem = problemOfEntry(entry);
    if (problem !== null) add(['allow', i])(problem);
  }
  const sources = outer.data.sources.flatMap((raw, i) => {
    const source = parsed(sourceSchema, raw, ['sources', i], mistakes);
    if (source === null) return [];
    for (const { path, message } of problemsOfSource(source, outer.data.allow)) add(['sources', i, ...path])(message);
    return [source];
  });
  twice(outer.data.sources.flatMap((raw) => textsAt(raw, 'name'))).forEach((name) => {
    add(['sources'])(`two sources are called ${name}: give each a name of its own`);
  });
  const kinds = kindsIn(outer.data.sources);
  const signals = outer.data.signals.flatMap((raw, i) => signalOf(raw, i, sources, kinds, mistakes));
  twice(outer.data.signals.flatMap((raw) => textsAt(raw, 'name'))).forEach((name) => {
    add(['signals'])(
      `two signals are called ${name}: keep one, or name both its sources in one ("source": ["a","b"]) where they know different clusters`,
    );
  });
  const names = outer.data.signals.flatMap((raw) => textsAt(raw, 'name'));
  for (const { signal } of signals)
    if (signal.scaling?.queue !== undefined && !names.includes(signal.scaling.queue))
      add([
        'signals',
        outer.data.signals.findIndex((raw) => textsAt(raw, 'name').includes(signal.name)),
        'scaling',
        'queue',
      ])(`there is no signal ${signal.scaling.queue}: known are ${names.join(', ')}`);
  if (mistakes.length > 0) return { mistakes };
  return { allow: outer.data.allow, sources: sources.map((source) => withSignals(source, signals)) };
}

interface SignalOfSources {
  readonly signal: SignalConfig<SourceKind>;
  readonly sources: readonly string[];
}

/** @param kinds of all sources by name, those among them that have a mistake elsewhere; null where it is no kind */
function signalOf(
  raw: unknown,
  i: number,
  sources: readonly SourceConfig[],
  kinds: ReadonlyMap<string, SourceKind | null>,
  mistakes: Mistake[],
): readonly SignalOfSources[] {
  const path = ['signals', i] as const;
  const wanted = textsAt(raw, 'source');
  for (const name of wanted.filter((name) => !kinds.has(name)))
    mistakes.push({
      path: [...path, 'source'],
      message: `there is no source ${name}: known are ${[...kinds.keys()].join(', ') || 'none'}`,
    });
  const kind = wanted.map((name) => kinds.get(name) ?? null).find((one) => one !== null);
  const schema: z.ZodType = kind === undefined ? signalSchema : signalSchemas[kind];
  const signal = parsed(schema as z.ZodType<SignalConfig<SourceKind>>, raw, path, mistakes);
  if (signal === null || kind === undefined) return [];
  const own = sources.filter(({ name }) => wanted.includes(name));
  for (const problem of problemsOfSignal(signal, own))
    mistakes.push({ path: [...path, ...problem.path], message: problem.message });
  return [{ signal, sources: wanted }];
}

function withSignals(source: SourceConfig, all: readonly SignalOfSources[]): ConfiguredSource {
  const signals = all.filter(({ sources }) => sources.includes(source.name)).map(({ signal }) => signal);
  // Each was parsed as its source's kind wants it.
  return { ...source, signals } as ConfiguredSource;
}

function parsed<T>(schema: z.ZodType<T>, raw: unknown, path: Mistake['path'], mistakes: Mistake[]): T | null {
  const read = schema.safeParse(raw);
  if (read.success) return read.data;
  mistakes.push(...mistakesIn(read.error, path));
  return null;
}

function mistakesIn({ issues }: z.ZodError, path: Mistake['path']): readonly Mistake[] {
  return issues.map((issue) => ({
    path: [...path, ...issue.path.map((part) => (typeof part === 'number' ? part : String(part)))],
    message: issue.message,
  }));
}

function kindsIn(sources: readonly unknown[]): ReadonlyMap<string, SourceKind | null> {
  const kindOf = (raw: unknown) => KINDS.find((kind) => textsAt(raw, 'kind').includes(kind)) ?? null;
  return new Map(sources.flatMap((raw) => textsAt(raw, 'name').map((name) => [name, kindOf(raw)])));
}

const KINDS = Object.keys(signalSchemas) as readonly SourceKind[];

/** The text that a value has under a key, or the texts in its list; none where it is another thing. */
function textsAt(raw: unknown, key: string): readonly string[] {
  const found = typeof raw === 'object' && raw !== null ? [Reflect.get(raw, key)].flat() : [];
  return found.filter((one) => typeof one === 'string');
}

function twice(names: readonly string[]): readonly string[] {
  return [...new Set(names.filter((name, i) => names.indexOf(name) !== i))];
}
