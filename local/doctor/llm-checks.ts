// One real call of the LLM, asked as the advisor asks: does the key work, which model answers, how fast, can we read it.
import { makeGroqModel } from '../../lib/adapters/groq.ts';
import { readSecret } from '../../lib/adapters/secret.ts';
import type { Model, ModelReply } from '../../lib/app/ports/world.ts';
import type { PresentConfig } from '../../lib/config.ts';
import { ADVICE_SCHEMA, readAdvice } from '../../lib/domain/advice.ts';
import { systemPrompt } from '../../lib/domain/prompt.ts';
import { broken, type Check, ok, skipped, warning } from './check.ts';

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
  const key = await keyOf(config);
  if (typeof key !== 'string') return [key];
  const baseUrl = config.GROQ_BASE_URL;
  const model = makeGroqModel({ apiKey: key, ...(baseUrl !== undefined && { baseUrl }) });
  const where = baseUrl === undefined ? 'api.groq.com' : new URL(baseUrl).host;
  const checks: Check[] = [];
  for (const name of config.GROQ_MODELS) {
    const { check, answered } = await askModel(model, name, where, now);
    checks.push(check);
    if (answered) return checks;
  }
  const reasons = checks.map(({ message }) => message).join('; ');
  return [broken('LLM', `no model answers, so rules decide: ${reasons}`, mendFor(checks))];
}

async function keyOf(config: LlmSettings): Promise<string | Check> {
  if (config.GROQ_API_KEY !== undefined) return config.GROQ_API_KEY;
  const secret = config.GROQ_SECRET_ID;
  const none =
    'rules decide and the LLM takes no part. To turn it on, set GROQ_API_KEY (https://console.groq.com/keys)';
  if (secret === undefined) return skipped('LLM', `there is no key: ${none}`);
  try {
    return (await readSecret(secret)) ?? skipped('LLM', `the secret ${secret} has no value yet: ${none} in it`);
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
  const reply = await model.complete({ ...QUESTION, model: name });
  const ms = now() - asked;
  if (reply.kind === 'text') return { answered: true, check: readCheck(reply, `${name} at ${where}`, ms) };
  const check = warning(
    'LLM',
    `${name} at ${where}: ${reply.code}, ${reply.detail} (${ms} ms)`,
    'remove it from GROQ_MODELS',
  );
  return { answered: false, check };
}

function readCheck({ text, finishReason }: Extract<ModelReply, { kind: 'text' }>, whose: string, ms: number): Check {
  const read = readAdvice(text, LIMITS, { cut: finishReason === 'length' });
  const found = `${whose} answered in ${ms} ms`;
  if (read.ok) return ok('LLM', `${found}, with advice that can be read`);
  return warning('LLM', `${found}, with advice that would be rejected (${read.code}: ${read.detail})`, 'ask once more');
}

function mendFor(checks: readonly Check[]): string {
  const reasons = checks.map(({ message }) => message).join(' ');
  if (/ 401 | 403 |invalid_api_key/.test(reasons))
    return 'make a new key at https://console.groq.com/keys and set GROQ_API_KEY';
  if (/: network/.test(reasons))
    return 'curl -sS -o /dev/null -w "%{http_code}\\n" https://api.groq.com/openai/v1/models';
  if (/: model_not_found/.test(reasons)) return 'set GROQ_MODELS=openai/gpt-oss-20b,openai/gpt-oss-120b';
  return 'try again in a minute; https://groqstatus.com says whether Groq itself is away';
}
