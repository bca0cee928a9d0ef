// `ai4k8s complexity` on files of past requests: what it prints of good lines, and of every way in which a line can be bad; never a prompt.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { linesOf } from '../../cli/complexity/lines.ts';
import { readPromptLine } from '../../cli/complexity/prompt-line.ts';
import { makeDraw, play } from '../make/prompt-worlds.ts';

const COMMAND = join(import.meta.dirname, '../../cli/complexity/command.ts');
const SECRET = 'xyzzy-plugh-4711';
const folder = mkdtempSync(join(tmpdir(), 'ai4k8s-complexity-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(lines: readonly (string | object)[], name = 'prompts.jsonl') {
  const path = join(folder, name);
  writeFileSync(path, lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n'));
  return path;
}

/** The command by itself: a process that loads every other command as well takes four times as long to start. */
const BY_ITSELF = `import { complexityCommand } from ${JSON.stringify(COMMAND)}; await complexityCommand().parseAsync(process.argv.slice(2), { from: 'user' });`;

function complexity(args: readonly string[], input = '') {
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    ['--input-type=module', '-e', BY_ITSELF, '--', 'it', ...args],
    {
      cwd: folder,
      encoding: 'utf8',
      input,
    },
  );
  return { stdout, stderr, status, lines: stdout.trimEnd().split('\n') };
}

describe('a file of past requests', () => {
  const { even } = makeDraw(3);
  const past = Array.from({ length: 300 }, () => {
    const max_tokens = 2 ** Math.floor(5 + 6 * even());
    const prompt = `${SECRET} ${'word '.repeat(400 * even())}`;
    return { model: 'qwen2.5:3b', prompt, max_tokens, output_tokens: Math.ceil(max_tokens * (0.4 + 0.6 * even())) };
  });

  it('prints score, level and reason of each, and in the end how well rule and learned ranked them', () => {
    const { lines, stdout, stderr, status } = complexity(['--file', file(past)]);
    expect(status).toBe(0);
    expect(stderr).toBe('');
    expect(lines[0]).toMatch(/^ +line +model +score +level +because$/);
    expect(lines[1]).toMatch(/^ +1 +qwen2\.5:3b +\d+\.\d +(low|medium|high) +\d+ words of task: \d+$/);
    expect(lines[300]).toMatch(/^ +300 +.* learned from 299: expected [\d.]+ output tokens, more than [\d.]+ %/);
    expect(lines.at(-1)).toMatch(/^qwen2\.5:3b +300 +256 +-?0\.[01]\d +0\.9\d +learned \(of output tokens\)$/);
    expect(stdout).not.toContain(SECRET);
  });

  it('--summary prints the end alone, --json an object a line, - reads standard input', () => {
    const path = file(past);
    expect(complexity(['--file', path, '--summary']).lines).toHaveLength(4);
    const input = past.map((line) => JSON.stringify(line)).join('\r\n');
    const { lines } = complexity(['--file', '-', '--json'], `\ufeff${input}\r\n\r\n`);
    expect(lines).toHaveLength(301);
    expect(JSON.parse(lines[0] ?? '')).toEqual({
      ...{ line: 1, model: 'qwen2.5:3b', score: expect.any(Number), level: expect.any(String) },
      ...{ rule: expect.any(Number), learned: null, because: [expect.any(String)] },
    });
    expect(JSON.parse(lines[300] ?? '')).toMatchObject({
      models: [{ outcomes: 300, compared: 256, goneBy: 'learned' }],
    });
  });

  it('--learned begins with what was learned elsewhere, and refuses what is none', () => {
    const { state } = play(({ maxTokens }) => maxTokens, { requests: 200, model: 'qwen2.5:3b' });
    writeFileSync(join(folder, 'state.json'), JSON.stringify(state));
    const begun = complexity(['--file', file(past.slice(0, 1)), '--learned', 'state.json', '--json']);
    expect(JSON.parse(begun.lines[0] ?? '')).toMatchObject({ learned: expect.any(Number) });
    writeFileSync(join(folder, 'state.json'), `{"version":1,"models":"${SECRET}"}`);
    expect(complexity(['--file', file(past), '--learned', 'state.json']).stderr).toBe(
      'error: --learned state.json: at models: Invalid input: expected record, received string; expected the file that LITEBRAIN_STATE names\n',
    );
    writeFileSync(join(folder, 'state.json'), SECRET);
    expect(complexity(['--file', file(past), '--learned', 'state.json']).stderr).toBe(
      'error: --learned state.json: it is no JSON\n',
    );
  });
});

it('prints what docs/complexity.md shows, of the file that is made there', () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/complexity.md'), 'utf8');
  const block = (language: string) => page.match(new RegExp(`\\n\`\`\`${language}\\n(.*?)\\n\`\`\``, 's'))?.[1] ?? '';
  writeFileSync(join(folder, 'prompts.mjs'), block('js'));
  const { stdout: made } = spawnSync(process.execPath, [join(folder, 'prompts.mjs')], {
    encoding: 'utf8',
    maxBuffer: 1e8,
  });
  const { lines } = complexity(['--file', file([made.trimEnd()])]);
  expect([...lines.slice(0, 3), '…', ...lines.slice(-7)].join('\n')).toBe(block('text'));
});

