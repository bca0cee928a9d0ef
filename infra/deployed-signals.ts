// The setting SIGNALS as the functions will have it: without secrets in it, and on one line.
import { workspaceIn } from '../lib/aws/workspace.ts';
import { readJsonSetting } from '../lib/json-setting.ts';
import { readSignals } from '../lib/signals-config/read.ts';

/**
 * @param text as it was given: JSON, or `@` and a file, which is read now and put in its place
 * @throws Error in one line where it cannot be deployed
 */
export function deployedSignals(text: string): string {
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
  if (problems.length > 0) throw new Error(`CDK context: ${problems.join('; ')}`);
  return short;
}
