// The options of `ai4k8s backtest` that say which Prometheus to ask, for what, and as whom.
import { type Command, Option } from 'commander';

export interface PrometheusCliOptions {
  readonly prometheus?: string;
  readonly prometheusQuery?: string;
  /** `name=value` each. */
  readonly prometheusLabel?: readonly string[];
  /** `Name: value` each. */
  readonly prometheusHeader?: readonly string[];
  readonly prometheusTokenFile?: string;
  /** The region, or true: that of the host or of AWS_REGION. */
  readonly prometheusSigv4?: string | true;
  readonly prometheusPartial?: boolean;
}

export function withPrometheusOptions(command: Command): Command {
  const instead = (flags: string, description: string) => new Option(flags, description).conflicts('trace');
  return command
    .addOption(
      instead('--prometheus <url>', 'read it from Prometheus; docs/prometheus.md has Thanos, Mimir and others'),
    )
    .addOption(
      instead(
        '--prometheus-query <promql>',
        "total demand as one series (default: CPU of the Deployment's pods, cores)",
      ),
    )
    .addOption(
      instead('--prometheus-label <name=value>', 'of the cluster, on a server for many; repeatable').argParser(collect),
    )
    .addOption(
      instead(
        '--prometheus-header <name: value>',
        'such as a tenant; repeatable, or lines of PROMETHEUS_HEADERS',
      ).argParser(collect),
    )
    .addOption(instead('--prometheus-token-file <path>', 'bearer token (default: PROMETHEUS_TOKEN, where set)'))
    .addOption(
      instead(
        '--prometheus-sigv4 [region]',
        'sign with AWS credentials (default: for aps-workspaces.*, Amazon Managed Prometheus)',
      ),
    )
    .addOption(instead('--prometheus-partial', 'take answers that the server says are incomplete'));
}

const FLAGS = {
  prometheusQuery: ['--prometheus-query', 'where to ask it'],
  prometheusLabel: ['--prometheus-label', 'whose series it belongs to'],
  prometheusHeader: ['--prometheus-header', 'whom to send it to'],
  prometheusTokenFile: ['--prometheus-token-file', 'whom to send it to'],
  prometheusSigv4: ['--prometheus-sigv4', 'whom to ask'],
  prometheusPartial: ['--prometheus-partial', 'whom to ask'],
} as const;

/** What is wrong with the combination, or null. Shows no header and no URL: both may hold what is secret. */
export function prometheusProblem(given: PrometheusCliOptions): string | null {
  const { prometheus, prometheusLabel: labels = [], prometheusQuery, prometheusHeader: headers = [] } = given;
  for (const [name, [flag, why]] of Object.entries(FLAGS))
    if (prometheus === undefined && given[name as keyof typeof FLAGS] !== undefined)
      return `${flag} needs --prometheus <url>: ${why}`;
  if (prometheus === undefined) return null;
  if (!URL.canParse(prometheus) || !/^https?:$/.test(new URL(prometheus).protocol))
    return '--prometheus: expected a URL like http://127.0.0.1:9090';
  if (prometheusQuery !== undefined && labels.length > 0)
    return '--prometheus-label has no effect on --prometheus-query: write {name="value"} into the query';
  if (given.prometheusTokenFile !== undefined && given.prometheusSigv4 !== undefined)
    return '--prometheus-token-file and --prometheus-sigv4 are two ways to say who asks: give one of them';
  return labelsProblem(labels) ?? headersProblem(headers, '--prometheus-header');
}

/** @throws Error in one line, which shows no value */
export function headersOf(given: readonly string[], lines: string | undefined): Readonly<Record<string, string>> {
  const ofEnvironment = (lines ?? '').split(/\r?\n/).filter((line) => line.trim() !== '');
  const problem = headersProblem(ofEnvironment, 'PROMETHEUS_HEADERS');
  if (problem !== null) throw new Error(problem);
  return Object.fromEntries([...ofEnvironment, ...given].map(headerParts));
}

export function labelsOf(given: readonly string[] = []): Readonly<Record<string, string>> {
  return Object.fromEntries(given.map(labelParts));
}

function labelsProblem(given: readonly string[]): string | null {
  const seen = new Map<string, string>();
  for (const text of given) {
    const [name, value] = labelParts(text);
    if (!text.includes('=') || !/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name) || name === '__name__')
      return `--prometheus-label ${JSON.stringify(text)}: expected name=value, the name of letters, digits and underscores, such as cluster=prod`;
    if ((seen.get(name) ?? value) !== value)
      return `--prometheus-label ${name}: given as ${JSON.stringify(seen.get(name))} and as ${JSON.stringify(value)}; no series has both`;
    seen.set(name, value);
  }
  return null;
}

/** Set by us or by the way a request is sent; another value would break the request. */
const OURS = new Set([
  'host',
  'content-length',
  'content-type',
  'connection',
  'transfer-encoding',
  'expect',
  'upgrade',
]);

function headersProblem(given: readonly string[], where: string): string | null {
  for (const text of given) {
    const [name, value] = headerParts(text);
    if (!text.includes(':') || !/^[\w!#$%&'*+.^`|~-]+$/.test(name))
      return `${where}: expected 'Name: value', such as 'X-Scope-OrgID: team'`;
    if (!/^[\t\x20-\x7e\x80-\xff]+$/.test(value))
      return `${where} ${name}: expected a value of one line, without control characters or letters beyond Latin-1`;
    if (OURS.has(name.toLowerCase())) return `${where} ${name}: cannot be set, the request has its own`;
  }
  return null;
}

function labelParts(text: string): [string, string] {
  const at = text.indexOf('=');
  return at < 0 ? [text, ''] : [text.slice(0, at).trim(), text.slice(at + 1)];
}

function headerParts(text: string): [string, string] {
  const at = text.indexOf(':');
  return at < 0 ? [text, ''] : [text.slice(0, at).trim(), text.slice(at + 1).trim()];
}

function collect(value: string, all: readonly string[] = []): readonly string[] {
  return [...all, value];
}
