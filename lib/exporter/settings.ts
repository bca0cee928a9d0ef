// The exporter's environment, read once: every mistake at once, each with its variable, what it was and what is expected.
import { readScalingPolicy } from '../complexity-config/read-scaling-policy.ts';
import { MODEL_NAME } from '../complexity-config/scaling-policy-schema.ts';
import { DEFAULT_SCALING_POLICY, type ScalingPolicy } from '../domain/complexity/scaling-policy.ts';
import { cleanText } from '../domain/text/clean-text.ts';
import { isLoopback } from './host-check.ts';
import { liteLlmAddress, ollamaAddress, originOf, type Upstream } from './upstream-address.ts';

export interface ExporterSettings {
  /** At least one. */
  readonly upstreams: readonly Upstream[];
  /** Address that both ports listen on. */
  readonly bind: string;
  readonly proxyPort: number;
  readonly metricsPort: number;
  /** Labels beside the models that the policy weighs. */
  readonly models: readonly string[];
  readonly policy: ScalingPolicy;
  /** File of what is learned. */
  readonly state: string | null;
  /** The model server's own metrics. */
  readonly upstreamMetrics: string | null;
  readonly silenceSeconds: number;
  readonly graceSeconds: number;
  /** Of one request body, and of all together. */
  readonly headBytes: number;
  readonly allHeadsBytes: number;
  readonly processMetrics: boolean;
  /** Variables of our own prefix that mean nothing. */
  readonly unknown: readonly string[];
}

type Environment = Readonly<Record<string, string | undefined>>;

const MOST_MODELS = 50;
const LONGEST_QUOTE = 60;
/** The value that a Service called litebrain-metrics gives LITEBRAIN_METRICS_PORT where nobody else does. */
const LINK = /^(tcp|udp|sctp):\/\/\S+:\d+$/;
/** What Kubernetes puts into every pod of a namespace with a Service of that name. */
const SERVICE_LINK = /_(SERVICE_(HOST|PORT)|PORT)(_|$)/;

/** An empty variable is one that is not set. */
export function readSettings(environment: Environment): ExporterSettings | { readonly mistakes: readonly string[] } {
  const mistakes: string[] = [];
  const asked = new Set<string>();
  const said = (name: string) => {
    asked.add(name);
    const text = environment[name]?.trim() ?? '';
    return text === '' || LINK.test(text) ? undefined : text;
  };
  const wrong = (name: string, expected: string): void => {
    mistakes.push(`${name}: it is "${quoted(said(name) ?? '')}"; expected ${expected}`);
  };
  const whole = (name: string, low: number, high: number, fallback: number): number => {
    const text = said(name);
    if (text === undefined) return fallback;
    if (/^\d{1,10}$/.test(text) && Number(text) >= low && Number(text) <= high) return Number(text);
    wrong(name, `a whole number from ${low} to ${high}`);
    return fallback;
  };
  const upstreams = readUpstreams(said, wrong);
  const bind = said('LITEBRAIN_BIND') ?? '127.0.0.1';
  if (!/^[\w.:-]{1,253}$/.test(bind)) wrong('LITEBRAIN_BIND', 'an address to listen on, such as 127.0.0.1 or 0.0.0.0');
  const proxyPort = whole('LITEBRAIN_PROXY_PORT', 0, 65_535, 11_435);
  const metricsPort = whole('LITEBRAIN_METRICS_PORT', 0, 65_535, 9090);
  if (proxyPort === metricsPort && proxyPort !== 0)
    mistakes.push(`LITEBRAIN_METRICS_PORT: it is ${metricsPort}, as LITEBRAIN_PROXY_PORT is; expected another port`);
  for (const { variable, hostname, port } of upstreams)
    if (port === proxyPort && isLoopback(hostname))
      wrong(variable, `the model server; port ${port} of this machine is the exporter's own (LITEBRAIN_PROXY_PORT)`);
  const settings: Omit<ExporterSettings, 'unknown'> = {
    upstreams,
    bind,
    proxyPort,
    metricsPort,
    models: readModels(said, wrong),
    policy: readPolicy(said, mistakes),
    state: said('LITEBRAIN_STATE') ?? null,
    upstreamMetrics: readUpstreamMetrics(said, wrong, upstreams),
    silenceSeconds: whole('LITEBRAIN_TIMEOUT_SECONDS', 1, 86_400, 600),
    graceSeconds: whole('LITEBRAIN_GRACE_SECONDS', 0, 3600, 25),
    headBytes: 1024 * whole('LITEBRAIN_BODY_KB', 1, 65_536, 256),
    allHeadsBytes: 1024 * 1024 * whole('LITEBRAIN_BODIES_MB', 1, 65_536, 64),
    processMetrics: readFlag(said, wrong, 'LITEBRAIN_PROCESS_METRICS'),
  };
  const unknown = Object.keys(environment).filter(
    (name) => name.startsWith('LITEBRAIN_') && !asked.has(name) && !SERVICE_LINK.test(name),
  );
  return mistakes.length > 0
    ? { mistakes }
    : { ...settings, unknown: unknown.map((name) => cleanText(name, LONGEST_QUOTE)) };
}

