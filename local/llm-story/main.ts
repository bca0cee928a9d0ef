// `npm run story:llm`: as many requests as before, and more work in each: replicas follow the work, and the queue goes again.
import { complain, messageOf, say } from '../../cli/terminal.ts';
import { watchLifetime } from '../lifetime.ts';
import { readStoryOptions } from '../toy/options.ts';
import { runAndDraw } from '../toy/run-and-draw.ts';
import type { Story } from '../toy/story.ts';
import type { Told } from '../toy/teller.ts';
import { LLM_REPLICA, LLM_SIGNALS, llmWorkload, QUEUE_OBJECTIVE_SECONDS } from './llm-workload.ts';
import { startPrompts } from './prompt-load.ts';

/** Two requests a second all along: what changes is what they ask. */
const PHASES = [
  { name: 'short', seconds: 40, from: 2, to: 2 },
  { name: 'long', seconds: 110, from: 2, to: 2 },
  { name: 'short', seconds: 30, from: 2, to: 2 },
];

const story: Omit<Story, 'phases'> = {
  workload: llmWorkload,
  replica: LLM_REPLICA,
  load: startPrompts,
  watched: {
    signal: 'queue-seconds',
    ms: 1000,
    beside: ({ complexity }) => {
      const { raised, value } = complexity ?? {};
      return `score ${String(Math.round(value ?? 0)).padStart(2)}, ${raised?.level ?? 'unknown'} × ${raised?.factor ?? 1}  `;
    },
  },
  setUp: async () => ({ signals: LLM_SIGNALS }),
};

const options = readStoryOptions(
  {
    command: 'npm run story:llm --',
    title: `A model server scaled by the work in its requests (${QUEUE_OBJECTIVE_SECONDS} s of queue are no matter)`,
    what: 'Replicas are processes: a stand-in for a model server (two answers at a time, 100 tokens a second each) with the exporter in front. Two prompts come every second, first short ones, then long ones; our ticks read what the exporters measure.',
    chart: 'llm-story.svg',
    phases: PHASES,
  },
  process.argv.slice(2),
);

/** Seconds of queue: while prompts were short, at worst, and when replicas had followed. */
function tellQueue(told: readonly Told[]): void {
  const seconds = (of: readonly Told[], pick: (...all: number[]) => number) =>
    (pick(...of.map(({ measuredMs }) => measuredMs ?? 0)) / 1000).toFixed(1);
  const long = told.filter(({ phase }) => phase === 'long');
  if (long.length === 0) return;
  const before = told.filter(({ seconds: at }) => at < (long[0]?.seconds ?? 0));
  const queue = `${seconds(before, Math.max)} s with short prompts, ${seconds(long, Math.max)} s at worst with long ones, ${seconds(long.slice(-1), Math.max)} s at their end`;
  say(`seconds of queue (of the replica with most): ${queue}`);
}

runAndDraw({ ...story, phases: options.phases }, options, watchLifetime(), tellQueue).then(
  (code) => process.exit(code),
  (error: unknown) => {
    complain(`error: ${messageOf(error)}`);
    process.exit(1);
  },
);
