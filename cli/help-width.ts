// Help in at most a hundred columns: commands break before an option, what is said of them goes below, prose flows.
import { COLUMNS, wrapped } from './wrapped.ts';

/** Of a command on several lines, and of what is said below one. */
const BELOW = 4;
const COMMAND = /(?:^|\s)(?:npm (?:run|start)|ai4k8s)\s/;

/** As wide as a terminal is, and no wider than can be read. */
export function helpWidth(): number {
  return Math.min(process.stdout.isTTY === true ? process.stdout.columns : COLUMNS, COLUMNS);
}

/** @param text of help; what fits stays as it is */
export function fitted(text: string): string {
  const lines = text.split('\n');
  const out: string[] = [];
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i] as string;
    if (line.length <= COLUMNS) out.push(line);
    else if (line.startsWith(' ')) out.push(...indented(line));
    else {
      const paragraph = [line];
      while (flowsOn(lines[i + 1])) paragraph.push(lines[++i] as string);
      out.push(...wrapped(paragraph.join(' ')));
    }
  }
  return out.join('\n');
}

/** A heading, a list and an empty line end a paragraph. */
function flowsOn(next: string | undefined): boolean {
  return next !== undefined && /^\S/.test(next) && !next.endsWith(':');
}

/** A command, or a list's entry, and after some spaces what is said of it. */
function indented(line: string): readonly string[] {
  const indent = line.length - line.trimStart().length;
  const [first = '', ...rest] = line.trim().split(/\s{3,}/);
  const said = rest.join(' ');
  const short = `${' '.repeat(indent)}${first}  ${said}`;
  if (said !== '' && short.length <= COLUMNS) return [short];
  const below = said === '' ? [] : broken(said, indent + BELOW, indent + BELOW);
  return [...broken(first, indent, indent + BELOW), ...below];
}

function broken(text: string, first: number, next: number): readonly string[] {
  if (!COMMAND.test(text)) return wrapped(text, ' '.repeat(first), next);
  const lines: string[] = [];
  let line = ' '.repeat(first);
  for (const part of text.split(/ (?=-)/)) {
    const isStart = line.trim() === '';
    if (!isStart && line.length + part.length + ' '.length + ' \\'.length > COLUMNS) {
      lines.push(`${line} \\`);
      line = ' '.repeat(next) + part;
    } else line += isStart ? part : ` ${part}`;
  }
  return [...lines, line];
}
