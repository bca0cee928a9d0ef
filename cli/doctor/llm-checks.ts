// One real call of the LLM, asked as the advisor asks: does the key work, which model answers, how fast, can we read it.
import { makeGroqModel } from '../../lib/adapters/groq.ts';
import { readSecret } from '../../lib/adapters/secret.ts';
import { makePlainer } from '../../lib/app/advise/plainer.ts';
import type { Model, ModelReply } from '../../lib/app/ports/world.ts';
import type { PresentConfig } from '../../lib/config.ts';
import { systemPrompt } from '../../lib/domain/advice/prompt.ts';
import { ADVICE_SCHEMA, readAdvice } from '../../lib/domain/advice/validation.ts';
import { mayAskWithoutKey } from '../../lib/wire/llm-key.ts';
import { broken, type Check, ok, skipped, warning } from '../check.ts';

/** The advisor gives up after this long, all models together; here each may take as much. */
const TIMEOUT_MS = 5000;
/** A made-up workload with nothing to do, in the layout of the advisor's prompt and under its schema. */
const LIMITS = { current: 3, min: 1, max: 10 };
const QUESTION = {
  system: systemPrompt(),
  user: `Analyze the following Kubernetes deployment autoscaling scenario and provide a recommendation:
- Current Replicas: ${LIMITS.current}
- Min Replicas: ${LIMITS.min}
- Max Replicas: ${LIMITS.max}
- CPU: 55%
**Targets and Limits**
- Target CPU: 70%
- Allowed envelope: 3 to 4`,
  schema: ADVICE_SCHEMA,
  timeoutMs: TIMEOUT_MS,
};

type LlmSettings = Pick<PresentConfig, 'GROQ_API_KEY' | 'GROQ_SECRET_ID' | 'GROQ_BASE_URL' | 'GROQ_MODELS'>;

/** Asks the models in their order until one answers, as the advisor does. Throws nothing. */
export async function llmChecks(config: LlmSettings, now: () => number): Promise<readonly Check[]> {
  const found = await keyOf(config);
  if (found !== null && typeof found !== 'string') return [found];
  const baseUrl = config.GROQ_BASE_URL;
  const model = makeGroqModel({ apiKey: found, ...(baseUrl !== undefined && { baseUrl }) });
  const server = hostOf(baseUrl);
  const where = found === null ? `${server} (without a key: GROQ_API_KEY is not set)` : server;
  const checks: Check[] = [];
  for (const name of config.GROQ_MODELS) {
    const { check, answered } = await askModel(model, name, where, now);
    checks.push(check);
    if (answered) return checks;
  }
  const reasons = checks.map(({ message }) => message).join('; ');
  return [broken('LLM', `no model answers, so rules decide: ${reasons}`, mendFor(reasons, baseUrl))];
}

function hostOf(baseUrl: string | undefined): string {
  if (baseUrl === undefined) return 'api.groq.com';
  return (URL.canParse(baseUrl) && new URL(baseUrl).host) || baseUrl;
}

/** Null where the server may do without. */
async function keyOf(config: LlmSettings): Promise<string | null | Check> {
  if (config.GROQ_API_KEY !== undefined) return config.GROQ_API_KEY;
  const secret = config.GROQ_SECRET_ID;
  const none =
    'rules decide and the LLM takes no part. To turn it on, set GROQ_API_KEY (https://console.groq.com/keys)';
  const without = (why: string) => (mayAskWithoutKey(config) ? null : skipped('LLM', why));
  if (secret === undefined) return without(`there is no key: ${none}`);
  try {
    return (await readSecret(secret)) ?? without(`the secret ${secret} has no value yet: ${none} in it`);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return broken('LLM', message, `aws secretsmanager get-secret-value --secret-id ${secret}`);
  }
}

async function askModel(
  model: Model,
  name: string,
  where: string,
  now: () => number,
): Promise<{ check: Check; answered: boolean }> {
  const asked = now();
  const { reply, without } = await askTwice(model, name);
  const ms = now() - asked;
  const whose = `${name} at ${where}`;
  if (reply.kind === 'text') {
    const left = without.length === 0 ? '' : `, asked without ${without.join(', ')}`;
    return { answered: true, check: readCheck(reply, whose + left, ms) };
  }
  const check = warning('LLM', `${whose}: ${reply.code}, ${reply.detail} (${ms} ms)`, 'remove it from GROQ_MODELS');
  return { answered: false, check };
}

/** A parameter that is refused is left out once, as the advisor does. */
async function askTwice(model: Model, name: string) {
  const plainer = makePlainer();
  const reply = await model.complete({ ...QUESTION, model: name });
  const plain = plainer.after(name, reply);
  if (plain === null) return { reply, without: plainer.without(name) };
  return { reply: await model.complete({ ...QUESTION, model: name, without: plain.without }), without: plain.without };
}

function readCheck({ text, finishReason }: Extract<ModelReply, { kind: 'text' }>, whose: string, ms: number): Check {
  const read = readAdvice(text, LIMITS, { cut: finishReason === 'length' });
  const found = `${whose} answered in ${ms} ms`;
  if (read.ok) return ok('LLM', `${found}, with advice that can be read`);
  return warning('LLM', `${found}, with advice that would be rejected (${read.code}: ${read.detail})`, 'ask once more');
}

function mendFor(reasons: string, baseUrl: string | undefined): string {
  if (/ 401 | 403 |invalid_api_key/.test(reasons))
    return baseUrl === undefined
      ? 'make a new key at https://console.groq.com/keys and set GROQ_API_KEY'
      : 'set GROQ_API_KEY to a key of that server (docs/llm-endpoints.md)';
  if (/GROQ_BASE_URL: give/.test(reasons)) return 'set GROQ_BASE_URL to what comes before /chat/completions';
  if (/: network/.test(reasons))
    return `curl -sS -o /dev/null -w "%{http_code}\\n" ${baseUrl ?? 'https://api.groq.com/openai/v1/models'}`;
  if (/: model_not_found/.test(reasons))
    return baseUrl === undefined
      ? 'set GROQ_MODELS=openai/gpt-oss-20b,openai/gpt-oss-120b'
      : 'set GROQ_MODELS= to models of that server, comma between (docs/llm-endpoints.md)';
  return 'try again in a minute; https://groqstatus.com says whether Groq itself is away';
}
