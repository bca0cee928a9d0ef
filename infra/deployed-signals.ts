// The setting SIGNALS as the functions will have it: without secrets in it, and short enough for Lambda's environment.
import { workspaceIn } from '../lib/aws/workspace.ts';
import { readJsonSetting } from '../lib/json-setting.ts';
import { readSignals } from '../lib/signals-config/read.ts';

/** Names and values of all variables together. */
const LAMBDA_BYTES = 4096;
/** Of what the stack itself adds: table, bus, secret, options of Node. */
const OWN_BYTES = 600;

/**
 * @param text as it was given: JSON, or `@` and a file, which is read now and put in its place
 * @param environment what goes into the functions beside it
 * @throws Error in one line where it cannot be deployed
 */
export function deployedSignals(text: string, environment: Readonly<Record<string, string>>): string {
  const read = readSignals(text);
  if ('mistakes' in read) throw new Error('CDK context: settings.SIGNALS was not checked');
  const problems = read.sources.flatMap((source, i) => {
    if (source.kind !== 'prometheus') return [];
    const where = `settings.SIGNALS.sources.${i}`;
    const { password } = new URL(source.url);
    const hasHeader = Object.keys(source.headers ?? {}).some((name) => name.toLowerCase() === 'authorization');
    const advice = 'would be readable in the environment: put the token into a secret and name it as "tokenSecretId"';
    return [
      ...(password === '' ? [] : [`${where}.url: the password in it ${advice}`]),
      ...(hasHeader ? [`${where}.headers.authorization: ${advice}`] : []),
      ...(source.sigv4 && workspaceIn(new URL(source.url)) === null
        ? [`${where}.url: shows no workspace (…/workspaces/ws-…), on which alone the query would be granted`]
        : []),
    ];
  });
  const json = readJsonSetting(text, 'expected JSON');
  const short = JSON.stringify('value' in json ? json.value : null);
  const bytes = bytesOf({ ...environment, SIGNALS: short }) + OWN_BYTES;
  if (bytes > LAMBDA_BYTES)
    problems.push(
      `settings.SIGNALS: it has ${Buffer.byteLength(short)} bytes, and with it the environment of a function about ${bytes}; Lambda takes ${LAMBDA_BYTES} in all: shorten queries (recording rules), targets or names`,
    );
  if (problems.length > 0) throw new Error(`CDK context: ${problems.join('; ')}`);
  return short;
}

function bytesOf(environment: Readonly<Record<string, string>>): number {
  return Object.entries(environment).reduce((sum, [name, value]) => sum + Buffer.byteLength(name + value), 0);
}
