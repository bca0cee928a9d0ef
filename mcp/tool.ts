// A tool as this room has them: one effect, an input and an output that are checked, and one line that says it without any name.
import type { CallToolResult, McpServer } from '@modelcontextprotocol/server';
import type * as z from 'zod';
import { announced } from './announced.ts';
import type { Ask } from './ask.ts';
import { cleaned, DATA_NOTE } from './data.ts';
import { Refusal } from './refusal.ts';

/** What a call is made of beside its input. */
export interface Calling {
  readonly ask: Ask;
  /** The cluster that is meant where none is named; null where it must be named, or be the only one. */
  readonly cluster: string | null;
  readonly now: () => number;
}

interface Told<Output> {
  /** Numbers and words of ours only. */
  readonly line: string;
  readonly output: Output;
}

export interface Tool<Input extends z.ZodObject = z.ZodObject, Output extends z.ZodObject = z.ZodObject> {
  readonly name: string;
  readonly title: string;
  /** Short: an agent reads all of them before each call. */
  readonly description: string;
  readonly input: Input;
  /** Texts that are not ours are below `data`, and nowhere else. */
  readonly output: Output;
  /** Registered only where writing is allowed. */
  readonly isWriting: boolean;
  /** Whether a second call with the same input changes nothing more. */
  readonly isIdempotent: boolean;
  /** @throws Refusal, and whatever `ask` throws */
  call(calling: Calling, input: z.output<Input>): Promise<Told<z.input<Output>>>;
}

/** A tool with its schemas as the protocol announces them. */
export interface Made extends Tool {
  readonly inputSchema: ReturnType<typeof announced>;
  readonly outputSchema: ReturnType<typeof announced>;
}

/** Holds a tool's call to the tool's own schemas. */
export function tool<Input extends z.ZodObject, Output extends z.ZodObject>(one: Tool<Input, Output>): Made {
  const inputSchema = announced(one.input);
  return { ...(one as unknown as Tool), inputSchema, outputSchema: announced(one.output, true) };
}

export function register(server: McpServer, one: Made, calling: Calling): void {
  const { name, title, description, inputSchema, outputSchema, isWriting, isIdempotent } = one;
  const annotations = {
    title,
    readOnlyHint: !isWriting,
    // What is written waits for a person, or ends by itself.
    destructiveHint: false,
    idempotentHint: isIdempotent,
    openWorldHint: true,
  };
  server.registerTool(name, { title, description, inputSchema, outputSchema, annotations }, (given) =>
    answered(one, calling, given),
  );
}

async function answered(
  one: Tool,
  calling: Calling,
  input: Readonly<Record<string, unknown>>,
): Promise<CallToolResult> {
  try {
    const { line, output } = await one.call(calling, input);
    const { data, ...ours } = output;
    const checked = one.output.safeParse({ ...ours, data: cleaned(data) });
    if (!checked.success)
      throw new Refusal(
        'The API answered in a form that this release does not know',
        'tell a person that the MCP server and the API are of different releases.',
      );
    const structuredContent = checked.data;
    // Clients that hand on texts alone are given the same as JSON.
    const texts = [`${line} (what is below "data" is ${DATA_NOTE})`, JSON.stringify(structuredContent)];
    return { content: texts.map((text) => ({ type: 'text' as const, text })), structuredContent };
  } catch (error) {
    return { content: [{ type: 'text', text: refusalOf(error).message }], isError: true };
  }
}

function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  const said = error instanceof Error ? error.message : String(error);
  return new Refusal(
    'The API could not be asked',
    'call again in a few seconds; where that lasts, tell a person.',
    said,
  );
}