/** What may be a password is not shown, however it got there. */
function quoted(text: string): string {
  return cleanText(text.replace(/[^/]*@/g, '…@'), LONGEST_QUOTE);
}

type Said = (name: string) => string | undefined;
type Wrong = (name: string, expected: string) => void;

/** Without either variable: Ollama where it listens by itself. */
function readUpstreams(said: Said, wrong: Wrong): readonly Upstream[] {
  const liteLlm = said('LITELLM_BASE_URL');
  const ollama = said('OLLAMA_HOST') ?? (liteLlm === undefined ? '127.0.0.1' : undefined);
  const fromOllama = ollama === undefined ? null : ollamaAddress(ollama);
  const fromLiteLlm = liteLlm === undefined ? null : liteLlmAddress(liteLlm);
  if (ollama !== undefined && fromOllama === null)
    wrong('OLLAMA_HOST', 'a host such as 127.0.0.1:11434 or http://ollama:11434, without user, password or query');
  if (liteLlm !== undefined && fromLiteLlm === null)
    wrong('LITELLM_BASE_URL', 'a URL such as http://litellm:4000, without user, password or query');
  return [fromOllama, fromLiteLlm].filter((upstream) => upstream !== null);
}

function readModels(said: Said, wrong: Wrong): readonly string[] {
  const models = (said('LITEBRAIN_MODELS') ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  if (models.length > MOST_MODELS || models.some((name) => !MODEL_NAME.test(name)))
    wrong(
      'LITEBRAIN_MODELS',
      `at most ${MOST_MODELS} names of models with commas between, such as qwen2.5:3b,codellama`,
    );
  return models;
}

function readPolicy(said: Said, mistakes: string[]): ScalingPolicy {
  const text = said('LITEBRAIN_POLICY');
  if (text === undefined) return DEFAULT_SCALING_POLICY;
  const read = readScalingPolicy(text);
  if (!('mistakes' in read)) return read;
  for (const { path, message } of read.mistakes)
    mistakes.push(`LITEBRAIN_POLICY: ${path.length > 0 ? `${path.join('.')} ` : ''}${cleanText(message, 400)}`);
  return DEFAULT_SCALING_POLICY;
}

/** `auto`: beside the model server's own endpoints, where vLLM has them. */
function readUpstreamMetrics(said: Said, wrong: Wrong, [first]: readonly Upstream[]): string | null {
  const text = said('LITEBRAIN_UPSTREAM_METRICS');
  if (text === undefined) return null;
  if (text === 'auto') return first === undefined ? null : `${originOf(first)}${first.path}/metrics`;
  if (/^https?:\/\//i.test(text) && URL.canParse(text) && !/[@\s]/.test(text)) return text;
  wrong('LITEBRAIN_UPSTREAM_METRICS', 'auto, or a URL such as http://vllm:8000/metrics, without user or password');
  return null;
}

function readFlag(said: Said, wrong: Wrong, name: string): boolean {
  const text = said(name);
  if (text !== undefined && text !== 'true' && text !== 'false') wrong(name, 'true or false');
  return text === 'true';
}