it('names bad lines, goes on with the good ones, and exits with 1', () => {
  const bad = new Array(12).fill(`{"model":"m","prompt":7,"note":"${SECRET}"}`);
  const absurd = { model: 'm', prompt: 'hello', output_tokens: 0 };
  const { stdout, stderr, status } = complexity(['--file', file([{ model: 'm', prompt: 'hi' }, '', ...bad, absurd])]);
  expect(status).toBe(1);
  expect(stderr.trimEnd().split('\n')).toEqual([
    ...Array.from({ length: 10 }, (_, i) => `line ${3 + i}: prompt: expected string, received number`),
    'and 2 more lines that cannot be read',
    'outcomes that were not learned: 1 (0, more than a million tokens, or more than a day)',
  ]);
  expect(stdout).toMatch(/^ +15 +m +/m);
  expect(stdout).toContain('nothing to learn from');
  expect(stdout + stderr).not.toContain(SECRET);
});

it.each([
  ['a file that is not there', ['--file', 'none.jsonl'], /^error: --file none.jsonl: ENOENT.*none\.jsonl/],
  ['a folder', ['--file', '.'], /^error: --file .: it is a folder/],
  ['an empty file', ['--file', '/dev/null'], /^error: \/dev\/null: no request in it; .* --help shows a line/],
  ['no file', [], /^error: required option '--file <path>'/],
])('%s is one line on stderr, and 1', (_, args, message) => {
  const { stdout, stderr, status } = complexity(args);
  expect(stderr).toMatch(message);
  expect(stderr.trimEnd()).not.toContain('\n');
  expect(stdout).toBe('');
  expect(status).toBe(1);
});

