// Servers shaped like Bedrock's, LiteLLM, vLLM and Ollama: nobody ran them here, their answers are in the shapes that are public.
// Each says where its shapes are documented. They stand in for the vendors' HTTP, never for their models.
import { json } from './groq-replies.ts';
import type { GroqReply, GroqRequest, GroqScript, Place } from './groq-server.ts';

interface Vendor {
  readonly name: string;
  /** What to put behind the host in GROQ_BASE_URL. */
  readonly root: string;
  /** As this vendor spells it. */
  readonly model: string;
  readonly place: Place;
  /** The vendor around an answer: it knows `model` and no other, and what it refuses it refuses as it does. */
  script(answer: GroqScript): GroqScript;
  unknownModel(model: string): GroqReply;
}

function text(status: number, body: string): GroqReply {
  return { kind: 'send', status, body, contentType: 'text/plain' };
}

/** The content of a completion, changed on its way out. */
function changed(reply: GroqReply, change: (message: Record<string, unknown>) => Record<string, unknown>): GroqReply {
  if (reply.kind !== 'send' || reply.status !== 200) return reply;
  const body = JSON.parse(reply.body);
  const choices = body.choices.map((choice: { message: Record<string, unknown> }) => ({
    ...choice,
    message: change(choice.message),
  }));
  return { ...reply, body: JSON.stringify({ ...body, choices }) };
}

function ofModel(vendor: Pick<Vendor, 'model' | 'unknownModel'>, answer: GroqScript): GroqScript {
  return (request) => (request.model === vendor.model ? answer(request) : vendor.unknownModel(request.model));
}

const GROQ: Vendor = {
  name: 'groq',
  root: '',
  model: 'openai/gpt-oss-20b',
  place: {
    paths: ['/openai/v1/chat/completions'],
    elsewhere: (path) =>
      json(404, {
        error: { message: `Unknown request URL: POST ${path}.`, type: 'invalid_request_error', code: 'unknown_url' },
      }),
  },
  script: (answer) => answer,
  unknownModel: (model) =>
    json(404, { error: { message: `The model \`${model}\` does not exist.`, code: 'model_not_found' } }),
};

/**
 * Model errors: ollama/ollama#12561 and netease-youdao/QAnything#555 (`type` api_error, `code` null); other paths are gin's plain 404.
 * Reasoning comes in `reasoning` (ollama/ollama#15288). `"llama3.1:8b" does not support thinking`: Gitlawb/openclaude#1371.
 */
const OLLAMA: Vendor = {
  name: 'ollama',
  root: '/v1',
  model: 'gpt-oss:20b',
  place: { paths: ['/v1/chat/completions'], elsewhere: () => text(404, '404 page not found') },
  script: (answer) =>
    ofModel(OLLAMA, (request) =>
      changed(answer(request), (message) => ({ ...message, reasoning: 'First {"action":"scale_down"} … no.' })),
    ),
  unknownModel: (model) =>
    json(404, {
      error: {
        message: `model "${model}" not found, try pulling it first`,
        type: 'api_error',
        param: null,
        code: null,
      },
    }),
};

/** Model errors: vllm-project/vllm#3485, #3486. Other paths: FastAPI's (vllm-project/vllm#5082). `reasoning_content`: vLLM's documentation. */
const VLLM: Vendor = {
  name: 'vllm',
  root: '/v1',
  model: 'openai/gpt-oss-20b',
  place: { paths: ['/v1/chat/completions'], elsewhere: () => json(404, { detail: 'Not Found' }) },
  script: (answer) =>
    ofModel(VLLM, (request) =>
      changed(answer(request), (message) => ({ ...message, reasoning_content: 'Scale to 3? No.', tool_calls: [] })),
    ),
  unknownModel: (model) =>
    json(404, {
      object: 'error',
      message: `The model \`${model}\` does not exist.`,
      type: 'NotFoundError',
      param: null,
      code: 404,
    }),
};

/**
 * Unknown models: BerriAI/litellm#13593, #3142. `reasoning_effort` refused for groq: #14163. `/openai/…` is handed on to OpenAI
 * (litellm/proxy/pass_through_endpoints/llm_passthrough_endpoints.py): without OPENAI_API_KEY it says so.
 */
const LITELLM: Vendor = {
  name: 'litellm',
  root: '/v1',
  model: 'groq/openai/gpt-oss-20b',
  place: {
    paths: ['/v1/chat/completions', '/chat/completions'],
    elsewhere: (path) =>
      path.startsWith('/openai/')
        ? litellmError(500, "Required 'OPENAI_API_KEY' in environment to make pass-through calls to OpenAI.", 'None')
        : json(404, { detail: 'Not Found' }),
  },
  script: (answer) =>
    ofModel(LITELLM, (request) =>
      request.body.reasoning_effort === undefined ? answer(request) : unsupported(request),
    ),
  unknownModel: (model) =>
    litellmError(
      400,
      `/chat/completions: Invalid model name passed in model=${model}. Call \`/v1/models\` to view available models for your key.`,
      'invalid_request_error',
    ),
};

function litellmError(status: number, message: string, type: string | null): GroqReply {
  return json(status, { error: { message, type, param: null, code: String(status) } });
}

function unsupported({ model }: GroqRequest): GroqReply {
  const message =
    `litellm.UnsupportedParamsError: groq does not support parameters: ['reasoning_effort'], for model=${model}. ` +
    'To drop these, set `litellm.drop_params=True` or for proxy:\n\n`litellm_settings:\n drop_params: true`\n. \n ' +
    "If you want to use these params dynamically send allowed_openai_params=['reasoning_effort'] in your request.. " +
    `Received Model Group=${model}\nAvailable Model Group Fallbacks=None`;
  return litellmError(400, message, null);
}

/**
 * Unknown models: aws-samples/bedrock-access-gateway#185; other paths: BerriAI/litellm#13618. Reasoning before the answer in
 * `<reasoning>`: the AWS user guide's example of gpt-oss. Addresses: "Inference using Chat Completions API" there.
 */
const BEDROCK: Vendor = {
  name: 'bedrock',
  root: '/openai/v1',
  model: 'openai.gpt-oss-20b-1:0',
  place: {
    paths: ['/openai/v1/chat/completions'],
    elsewhere: () =>
      json(404, { Output: { __type: 'com.amazon.coral.service#UnknownOperationException' }, Version: '1.0' }),
  },
  script: (answer) =>
    ofModel(BEDROCK, (request) =>
      changed(answer(request), (message) => ({
        ...message,
        content: `<reasoning>The load is high.</reasoning>${message.content}`,
      })),
    ),
  unknownModel: () =>
    json(404, {
      error: {
        message: "The model doesn't exist or doesn't support this API. Retry your request with a different model ID.",
        type: 'not_found_error',
        param: null,
        code: 'model_not_found',
      },
    }),
};

export const VENDORS = { groq: GROQ, bedrock: BEDROCK, litellm: LITELLM, vllm: VLLM, ollama: OLLAMA } as const;
