// The Prometheus that options and environment name, as a source of history; secrets come from files and the environment.
import { readFileSync } from 'node:fs';
import type { Signing } from '../../lib/adapters/prometheus/aws-signature.ts';
import { makePrometheusHistory, type PrometheusOptions } from '../../lib/adapters/prometheus/history.ts';
import type { HistorySource } from '../../lib/app/ports/cluster.ts';
import { regionOfWorkspace } from '../../lib/aws/workspace.ts';
import { headersOf, labelsOf, type PrometheusCliOptions } from './prometheus-options.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** @throws Error in one line where something that is named cannot be read */
export async function prometheusSource(
  options: PrometheusCliOptions & { readonly prometheus: string },
  env: Environment,
): Promise<HistorySource> {
  return makePrometheusHistory(await prometheusOptionsOf(options, env));
}

/** @throws Error in one line where something that is named cannot be read */
export async function prometheusOptionsOf(
  options: PrometheusCliOptions & { readonly prometheus: string },
  env: Environment,
): Promise<PrometheusOptions> {
  const signing = await signingOf(options, env);
  return {
    url: options.prometheus,
    query: options.prometheusQuery,
    labels: labelsOf(options.prometheusLabel),
    headers: headersOf(options.prometheusHeader ?? [], env.PROMETHEUS_HEADERS),
    token: signing === undefined ? tokenOf(options.prometheusTokenFile, env) : undefined,
    signing,
    isPartialFine: options.prometheusPartial,
    env,
  };
}

function tokenOf(file: string | undefined, env: Environment): string | undefined {
  const token = (file === undefined ? (env.PROMETHEUS_TOKEN ?? '') : read(file)).trim();
  const where = file === undefined ? 'PROMETHEUS_TOKEN' : `--prometheus-token-file ${file}`;
  if (token === '' && file !== undefined) throw new Error(`${where}: the file is empty, expected a token`);
  if (/[^\x21-\x7e]/.test(token))
    throw new Error(`${where}: expected one token, without blanks, line breaks or letters beyond ASCII`);
  return token === '' ? undefined : token;
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new Error(`--prometheus-token-file ${file}: cannot be read (${code})`, { cause: error });
  }
}

/** Asked for, or by the host of a workspace. */
async function signingOf(
  { prometheus, prometheusSigv4, prometheusTokenFile }: PrometheusCliOptions & { readonly prometheus: string },
  env: Environment,
): Promise<Signing | undefined> {
  const ofHost = regionOfWorkspace(new URL(prometheus));
  if (prometheusSigv4 === undefined && (ofHost === null || prometheusTokenFile !== undefined)) return undefined;
  const asked = typeof prometheusSigv4 === 'string' ? prometheusSigv4 : null;
  const region = asked ?? ofHost ?? (env.AWS_REGION || env.AWS_DEFAULT_REGION);
  if (region === undefined || region === '')
    throw new Error('--prometheus-sigv4: in which region? Set AWS_REGION, or give --prometheus-sigv4 eu-west-1');
  const { defaultProvider } = await import('@aws-sdk/credential-provider-node');
  return { region, credentials: defaultProvider({ clientConfig: { region } }) };
}
