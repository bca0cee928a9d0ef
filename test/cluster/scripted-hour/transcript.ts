// What happened in the scripted hour, in the order in which it did: commands with their output as printed, and decisions.
import { execFile } from 'node:child_process';
import { join } from 'node:path';

const REPOSITORY = join(import.meta.dirname, '../../..');

export interface Transcript {
  /** Says what follows. */
  heading(text: string): void;
  /** Runs a line of shell and keeps what it printed, errors and all. @returns whether it succeeded: a refusal is an answer, too */
  run(command: string): Promise<boolean>;
  /** A line of a tick. */
  line(text: string): void;
  markdown(): string;
}

type Entry = { readonly kind: 'heading' | 'console' | 'text'; readonly text: string };

/** @param env of the commands · @param report is told each entry as it comes */
export function startTranscript(env: NodeJS.ProcessEnv, report: (text: string) => void): Transcript {
  const entries: Entry[] = [];
  const add = (kind: Entry['kind'], text: string) => {
    entries.push({ kind, text });
    report(text);
  };
  return {
    heading: (text) => add('heading', text),
    line: (text) => add('text', text),
    async run(command) {
      const { output, ok } = await ran(command, env);
      add('console', `$ ${command}\n${output}`);
      return ok;
    },
    markdown: () => markdownOf(entries),
  };
}

function ran(command: string, env: NodeJS.ProcessEnv): Promise<{ readonly output: string; readonly ok: boolean }> {
  const options = { env, cwd: REPOSITORY, maxBuffer: 2 ** 24 };
  return new Promise((resolve) => {
    execFile('sh', ['-c', `${command} 2>&1`], options, (error, output) =>
      resolve({ output: output.trimEnd(), ok: error === null }),
    );
  });
}

/** Neighbours of one kind share a block. */
function markdownOf(entries: readonly Entry[]): string {
  const parts: string[] = [];
  let open: Entry['kind'] | null = null;
  for (const { kind, text } of entries) {
    if (open !== kind && open !== null && open !== 'heading') parts.push('```', '');
    if (kind === 'heading') parts.push(`### ${text}`, '');
    else parts.push(...(open === kind ? [] : [`\`\`\`${kind}`]), text);
    open = kind;
  }
  if (open !== null && open !== 'heading') parts.push('```', '');
  return parts.join('\n');
}
