// What a model takes, by its family: each vendor spells the same weights in its own way.

interface Capabilities {
  /** Whether it answers under a strict JSON schema; else it is asked for any JSON object. */
  readonly strictSchema: boolean;
  /** How much it should reason; null where it takes no such wish. */
  readonly reasoningEffort: 'low' | null;
}

/**
 * `openai/gpt-oss-20b` (Groq), `gpt-oss:20b` (Ollama), `openai.gpt-oss-20b-1:0` (Bedrock), `groq/openai/gpt-oss-20b` (LiteLLM),
 * `@cf/openai/gpt-oss-20b`, `accounts/fireworks/models/gpt-oss-20b`, `gpt-oss-20b-maas`, `unsloth/gpt-oss-20b-GGUF` …
 */
const GPT_OSS = /(?<![a-z0-9])gpt[-_. ]?oss(?![a-z])/i;
/** The sibling that classifies by a policy of its own: no strict schema. */
const SAFEGUARD = /safe[-_. ]?guard/i;
/** The sizes that are served under a strict schema; a tag without one (`gpt-oss:latest`) is one of them. */
const OTHER_SIZE = /oss[-_.: ](?!20b|120b)\d+b/i;

/** Unknown families are asked as plainly as can be; whatever a server refuses all the same is then left out. */
export function capabilitiesOf(model: string): Capabilities {
  if (!GPT_OSS.test(model)) return { strictSchema: false, reasoningEffort: null };
  return { strictSchema: !SAFEGUARD.test(model) && !OTHER_SIZE.test(model), reasoningEffort: 'low' };
}
