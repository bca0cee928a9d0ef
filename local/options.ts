// The command line of `npm start`.
import { Command, InvalidArgumentError, Option } from 'commander';
import { EXIT } from '../cli/exit-codes.ts';
import { TERMINAL } from '../cli/terminal.ts';

export interface Options {
  readonly trace: readonly string[];
  /** One more workload, scaled by its requests and their latency. */
  readonly signals: boolean;
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
    .configureOutput(TERMINAL)
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? EXIT.done : EXIT.usage))
    .showHelpAfterError('(npm start -- --help shows what there is)')
    .option('--trace <file>', 'drive a workload by this demand trace (timestamp,demand); repeatable', collect, [])
    .addOption(
      new Option(
        '--signals',
        'one workload more, scaled by its requests and their latency, which the simulated cluster serves as custom metrics',
      ).conflicts(['trace', 'kubeconfig']),
    )
    .option(
      '--speed <n>',
      `run the simulated clock n times faster, 1 to ${MAX_SPEED}; it waits where this machine cannot keep up, and says so`,
      between(1, MAX_SPEED),
      1,
    )
    .option('--for <seconds>', 'stop after this many seconds of ours, counted from the first tick', between(1, 86_400))
    .option('--port <n>', 'port of the API on 127.0.0.1; 0 takes any that is free', between(0, 65_535), 8080)
    .option(
      '--data <dir>',
      'keep table, simulated cluster and clock in this folder: the next start goes on from there',
      folder,
    )
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
    signals: parsed.signals === true,
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
  npm start -- --signals --speed 60             and one that is scaled by requests and latency
  npm start -- --trace demand.csv --speed 60    your own demand, a minute per second
  npm start -- --data ./demo --speed 600        kept: the same command goes on where this one ended, even when killed
  npm start -- --port 0                         on any free port, which it prints
  npm start -- --kubeconfig                     your own cluster, read-only

Ctrl-C, SIGTERM and SIGHUP end it in order (exit code 0): the tick under way is finished, the folder is kept. A second one ends
it at once. It ends as well when nobody reads its output any more, or when the npm that started it has gone.

Environment (or .env): GROQ_API_KEY lets the LLM take part; GROQ_BASE_URL, GROQ_MODELS choose where and what
(Bedrock, LiteLLM, vLLM, Ollama: docs/llm-endpoints.md).`;

/** What can be told without looking at the disk. */
function folder(value: string): string {
  if (value.startsWith('-'))
    throw new InvalidArgumentError(`expected the name of a folder; if it is one, write ./${value}.`);
  if (value.trim() !== '' && !value.includes('\0')) return value;
  throw new InvalidArgumentError('expected the name of a folder, such as ./demo.');
}

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
