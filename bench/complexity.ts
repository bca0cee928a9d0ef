// What a request's score costs the proxy in front of a model, against splitting the same prompts by a regular expression.
import { estimate } from '../lib/domain/complexity/estimate.ts';
import { featuresOf, type Prompt } from '../lib/domain/complexity/features.ts';
import { freshLearned, learned } from '../lib/domain/complexity/learned.ts';
import type { LearnedComplexity } from '../lib/domain/complexity/learned-model.ts';

const PROMPTS = 512;
const ROUNDS = 40;
const KILOBYTE = 1024;
const WORDS = 'please write the next part of our service so that it answers sooner and design its tests with care';

export function complexity(): void {
  const prompts = Array.from({ length: PROMPTS }, (_, i) => promptOf(i));
  const state = learnedFrom(prompts);
  console.log(`Complexity: ${PROMPTS} prompts of 1 kB; baseline: task.split(/\\s+/).length`);
  const baseline = perPrompt(prompts, ({ task }) => task.split(/\s+/).length);
  const line = (name: string, microseconds: number) =>
    console.log(
      `  ${name}: ${microseconds.toFixed(1)} µs of CPU, ${Math.round(1e6 / microseconds).toLocaleString('en')} a second on one core, ${(microseconds / baseline).toFixed(2)} × the baseline`,
    );
  line('split by a regular expression', baseline);
  line(
    'features + estimate',
    perPrompt(prompts, (prompt) => estimate({ features: featuresOf(prompt), model: 'model' }, state).score),
  );
  line(
    'features + estimate + learning its outcome',
    perPrompt(prompts, (prompt, i) => {
      const features = featuresOf(prompt);
      const { score } = estimate({ features, model: 'model' }, state);
      return learned(state, outcome(features, score, i)).version;
    }),
  );
  const huge = { task: WORDS.repeat(Math.ceil(10e6 / WORDS.length)), context: [] };
  line(
    'one prompt of 10 MB',
    perPrompt([huge], (prompt) => featuresOf(prompt).taskWords),
  );
}

/** Words in another order each time, so that no two prompts are one. */
function promptOf(i: number): Prompt {
  const words = WORDS.split(' ');
  let task = '';
  for (let k = 0; task.length < KILOBYTE; k++) task += `${words[(k * (2 * i + 1) + i) % words.length]} `;
  return { task: task.slice(0, KILOBYTE), context: [], maxTokens: 64 + i };
}

function outcome(features: ReturnType<typeof featuresOf>, score: number, i: number) {
  return { model: 'model', features, score, outputTokens: 1 + ((i * 37) % 900), seconds: 1 };
}

function learnedFrom(prompts: readonly Prompt[]): LearnedComplexity {
  return prompts.reduce((state, prompt, i) => learned(state, outcome(featuresOf(prompt), 0, i)), freshLearned());
}

/** Microseconds of CPU, in the median of rounds over all prompts: other programs on the machine cost time, and not this. */
function perPrompt(prompts: readonly Prompt[], run: (prompt: Prompt, i: number) => number): number {
  let sum = 0;
  const round = () => {
    const before = process.cpuUsage();
    for (const [i, prompt] of prompts.entries()) sum += run(prompt, i);
    const { user, system } = process.cpuUsage(before);
    return (user + system) / prompts.length;
  };
  const times = Array.from({ length: ROUNDS }, round);
  if (!Number.isFinite(sum)) throw new Error('a score is no number');
  return times.toSorted((a, b) => a - b)[ROUNDS / 2] ?? Number.NaN;
}
