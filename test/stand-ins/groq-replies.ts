// What Groq is known to answer, and what a server in its place might: canned, one name per case.
import type { GroqReply, GroqRequest } from './groq-server.ts';

/** A completion with this text, shaped as in seed 2, appendix C, plus what today's API adds. */
export function completion(content: string, finishReason = 'stop', model = 'openai/gpt-oss-20b'): GroqReply {
  const message = { role: 'assistant', content };
  return json(200, {
    id: 'chatcmpl-abc123',
    object: 'chat.completion',
    created: 1701234567,
    model,
    choices: [{ index: 0, message, logprobs: null, finish_reason: finishReason }],
    usage: { prompt_tokens: 450, completion_tokens: 180, total_tokens: 630, queue_time: 0.01, total_time: 0.4 },
    system_fingerprint: 'fp_stand_in',
    x_groq: { id: 'req_stand_in' },
  });
}

export function json(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): GroqReply {
  return { kind: 'send', status, body: JSON.stringify(body), headers };
}

function failed(status: number, code: string | null, message: string, headers: Readonly<Record<string, string>> = {}) {
  return json(
    status,
    { error: { message, type: 'invalid_request_error', ...(code === null ? {} : { code }) } },
    headers,
  );
}

export function modelNotFound({ model }: Pick<GroqRequest, 'model'>): GroqReply {
  return failed(404, 'model_not_found', `The model \`${model}\` does not exist or you do not have access to it.`);
}

export function modelDecommissioned({ model }: Pick<GroqRequest, 'model'>): GroqReply {
  return failed(
    400,
    'model_decommissioned',
    `The model \`${model}\` has been decommissioned and is no longer supported.`,
  );
}

export function jsonValidateFailed(generation: string): GroqReply {
  const message = "Failed to generate JSON. Please adjust your prompt. See 'failed_generation' for more details.";
  const error = { message, type: 'invalid_request_error', code: 'json_validate_failed', failed_generation: generation };
  return json(400, { error });
}

export function rateLimited(headers: Readonly<Record<string, string>>): GroqReply {
  return failed(
    429,
    'rate_limit_exceeded',
    'Rate limit reached for model in organization on tokens per minute.',
    headers,
  );
}

export const TOO_MANY_TOKENS = failed(413, 'rate_limit_exceeded', 'Request too large: Limit 8000, Requested 9100.');
export const FLEX_CAPACITY = failed(498, 'capacity_exceeded', 'Flex tier capacity exceeded.');
export const SERVER_ERROR = failed(500, null, 'Internal Server Error');
export const UNAVAILABLE = failed(503, null, 'Service Unavailable');
export const UNAUTHORIZED = failed(401, 'invalid_api_key', 'Invalid API Key');
export const FORBIDDEN_PAGE: GroqReply = html(403, '<title>Access denied</title> error code: 1010');
export const NOT_FOUND_PAGE: GroqReply = html(404, '<html><h1>404 Not Found</h1><hr>nginx</html>');
export const UNKNOWN_URL = failed(404, 'unknown_url', 'Unknown request URL: POST /v2/chat/completions.');
export const HTML_OK: GroqReply = html(200, '<html><body>Sign in to the hotel network</body></html>');
export const HTML_BAD_GATEWAY: GroqReply = html(502, '<html><body><h1>502 Bad Gateway</h1></body></html>');
export const INVALID_JSON: GroqReply = { kind: 'send', status: 200, body: '{"id":"chatcmpl-abc123","choices":[' };
export const NO_BODY: GroqReply = { kind: 'send', status: 200, body: '' };
export const NO_CHOICES = json(200, { id: 'chatcmpl-abc123', object: 'chat.completion', choices: [] });
export const WRONG_SHAPE = json(200, { choices: 'none', usage: 7 });
export const CUT_EMPTY = completion('', 'length');
export const TEN_MEGABYTES = completion('scale '.repeat(1_700_000));
export const HANG: GroqReply = { kind: 'hang' };
export const STALL: GroqReply = { kind: 'stall' };
export const CUT: GroqReply = { kind: 'cut' };
export const CUT_MID_BODY: GroqReply = { kind: 'cut', midBody: true };

function html(status: number, body: string): GroqReply {
  return { kind: 'send', status, body, contentType: 'text/html' };
}
