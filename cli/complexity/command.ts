// `ai4k8s complexity`: scores past requests from a file in their order, learns from what came of them, and says which score was right.
import { readFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { Command } from 'commander';
import { estimate } from '../../lib/domain/complexity/estimate.ts';
import { featuresOf } from '../../lib/domain/complexity/features.ts';
import { freshLearned, learned, readLearned } from '../../lib/domain/complexity/learned.ts';
import type { LearnedComplexity } from '../../lib/domain/complexity/learned-model.ts';
import { DEFAULT_SCALING_POLICY, levelOf } from '../../lib/domain/complexity/scaling-policy.ts';
import { complain, messageOf, say } from '../terminal.ts';
import { linesOf } from './lines.ts';
import { type PastRequest, readPromptLine } from './prompt-line.ts';
import { SCORES_HEAD, type ScoredLine, scoreJson, scoreText, standingJson, standingText } from './report.ts';

interface ComplexityOptions {
  readonly file: string;
  readonly learned?: string;
  readonly summary?: true;
  readonly json?: true;
}

/** Of bad lines, in words; the rest is counted. */
const MOST_NAMED = 10;

/** The command, to be added to the program. Exit code 1 where a line, or the file, cannot be read. */
export function complexityCommand(): Command {
  return new Command('complexity')
    .description(
      'scores past LLM requests, learns from what came of them, and says which score was right; prints no prompt',
    )
    .requiredOption('--file <path>', 'a request a line, as JSON; - for standard input')
    .option('--learned <path>', 'begin with what an exporter has learned (its LITEBRAIN_STATE); nothing is written')
    .option('--summary', 'only what is said at the end')
    .option('--json', 'a JSON object a line')
    .addHelpText('after', HELP)
    .action(async (options: ComplexityOptions) => {
      try {
        await scoreFile(options);
      } catch (error) {
        complain(`error: ${messageOf(error)}`);
        process.exitCode = 1;
      }
    });
}

const HELP = `
A line is {"model": "qwen2.5:3b", "prompt": "…"} or {"model": …, "messages": [{"role": "user", "content": "…"}]}, and may have
  output_tokens  tokens of the answer: the work, where they are known
  seconds        how long the answer took: the work, where tokens are not known
  max_tokens, system, images   as the request had them
Lines are taken in their order: each is scored by what was learned from those before it, and then its outcome is learned.
The rule: more than 300 words, or words like architecture, design and refactor, are high (80 and above); context adds.
The learned score is gone by once it ranked the last requests of a model better than the rule, by more than chance explains.

Examples:
  npm run ai4k8s -- complexity --file prompts.jsonl
  npm run ai4k8s -- complexity --file prompts.jsonl --summary
  zcat log.jsonl.gz | npm run -s ai4k8s -- complexity --file - --json`;

async function scoreFile({ file, learned: stored, summary, json }: ComplexityOptions): Promise<void> {
  let state = stored === undefined ? freshLearned() : storedState(stored);
  let requests = 0;
  let unusable = 0;
  const show = json ? scoreJson : scoreText;
  for await (const { number, request } of requestsIn(file)) {
    if (requests++ === 0 && !summary && !json) say(SCORES_HEAD);
    const { scored, next } = scoredLine(state, number, request);
    if (!summary) say(show(scored));
    if (next === state && tellsOutcome(request)) unusable++;
    state = next;
  }
  if (requests === 0) throw new Error(`${file}: no request in it; npm run ai4k8s -- complexity --help shows a line`);
  if (unusable > 0)
    complain(`outcomes that were not learned: ${unusable} (0, more than a million tokens, or more than a day)`);
  say(json ? standingJson(state) : standingText(state));
}

/** Those that can be read; what is wrong with the others goes to stderr, and into the exit code. */
async function* requestsIn(file: string): AsyncGenerator<{ readonly number: number; readonly request: PastRequest }> {
  let bad = 0;
  for await (const { number, text } of linesOf(file === '-' ? process.stdin : await opened(file))) {
    if (text?.trim() === '') continue;
    const read = readPromptLine(text);
    if (read.kind === 'request') yield { number, request: read.request };
    else if (++bad <= MOST_NAMED) complain(`line ${number}: ${read.reason}`);
  }
  if (bad > MOST_NAMED) complain(`and ${bad - MOST_NAMED} more lines that cannot be read`);
  if (bad > 0) process.exitCode = 1;
}

/** Open already: what stands against reading it is told by the option. */
async function opened(path: string): Promise<Readable> {
  try {
    const handle = await open(path);
    if (!(await handle.stat()).isDirectory()) return handle.createReadStream();
    await handle.close();
  } catch (error) {
    throw new Error(`--file ${path}: ${messageOf(error)}`, { cause: error });
  }
  throw new Error(`--file ${path}: it is a folder; expected a file with a request a line`);
}

/** Scored by what is known now, and learned then. */
function scoredLine(state: LearnedComplexity, number: number, request: PastRequest) {
  const { model, prompt, outputTokens, seconds } = request;
  const features = featuresOf(prompt);
  const found = estimate({ features, model }, state);
  const level = levelOf(found.score, DEFAULT_SCALING_POLICY.complexityThresholds);
  const scored: ScoredLine = { number, model, level, estimate: found };
  return { scored, next: learned(state, { model, features, score: found.score, outputTokens, seconds }) };
}

function tellsOutcome({ outputTokens, seconds }: PastRequest): boolean {
  return outputTokens !== null || seconds !== null;
}

function storedState(path: string): LearnedComplexity {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    const why = error instanceof SyntaxError ? 'it is no JSON' : messageOf(error);
    throw new Error(`--learned ${path}: ${why}`, { cause: error });
  }
  const read = readLearned(json);
  if (read.kind === 'learned') return read.learned;
  throw new Error(`--learned ${path}: ${read.reason}; expected the file that LITEBRAIN_STATE names`);
}
