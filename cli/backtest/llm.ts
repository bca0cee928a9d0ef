// The LLM of a backtest: whom to ask, and what that will take.
import { existsSync } from 'node:fs';
import { type LlmConfig, readLlmConfig } from '../../lib/config.ts';
import { mayAskWithoutKey } from '../../lib/wire/llm-key.ts';
import { isStub } from '../../lib/wire/stub.ts';

/** One call per workload in this time, at most. */
const CALL_SECONDS = 300;

/**
 * The LLM of the environment (or .env), as `npm start` and the deployed tick read it.
 * @throws Error in one line where there is no key, or a variable is wrong
 */
export function llmOfEnvironment(): LlmConfig {
  if (existsSync('.env')) process.loadEnvFile('.env');
  const config = readLlmConfig(process.env);
  if (config.GROQ_API_KEY !== undefined || mayAskWithoutKey(config)) return config;
  throw new Error(
    '--llm asks an LLM, and there is no key: set GROQ_API_KEY (https://console.groq.com/keys) in the environment or .env. ' +
      'A server of your own needs none: set GROQ_BASE_URL to it (docs/llm-endpoints.md)',
  );
}

/**
 * What must be known before a server elsewhere is asked; null for a stub on this machine, whose limits pass in simulated time.
 * @param tracesSeconds how long the traces last, all together
 */
export function realCallsWarning(config: LlmConfig, tracesSeconds: number, tickSeconds: number): string | null {
  const { GROQ_BASE_URL: url, GROQ_RPM, GROQ_RPD, GROQ_TPM } = config;
  if (isStub(url)) return null;
  const calls = Math.ceil(tracesSeconds / Math.max(CALL_SECONDS, tickSeconds));
  const host = url === undefined ? 'api.groq.com' : new URL(url).host;
  return (
    `warning: --llm will ask ${host}, and a full replay takes up to ${calls.toLocaleString('en-US')} calls. ` +
    `GROQ_RPM ${GROQ_RPM}, GROQ_RPD ${GROQ_RPD} and GROQ_TPM ${GROQ_TPM} are kept in real time: where they are used up, rules decide. ` +
    'Raise them to what your plan allows, or point GROQ_BASE_URL at a server on this machine, whose limits pass in simulated time'
  );
}
