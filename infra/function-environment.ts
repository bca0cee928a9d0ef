// The settings as the functions will have them: all of them together within what Lambda takes, packed where they have to be.
import { packed } from '../lib/packed-setting.ts';

/** Names and values of all variables together: Lambda's own limit, which nobody can have raised. */
const LAMBDA_BYTES = 4096;
/** Of what the stack itself adds: table, bus, secret, queues, namespace of metrics, options of Node. */
const OWN_BYTES = 900;

type Settings = Readonly<Record<string, string>>;

/**
 * Those that grow with an installation are packed, the longest first, until all fit; what fits stays readable.
 * @throws Error in one line where they do not fit even so
 */
export function functionEnvironment(settings: Settings): Settings {
  let fitted = settings;
  for (const name of ['CLUSTERS', 'SIGNALS'].toSorted((a, b) => lengthOf(settings, b) - lengthOf(settings, a))) {
    if (bytesOf(fitted) <= LAMBDA_BYTES) return fitted;
    const text = settings[name];
    if (text !== undefined) fitted = { ...fitted, [name]: packed(text) };
  }
  if (bytesOf(fitted) <= LAMBDA_BYTES) return fitted;
  throw new Error(`CDK context: ${tooLong(settings, fitted)}`);
}

function tooLong(settings: Settings, fitted: Settings): string {
  const [[longest, value] = ['', '']] = Object.entries(fitted).toSorted(([, a], [, b]) => b.length - a.length);
  const field = longest === 'CLUSTERS' ? 'clusters' : `settings.${longest}`;
  const remedy = REMEDIES[longest] ?? 'shorten it';
  const was = settings[longest] === value ? '' : `, ${Buffer.byteLength(value)} of them compressed`;
  return (
    `${field}: it has ${lengthOf(settings, longest)} bytes${was}, and with it the environment of a function about ` +
    `${bytesOf(fitted)}; Lambda takes ${LAMBDA_BYTES} in all: ${remedy}`
  );
}

const REMEDIES: Settings = {
  CLUSTERS: 'deploy a second stack for some of the clusters (-c stackName=…, docs/deploy.md)',
  SIGNALS: 'shorten queries (recording rules), targets or names',
};

function lengthOf(settings: Settings, name: string): number {
  return Buffer.byteLength(settings[name] ?? '');
}

function bytesOf(settings: Settings): number {
  return Object.entries(settings).reduce((sum, [name, value]) => sum + Buffer.byteLength(name + value), OWN_BYTES);
}
