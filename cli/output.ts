// In which form a command prints: for people (text, or wide with more columns), or for programs (JSON, or YAML of the same).

import { Option } from 'commander';
import { dump } from 'js-yaml';
import { jsonText } from './terminal.ts';

const FORMATS = ['text', 'wide', 'json', 'yaml'] as const;
export type Format = (typeof FORMATS)[number];
export type Layout = Extract<Format, 'text' | 'wide'>;

export function outputOption(): Option {
  return new Option('-o, --output <format>', 'what to print: text, wide (more columns), json or yaml (all there is)')
    .choices(FORMATS)
    .default('text');
}

/** @returns null where the format is one for people */
export function dataText(body: unknown, format: Format): string | null {
  if (format === 'json') return jsonText(body, 2);
  return format === 'yaml' ? yamlText(body) : null;
}

/** Of a command with a `--json` of its own: YAML only where that was asked for. */
export function formatIn(format: Format): Format {
  return format === 'yaml' ? 'yaml' : 'json';
}

/** As a block; what a terminal might obey is a dot once it is printed, and escaped in JSON. */
function yamlText(body: unknown): string {
  return dump(JSON.parse(JSON.stringify(body)), { lineWidth: -1, noRefs: true }).trimEnd();
}

/** How the rest of an answer is laid out, where it is for people. */
export function layoutOf(format: Format): Layout {
  return format === 'wide' ? 'wide' : 'text';
}
