// What to do about an LLM server that does not answer as it should: the last words of each failure.

const KEY = 'check GROQ_API_KEY (on AWS the secret that GROQ_SECRET_ID names)';
const PLACE = 'check GROQ_BASE_URL';
const WAY_OUT = 'check the way out: NAT, firewall, proxy';

/**
 * @param status of the HTTP answer
 * @param isJson whether its body is what an API answers; anything else comes from something in between
 */
export function remedyForStatus(status: number, isJson: boolean): string {
  if (status === 401) return KEY;
  if (status === 403) return `${KEY} and what its project may use, and ${WAY_OUT}`;
  if (!isJson) return `no API answers so, but a proxy or a sign-in page: ${PLACE}, and ${WAY_OUT}`;
  if (status === 404) return 'check GROQ_MODELS';
  if (status === 413) return 'prompt and answer exceed the tokens per minute of this plan: set GROQ_TPM to its limit';
  if (status === 429) return "Groq's own limit: ask for fewer workloads (llm: off) or raise the plan";
  if (status >= 500 || status === 408 || status === 498)
    return 'nothing to do here but wait; https://groqstatus.com says more';
  return `${PLACE} and GROQ_MODELS: the server does not take what it was asked`;
}

/** @param cause the error's code as Node tells it, such as `ENOTFOUND`; null where there is none */
export function remedyForCause(cause: string | null): string {
  if (cause === 'ENOTFOUND' || cause === 'EAI_AGAIN') return `its name cannot be resolved: ${PLACE}, and the DNS`;
  if (cause !== null && /CERT|SSL|TLS|SIGNED/.test(cause))
    return `its certificate is not trusted: ${PLACE}, and whether a proxy opens TLS (NODE_EXTRA_CA_CERTS)`;
  return `${PLACE}, and ${WAY_OUT}`;
}

/** Where not even the model was looked for, only the path of the base URL can be wrong. */
export const REMEDY_FOR_PATH = `${PLACE}: give what comes before /chat/completions, such as http://host:8000/v1`;
export const REMEDY_FOR_REDIRECT = `${PLACE}: give the address it leads to`;
export const REMEDY_FOR_URL = `${PLACE}: give http(s)://HOST/v1, without user and password; a key goes into GROQ_API_KEY`;
export const REMEDY_FOR_PAGE = remedyForStatus(200, false);
export const REMEDY_FOR_TIMEOUT = `if it stays so, ${WAY_OUT}`;
