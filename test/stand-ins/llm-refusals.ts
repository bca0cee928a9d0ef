// Refusals of our own parameters and of models, in the words that are public; the line before each says where they stand.
import { json } from './groq-replies.ts';
import type { GroqReply } from './groq-server.ts';

const openAi = (message: string, more: Readonly<Record<string, unknown>> = {}) => ({
  error: { message, type: 'invalid_request_error', ...more },
});

/** What was refused, and by whom. */
export const PARAMETER_REFUSALS: readonly (readonly [string, string, GroqReply])[] = [
  // Groq, for llama-3.3-70b-versatile
  ['json_schema', 'Groq', json(400, openAi('This model does not support response format `json_schema`.'))],
  // i-am-bee/beeai-framework#1215
  [
    'json_schema',
    'Groq on a schema',
    json(400, openAi('invalid schema for response format: response_format/json_schema/x: minItems is not supported')),
  ],
  // epuerta9/deep-research-py#19
  [
    'response_format',
    'OpenAI',
    json(400, openAi("Invalid value: 'json_object'.", { param: 'response_format.type', code: 'invalid_value' })),
  ],
  // iamsrikanthnani/pluely#242
  ['reasoning_effort', 'Groq', json(400, openAi('`reasoning_effort` is not supported with this model'))],
  // ollama/ollama#12561
  [
    'reasoning_effort',
    'Ollama',
    json(400, {
      error: {
        message: 'think value "low" is not supported for this model',
        type: 'api_error',
        param: null,
        code: null,
      },
    }),
  ],
  // BerriAI/litellm#16265
  [
    'reasoning_effort',
    'xAI',
    json(400, {
      code: 'Client specified an invalid argument',
      error: 'Model grok-4-latest does not support parameter reasoningEffort.',
    }),
  ],
  // 1Panel-dev/MaxKB#2912: older vLLM
  [
    'max_completion_tokens',
    'older vLLM',
    json(400, {
      object: 'error',
      message:
        "[{'type': 'extra_forbidden', 'loc': ('body', 'max_completion_tokens'), 'msg': 'Extra inputs are not permitted', 'input': 800}]",
      type: 'BadRequestError',
      param: null,
      code: 400,
    }),
  ],
  // partITech/php-mistral#76, with a parameter of ours
  [
    'reasoning_effort',
    'Mistral',
    json(422, {
      object: 'Error',
      message: [
        {
          type: 'extra_forbidden',
          loc: ['body', 'reasoning_effort'],
          msg: 'Extra inputs are not permitted',
          input: { temperature: 0.3 },
        },
      ],
      type: 'invalid_request_error',
      code: 3001,
    }),
  ],
  // FastAPI's own form
  [
    'response_format',
    'FastAPI',
    json(422, {
      detail: [
        { type: 'extra_forbidden', loc: ['body', 'response_format'], msg: 'Extra inputs are not permitted', input: {} },
      ],
    }),
  ],
  // OpenAI, for models that reason
  [
    'temperature',
    'OpenAI',
    json(
      400,
      openAi(
        "Unsupported value: 'temperature' does not support 0.3 with this model. Only the default (1) value is supported.",
        { param: 'temperature', code: 'unsupported_value' },
      ),
    ),
  ],
  // BerriAI/litellm#14225, the field being ours: the list behind it names all there are
  [
    'reasoning_effort',
    'Bedrock through LiteLLM',
    json(400, {
      error: {
        message:
          'litellm.BadRequestError: BedrockException - {"message":"The model returned the following errors: Failed to deserialize the JSON body into the target type: reasoning_effort: unknown field `reasoning_effort`, expected one of `messages`, `model`, `max_completion_tokens`, `response_format`, `temperature` at line 1 column 212"}',
        type: null,
        param: null,
        code: '400',
      },
    }),
  ],
  // HunorLaczko/ha-groq-cloud-api#20: JSON modes are made of tool calls
  [
    'response_format',
    'Groq on tools',
    json(400, {
      error: {
        message: 'Tool choice is none, but model called a tool',
        type: 'invalid_request_error',
        code: 'tool_use_failed',
      },
    }),
  ],
  // Groq: the check failed, and nothing was written
  [
    'response_format',
    'Groq on its own check',
    json(400, {
      error: {
        message: 'Failed to generate JSON.',
        type: 'invalid_request_error',
        code: 'json_validate_failed',
        failed_generation: '',
      },
    }),
  ],
  // Gemini's OpenAI-shaped endpoint answers with a list
  [
    'json_schema',
    'Gemini',
    json(400, [
      {
        error: {
          code: 400,
          message: 'Invalid JSON payload received. Unknown name "response_schema" at \'generation_config\'',
          status: 'INVALID_ARGUMENT',
        },
      },
    ]),
  ],
];

