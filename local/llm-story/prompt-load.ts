// The load of the LLM story: as many prompts a second all the time, and at first short ones, then long ones.
import { Agent, request } from 'node:http';
import { type Load, type Phase, phaseAt, startLoadOf } from '../toy/load.ts';

/** What is asked, and how many tokens the answer has. */
interface Kind {
  readonly prompt: string;
  readonly tokens: number;
}

const KINDS = {
  short: { prompt: 'What is a pod, and what is it for?', tokens: 40 },
  long: {
    prompt: `Design the architecture, and refactor what is there. ${'Every service of it is described here in some detail. '.repeat(40)}`,
    tokens: 400,
  },
} as const satisfies Readonly<Record<string, Kind>>;

const MODEL = 'qwen2.5:3b';

/** Phases are named after what is asked in them; what is felt is the time to the first token. */
export function startPrompts(url: string, phases: readonly Phase[], signal: AbortSignal): Load {
  const agent = new Agent({ keepAlive: true });
  const began = performance.now();
  const load = startLoadOf(phases, signal, (answered, failed) => {
    const seconds = (performance.now() - began) / 1000;
    ask(url, agent, phaseAt(phases, seconds).startsWith('long') ? KINDS.long : KINDS.short, answered, failed);
  });
  return { ...load, done: load.done.finally(() => agent.destroy()) };
}

function ask(url: string, agent: Agent, { prompt, tokens }: Kind, answered: () => void, failed: () => void): void {
  const body = JSON.stringify({ model: MODEL, prompt, options: { num_predict: tokens } });
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
  const sent = request(`${url}/api/generate`, { method: 'POST', agent, headers }, (answer) => {
    if (answer.statusCode === 200) answer.once('data', answered);
    else failed();
    answer.resume();
    answer.on('error', () => undefined);
  });
  sent.on('error', failed);
  sent.end(body);
}
