// What a request body asks of which model: Ollama's and OpenAI's shapes, as far as the body was seen.
import { type Path, scanJson } from './json-scan.ts';

export interface Asked {
  /** As it was written: to be looked up in a closed set, and kept nowhere. */
  readonly model: string;
  /** The newest thing that is asked, and everything that comes with it. */
  readonly task: string;
  readonly context: readonly string[];
  readonly images: number;
  readonly maxTokens: number | null;
  /** Bytes of the body of which only the number is known. */
  readonly unseenBytes: number;
}

/** Of every dialect: what they call the same thing does not clash. */
const TASKS: ReadonlySet<string | number> = new Set(['prompt', 'input']);
const CONTEXTS: ReadonlySet<string | number> = new Set([
  'system',
  'instructions',
  'suffix',
  'tools',
  'functions',
  'documents',
]);
const LIMITS = new Set(['max_tokens', 'max_completion_tokens', 'max_output_tokens', 'num_predict']);
const IMAGES = new Set(['images', 'image_url', 'input_image', 'source']);

interface Message {
  role: string;
  readonly texts: string[];
}

/**
 * @param head the first bytes of the body
 * @param totalBytes of the whole body
 */
export function readAsked(head: Buffer, totalBytes: number): Asked {
  const found = { model: '', images: 0, maxTokens: null as number | null };
  const tasks: string[] = [];
  const context: string[] = [];
  const messages = new Map<string, Message>();
  const text = (path: Path, value: string): void => {
    const first = path[0] ?? '';
    if (path.length === 1 && first === 'model') found.model = value;
    else if (isImage(path)) found.images++;
    else if (isMessage(path)) addToMessage(messages, path, value);
    else if (TASKS.has(first)) tasks.push(value);
    else if (CONTEXTS.has(first) && isProse(path)) context.push(value);
  };
  scanJson(head.toString('utf8'), (path, value) => {
    if (typeof value === 'string') text(path, value);
    else if (typeof value === 'number' && value >= 0 && isLimit(path)) found.maxTokens = value;
  });
  const { task, rest } = taskOf(tasks, [...messages.values()]);
  return { ...found, task, context: [...context, ...rest], unseenBytes: totalBytes - head.length };
}

/** `options.num_predict` is Ollama's; -1 there is no limit. */
function isLimit(path: Path): boolean {
  const key = path.at(-1);
  return typeof key === 'string' && LIMITS.has(key) && (path.length === 1 || path[0] === 'options');
}

/** Each is one text: base64, or a URL. What lies beside it (`detail`, `media_type`) is short and no prose. */
function isImage(path: Path): boolean {
  const at = path.findIndex((part) => typeof part === 'string' && IMAGES.has(part));
  if (at < 0 || path[0] === 'tools') return false;
  const key = path.at(-1);
  return typeof key === 'number' || key === 'url' || key === 'data' || key === 'image_url';
}

/** `messages[i]…`, and `input[i]…` where a part of it has fields, as in OpenAI's responses. */
function isMessage([first, second, ...rest]: Path): boolean {
  return typeof second === 'number' && (first === 'messages' || (first === 'input' && rest.length > 0));
}

function addToMessage(messages: Map<string, Message>, path: Path, value: string): void {
  const index = `${path[0]}${path[1]}`;
  const message = messages.get(index) ?? { role: '', texts: [] };
  messages.set(index, message);
  if (path.length === 3 && path[2] === 'role') message.role = value.slice(0, 20);
  else if (isProse(path)) message.texts.push(value);
}

/** Kinds and ids are no text that anybody asks. */
function isProse(path: Path): boolean {
  const key = path.at(-1);
  return key !== 'type' && key !== 'id' && key !== 'role' && key !== 'media_type' && key !== 'detail';
}

/** The last message of a user; where no role was seen, the last one. */
function taskOf(tasks: readonly string[], messages: readonly Message[]) {
  if (messages.length === 0) return { task: tasks.join('\n'), rest: [] };
  const asked = messages.findLast(({ role }) => role === 'user') ?? messages.at(-1);
  const rest = messages.filter((message) => message !== asked).flatMap(({ texts }) => texts);
  return { task: [...tasks, ...(asked?.texts ?? [])].join('\n'), rest };
}
