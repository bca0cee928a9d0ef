// What an answer tells of the work it was: tokens as they come, and the server's own figures, without keeping any of it.

export interface Told {
  readonly promptTokens: number | null;
  /** As the server counts them; else as many as pieces came, where it streamed. */
  readonly outputTokens: number | null;
  readonly loadSeconds: number | null;
}

export interface AnswerTap {
  /** @returns tokens that came with this chunk, for all one can see */
  add(chunk: Buffer): number;
  told(): Told;
}

/** Keys of Ollama's last line, of OpenAI's `usage`, and of its newer one; nanoseconds where it is a duration. */
const FIGURE =
  /"(prompt_eval_count|eval_count|load_duration|prompt_tokens|completion_tokens|input_tokens|output_tokens)"\s{0,8}:\s{0,8}(\d{1,15})(?=[\s,}\]])/g;
const PROMPT = ['prompt_eval_count', 'prompt_tokens', 'input_tokens'];
const OUTPUT = ['eval_count', 'completion_tokens', 'output_tokens'];
/** Longer than a key with its figure: what was cut between two chunks is found with the next. */
const CARRIED_CHARS = 80;
/** A piece of an event stream; raw line ends are in no JSON text. */
const EVENT = /(?:^|[\r\n])data: ?\{/g;
const LINE_END = 0x0a;

/**
 * A key is one only with its quote unescaped before a colon: text that a model writes cannot look like it. The last figure
 * counts, as servers put theirs after everything that a model said.
 * @param contentType of the answer
 * @param isReadable false: it is compressed, and tells nothing
 */
export function makeAnswerTap(contentType: string, isReadable: boolean): AnswerTap {
  const figures = new Map<string, number>();
  const isEvents = contentType.includes('event-stream');
  const isLines = contentType.includes('ndjson');
  let pieces = 0;
  let carried = '';
  return {
    add(chunk) {
      if (!isReadable) return 0;
      const text = carried + chunk.toString('latin1');
      for (const match of text.matchAll(FIGURE)) figures.set(match[1] ?? '', Number(match[2]));
      const came = isEvents ? newEvents(text, carried.length) : isLines ? linesIn(chunk) : 0;
      carried = text.slice(-CARRIED_CHARS);
      pieces += came;
      return came;
    },
    told() {
      const of = (keys: readonly string[]) => keys.map((key) => figures.get(key)).find((value) => value !== undefined);
      const load = figures.get('load_duration');
      return {
        promptTokens: of(PROMPT) ?? null,
        outputTokens: of(OUTPUT) ?? (pieces > 0 ? pieces : null),
        loadSeconds: load === undefined ? null : load / 1e9,
      };
    },
  };
}

/** Those that do not end within what was carried: they have been counted. */
function newEvents(text: string, carriedChars: number): number {
  let events = 0;
  for (const { index, 0: match } of text.matchAll(EVENT)) if (index + match.length > carriedChars) events++;
  return events;
}

function linesIn(chunk: Buffer): number {
  let lines = 0;
  for (let at = chunk.indexOf(LINE_END); at >= 0; at = chunk.indexOf(LINE_END, at + 1)) lines++;
  return lines;
}
