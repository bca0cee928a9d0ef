// The command line of `npm start`.
import { Command, InvalidArgumentError, Option } from 'commander';

export interface Options {
  readonly trace: readonly string[];
  readonly speed: number;
  readonly for: number | null;
  readonly port: number;
  readonly data: string | null;
  /** true: the default kubeconfig. */
  readonly kubeconfig: string | true | null;
}

const MAX_SPEED = 3600;

/** Parses arguments; prints help or a one-line error and exits where they ask for it. */
export function readOptions(argv: readonly string[]): Options {
  const command = new Command('npm start --')
    .description(
      'Runs the autoscaler with everything embedded: a table, a simulated cluster with two weeks of history, the API and ticks.',
    )
    .option('--trace <file>', 'drive a workload by this demand trace (timestamp,demand); repeatable', collect, [])
    .option('--speed <n>', `run the simulated clock n times faster, 1 to ${MAX_SPEED}`, between(1, MAX_SPEED), 1)
    .option('--for <seconds>', 'stop after this many seconds of ours', between(1, 86_400))
    .option('--port <n>', 'port of the API on 127.0.0.1', between(0, 65_535), 8080)
    .option('--data <dir>', 'keep the table in this folder, so that it survives a restart')
    .addOption(
      new Option('--kubeconfig [file]', 'watch your own cluster instead; only recommends, changes nothing').conflicts(
        'trace',
      ),
    )
    .addHelpText('after', EXAMPLES);
  const parsed = command.parse([...argv], { from: 'user' }).opts();
  if (parsed.kubeconfig !== undefined && parsed.speed !== 1)
    command.error('error: --speed works on the simulated cluster only; leave it out with --kubeconfig');
  return {
    trace: parsed.trace,
    speed: parsed.speed,
    for: parsed.for ?? null,
    port: parsed.port,
    data: parsed.data ?? null,
    kubeconfig: parsed.kubeconfig ?? null,
  };
}

const EXAMPLES = `
Examples:
  npm start                                     four made-up workloads, in real time
  npm start -- --speed 600 --for 90             fifteen hours in ninety seconds
  npm start -- --trace demand.csv --speed 60    your own demand, a minute per second
  npm start -- --kubeconfig                     your own cluster, read-only
Environment (or .env): GROQ_API_KEY lets the LLM take part; GROQ_BASE_URL, GROQ_MODELS choose where and what
(Bedrock, LiteLLM, vLLM, Ollama: docs/llm-endpoints.md).`;

function collect(value: string, all: readonly string[]): readonly string[] {
  return [...all, value];
}

function between(low: number, high: number) {
  return (text: string): number => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (value >= low && value <= high) return value;
    throw new InvalidArgumentError(`expected a whole number from ${low} to ${high}.`);
  };
}
