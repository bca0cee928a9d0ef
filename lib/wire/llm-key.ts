// Where the LLM's key is, and whether the LLM can be asked at all: with a key, or without one where a server of one's own takes none.
import { makeSecretKey } from '../adapters/secret/kept-key.ts';
import { type ApiKey, fixedKey } from '../app/ports/api-key.ts';
import type { Log } from '../app/ports/world.ts';
import type { Config, LlmConfig } from '../config.ts';

/** Groq takes no call without a key; Ollama and vLLM do, and whoever does not says 401. */
export function mayAskWithoutKey({ GROQ_BASE_URL: baseUrl }: Pick<LlmConfig, 'GROQ_BASE_URL'>): boolean {
  return baseUrl !== undefined && !/(^|\.)groq\.com$/.test(URL.canParse(baseUrl) ? new URL(baseUrl).hostname : '');
}

/** @param apiKey null where there is none */
export function mayAsk(config: Pick<LlmConfig, 'GROQ_BASE_URL'>, apiKey: string | null): boolean {
  return apiKey !== null || mayAskWithoutKey(config);
}

/** Nothing is read before somebody asks: a store of secrets out of reach keeps no function from starting. */
export function llmKeyOf({ GROQ_API_KEY, GROQ_SECRET_ID }: LlmKeyConfig, log: Log): ApiKey {
  if (GROQ_API_KEY !== undefined || GROQ_SECRET_ID === undefined) return fixedKey(GROQ_API_KEY ?? null);
  return makeSecretKey(GROQ_SECRET_ID, { log, now: () => performance.now() });
}

type LlmKeyConfig = Pick<Config, 'GROQ_API_KEY' | 'GROQ_SECRET_ID'>;
