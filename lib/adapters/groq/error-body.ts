// What an error body says, in whichever of the shapes servers give it.

export interface ErrorBody {
  /** Whether it is what an API answers; anything else comes from something in between. */
  readonly isJson: boolean;
  readonly message: string;
  /** `model_not_found`, `400`, `ResourceNotFoundException` …: whatever names the error; empty where nothing does. */
  readonly code: string;
  /** All that tells one error from another, for looking words up in. */
  readonly words: string;
}

type Fields = Readonly<Record<string, unknown>>;

const MAX_LAYERS = 4;
const MAX_DEPTH = 500;
const WORDS_MAX_CHARS = 8_000;

/**
 * `{"error":{"message","type","param","code"}}` (OpenAI, Groq, LiteLLM, Ollama, newer vLLM), the same without the wrapper (older
 * vLLM), in a list (Gemini), as a string or text within text (gateways), `{"error":"…"}` (Ollama's own API, TGI),
 * `{"detail":…}` (FastAPI), `{"errors":[…]}` (Cloudflare), `{"message","__type"}` (AWS).
 */
export function readErrorBody(text: string): ErrorBody {
  const body = parsed(text);
  const fields = fieldsOf(body);
  if (fields === null) return { isJson: typeof body === 'object' && body !== null, message: '', code: '', words: '' };
  const [outer, inner] = fields;
  const message = messageOf(inner) || messageOf(outer);
  const [code, type, param, status] = ['code', 'type', 'param', 'status'].map((name) => word(inner[name]));
  const awsType = word(inner.__type ?? outer.__type).replace(/^.*#/, '');
  const names = [code || word(outer.code), type || awsType, param, status].filter((name) => name !== '');
  return {
    isJson: true,
    message,
    code: code || awsType || word(outer.code) || '',
    words: `${names.join(' ')} ${message}`.slice(0, WORDS_MAX_CHARS),
  };
}

/** JSON, also twice encoded; what is none comes back as null, and so does what is nested like no answer is. */
export function parsed(text: string): unknown {
  let value: unknown = text.replace(/^\uFEFF/, '');
  for (let layer = 0; layer < MAX_LAYERS && typeof value === 'string'; layer++) {
    if (isDeep(value)) return null;
    try {
      value = JSON.parse(value);
    } catch {
      return null;
    }
  }
  return value;
}

/** Reading a hundred thousand brackets takes a tenth of a second, and recursion over them ends the process. */
function isDeep(text: string): boolean {
  let depth = 0;
  for (const [bracket] of text.matchAll(/[[\]{}]/g)) {
    depth += bracket === '[' || bracket === '{' ? 1 : -1;
    if (depth > MAX_DEPTH) return true;
  }
  return false;
}

/** The outermost fields, and those of the error itself. */
function fieldsOf(body: unknown): readonly [Fields, Fields] | null {
  const outer = Array.isArray(body) ? body[0] : body;
  if (!isFields(outer)) return null;
  let inner = outer;
  for (let layer = 0; layer < MAX_LAYERS; layer++) {
    const next: unknown = inner.error ?? (Array.isArray(inner.errors) ? inner.errors[0] : undefined) ?? inner.Output;
    const read = typeof next === 'string' ? (parsed(next) ?? { message: next }) : next;
    if (!isFields(read)) break;
    inner = read;
  }
  return [outer, inner];
}

function messageOf(fields: Fields): string {
  const told = fields.message ?? fields.Message ?? fields.detail ?? fields.msg ?? fields.error_description ?? '';
  if (typeof told === 'string') return told;
  return Array.isArray(told) ? told.map(complaint).join('; ') : word(told);
}

/** `{"loc":["body","temperature"],"msg":"Extra inputs are not permitted","input":…}`: the input is ours and says nothing. */
function complaint(told: unknown): string {
  if (!isFields(told)) return word(told);
  const where = Array.isArray(told.loc) ? `${told.loc.map(word).join('.')}: ` : '';
  return where + word(told.msg ?? told.message);
}

function word(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'number' ? String(value) : '';
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
