// Whether the LLM can be asked at all: with a key, or without one where a server of one's own takes none.
import type { LlmConfig } from '../config.ts';

/** Groq takes no call without a key; Ollama and vLLM do, and whoever does not says 401. */
export function mayAskWithoutKey({ GROQ_BASE_URL: baseUrl }: Pick<LlmConfig, 'GROQ_BASE_URL'>): boolean {
  return baseUrl !== undefined && !/(^|\.)groq\.com$/.test(URL.canParse(baseUrl) ? new URL(baseUrl).hostname : '');
}

/** @param apiKey null where there is none */
export function mayAsk(config: Pick<LlmConfig, 'GROQ_BASE_URL'>, apiKey: string | null): boolean {
  return apiKey !== null || mayAskWithoutKey(config);
}