/** Models that are gone or not allowed: the next one is asked. */
export const MODEL_REFUSALS: readonly (readonly [string, GroqReply])[] = [
  [
    'Ollama',
    json(404, {
      error: {
        message: 'model "gpt-oss:20b" not found, try pulling it first',
        type: 'api_error',
        param: null,
        code: null,
      },
    }),
  ],
  ["Ollama's own API", json(404, { error: "model 'gpt-oss:20b' not found" })],
  [
    'older vLLM',
    json(404, {
      object: 'error',
      message: 'The model `x` does not exist.',
      type: 'NotFoundError',
      param: null,
      code: 404,
    }),
  ],
  [
    'newer vLLM',
    json(404, {
      error: { message: 'The model `x` does not exist.', type: 'NotFoundError', param: 'model', code: 404 },
    }),
  ],
  // runpod-workers/worker-vllm#57
  [
    'RunPod, which answers 200',
    json(200, {
      code: 404,
      message: 'The model `x` does not exist.',
      object: 'error',
      param: null,
      type: 'NotFoundError',
    }),
  ],
  [
    'LiteLLM',
    json(400, {
      error: {
        message:
          '/chat/completions: Invalid model name passed in model=x. Call `/v1/models` to view available models for your key.',
        type: 'invalid_request_error',
        param: 'model',
        code: '400',
      },
    }),
  ],
  // BerriAI/litellm#3142
  [
    'older LiteLLM',
    json(400, {
      error: {
        message: "400: {'error': 'Invalid model name passed in model=Lite-GPT-12'}",
        type: 'None',
        param: 'None',
        code: 400,
      },
    }),
  ],
  [
    'LiteLLM, not for this key',
    json(401, {
      error: {
        message: "key not allowed to access model. This key can only access models=['a']. Tried to access x",
        type: 'key_model_access_denied',
        param: 'model',
        code: '401',
      },
    }),
  ],
  [
    'Bedrock',
    json(404, {
      error: {
        message: "The model doesn't exist or doesn't support this API. Retry your request with a different model ID.",
        type: 'not_found_error',
        param: null,
        code: 'model_not_found',
      },
    }),
  ],
  [
    'Bedrock, no such id',
    json(400, { __type: 'ValidationException', message: 'The provided model identifier is invalid.' }),
  ],
  ['Bedrock, no access', json(403, { message: "You don't have access to the model with the specified model ID." })],
  [
    'Bedrock, a profile is needed',
    json(400, {
      message:
        "Invocation of model ID x with on-demand throughput isn't supported. Retry your request with the ID or ARN of an inference profile that contains this model.",
    }),
  ],
  [
    'Bedrock, end of life',
    json(404, { __type: 'ResourceNotFoundException', message: 'This model version has reached the end of its life.' }),
  ],
  [
    'Azure',
    json(404, {
      error: { code: 'DeploymentNotFound', message: 'The API deployment for this resource does not exist.' },
    }),
  ],
  [
    'Gemini, in a list',
    json(404, [{ error: { code: 404, message: 'models/x is not found for API version v1main', status: 'NOT_FOUND' } }]),
  ],
  [
    'LM Studio',
    json(400, {
      error: {
        message: 'Invalid model identifier "x". Please specify a valid downloaded model',
        type: 'invalid_request_error',
        param: 'model',
        code: 'model_not_found',
      },
    }),
  ],
  ['OpenRouter', json(404, { error: { message: 'No endpoints found for x.', code: 404 } })],
];

/** Addresses where nothing speaks of models. */
export const PATH_REFUSALS: readonly (readonly [string, GroqReply])[] = [
  ['FastAPI', json(404, { detail: 'Not Found' })],
  ['gin', { kind: 'send', status: 404, body: '404 page not found', contentType: 'text/plain' }],
  [
    'nginx',
    { kind: 'send', status: 404, body: '<html><h1>404 Not Found</h1><hr>nginx</html>', contentType: 'text/html' },
  ],
  ['nobody at all', { kind: 'send', status: 404, body: '' }],
  ['AWS', json(404, { Output: { __type: 'com.amazon.coral.service#UnknownOperationException' }, Version: '1.0' })],
  ['OpenAI', json(404, openAi('Invalid URL (POST /chat/completions)'))],
  ['a web server', { kind: 'send', status: 405, body: '<h1>Method Not Allowed</h1>', contentType: 'text/html' }],
  [
    'express',
    { kind: 'send', status: 404, body: '<pre>Cannot POST /openai/v1/chat/completions</pre>', contentType: 'text/html' },
  ],
  [
    'Spring',
    json(404, {
      timestamp: '2026-11-26T00:00:00Z',
      status: 404,
      error: 'Not Found',
      path: '/openai/v1/chat/completions',
    }),
  ],
];