describe('a line', () => {
  const read = (line: object) => readPromptLine(JSON.stringify(line));
  const promptOf = (line: object) => {
    const found = read({ model: 'm', ...line });
    return found.kind === 'request' ? found.request.prompt : found.reason;
  };

  it.each([
    ['a prompt', { prompt: 'do' }, { task: 'do', context: [], images: 0 }],
    [
      'with what Ollama has beside it',
      { prompt: 'do', system: 'be', images: ['a', 'b'] },
      { task: 'do', context: ['be'], images: 2 },
    ],
    ['with a limit', { prompt: 'do', max_tokens: 64 }, { task: 'do', context: [], images: 0, maxTokens: 64 }],
    ['with no limit', { prompt: 'do', max_tokens: null }, { task: 'do', context: [], images: 0 }],
    [
      'messages: the last of the user is the task',
      {
        messages: [
          { role: 'system', content: 'be' },
          { role: 'user', content: 'first' },
          { role: 'assistant', content: null },
          { role: 'user', content: 'last' },
          { role: 'assistant', content: 'I' },
        ],
      },
      { task: 'last', context: ['be', 'first', '', 'I'], images: 0 },
    ],
    [
      'messages without a user',
      { messages: [{ role: 'system', content: 'be' }] },
      { task: 'be', context: [], images: 0 },
    ],
    [
      'parts',
      {
        messages: [
          {
            role: 'user',
            content: [
              { type: 'text', text: 'a' },
              { type: 'image_url', image_url: {} },
              { type: 'text', text: 'b' },
            ],
          },
          { role: 'user', content: 'c', images: ['x'] },
        ],
      },
      { task: 'c', context: ['a\n\nb'], images: 2 },
    ],
  ])('with %s', (_, line, prompt) => {
    expect(promptOf(line)).toEqual(prompt);
  });

  it.each([
    ['nothing asked', { model: 'm' }, 'expected either "prompt" (text) or "messages" (a list of {"role","content"})'],
    ['both', { model: 'm', prompt: 'a', messages: [{ role: 'user', content: 'a' }] }, /^expected either/],
    ['no model', { prompt: 'a' }, /^model: expected string/],
    ['a model without a name', { model: '', prompt: 'a' }, 'model: expected a name'],
    ['no messages', { model: 'm', messages: [] }, 'messages: expected at least one message'],
    ['a message without a role', { model: 'm', messages: [{ content: 'a' }] }, /^messages\.0\.role: expected string/],
    [
      'content that is none',
      { model: 'm', messages: [{ role: 'user', content: 7 }] },
      /^messages\.0\.content: expected text, or a list/,
    ],
    [
      'tokens as text',
      { model: 'm', prompt: 'a', output_tokens: SECRET },
      /^output_tokens: expected number, received string$/,
    ],
    ['tokens below 0', { model: 'm', prompt: 'a', output_tokens: -1 }, /^output_tokens: .*>=0/],
    ['seconds below 0', { model: 'm', prompt: 'a', seconds: -1 }, /^seconds: .*>=0/],
    ['a list', [SECRET], /^expected object, received array$/],
  ])('with %s is refused by its field', (_, line, reason) => {
    const found = read(line);
    expect(found.kind === 'refused' && found.reason).toMatch(reason);
    expect(JSON.stringify(found)).not.toContain(SECRET);
  });

  it('that is no JSON is not quoted', () => {
    const found = readPromptLine(SECRET);
    expect(found.kind === 'refused' && found.reason).toMatch(
      /^expected one JSON object on the line, such as \{"model"/,
    );
    expect(JSON.stringify(found)).not.toContain(SECRET);
  });
});

describe('lines of a file', () => {
  const linesIn = async (chunks: readonly (string | Buffer)[], most?: number) => {
    const found: (string | null)[] = [];
    const stream = (async function* () {
      yield* chunks.map((chunk) => Buffer.from(chunk));
    })();
    for await (const { number, text } of linesOf(stream, most)) {
      found.push(text);
      expect(number).toBe(found.length);
    }
    return found;
  };
  const euro = Buffer.from('€');

  it.each([
    ['whole', ['a\nb\n'], ['a', 'b']],
    ['without an end', ['a\nb'], ['a', 'b']],
    ['empty between', ['a\n\nb'], ['a', '', 'b']],
    ['in pieces', ['a', 'b\nc', 'd', '\n'], ['ab', 'cd']],
    ['a character in pieces', [euro.subarray(0, 1), euro.subarray(1)], ['€']],
    ['half a character at the end', [euro.subarray(0, 1)], ['\ufffd']],
    ['a byte order mark', ['\ufeffa'], ['a']],
    ['nothing', [], []],
  ])('%s', async (_, chunks, lines) => {
    expect(await linesIn(chunks)).toEqual(lines);
  });

  it('one that is too long is told, and those after it are read', async () => {
    expect(await linesIn(['12345\n123456\n1', '2345', '67\nab'], 5)).toEqual(['12345', null, null, 'ab']);
    expect(readPromptLine(null)).toMatchObject({ reason: 'it is longer than 100 million characters' });
  });
});
