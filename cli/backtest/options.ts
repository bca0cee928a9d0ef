// The options of `ai4k8s backtest` and what each accepts.

import { Command, InvalidArgumentError, Option } from 'commander';
import { isPolicyName, POLICY_NAMES } from '../../lib/app/backtest/policies.ts';
import { PHASE_SECONDS, STEP_SECONDS } from '../../lib/app/backtest/policy.ts';
import { EXPECTED_TIME_ZONE, isTimeZone } from '../../lib/domain/workload/local-time.ts';
import { LOOK_SECONDS, MAX_REPLICAS } from '../../lib/domain/workload/pace.ts';
import type { EpochMs } from '../../lib/domain/workload/time.ts';
import { type FleetOptions, fleetOptionsOf, fleetProblem } from '../fleet/options.ts';
import { whole } from '../number-option.ts';
import { type DeploymentOptions, deploymentProblem, withDeploymentOptions } from './deployment-options.ts';
import { prometheusProblem } from './prometheus-options.ts';

export interface BacktestOptions extends DeploymentOptions {
  /** Empty where a Deployment is given. */
  readonly trace: readonly string[];
  /** Of the installation, a Deployment is looked up in. */
  readonly cluster: string;
  /** Of the file: the column of demand, or the series. */
  readonly column?: string;
  /** The level that the file's one column is. */
  readonly as?: string;
  /** Service time of a request in the queue model, ms. */
  readonly queue?: number;
  readonly policy: readonly string[];
  readonly from?: EpochMs;
  readonly slo: number;
  readonly min: number;
  readonly max: number;
  readonly tick: number;
  /** Between two ticks; 0: never. */
  readonly look: number;
  readonly phase: number;
  readonly startup: number;
  readonly capacity?: number;
  /** By whose clocks ours compares days. */
  readonly timeZone?: string;
  readonly timeline?: string;
  readonly llm: boolean;
  readonly html?: string;
  readonly json: boolean;
}

const DEFAULT_POLICIES: readonly string[] = ['ours', 'hpa:0.7', 'limit'];
const ISO = /^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:?\d{2})?)?$/;

/** @param run one backtest, or that of a fleet where it is not null */
export function backtestOptions(run: (options: BacktestOptions, fleet: FleetOptions | null) => Promise<void>): Command {
  const command = new Command('backtest')
    .description('replays demand on a simulated cluster under this autoscaler and others, and scores them')
    .option('--trace <path>', 'CSV file of times and demand, or a folder of them; repeatable', collect)
    .addOption(
      new Option(
        '--column <name>',
        'the column of demand, by name or number, or the series, where a file has several',
      ).conflicts('deployment'),
    );
  return withDeploymentOptions(command)
    .addOption(
      new Option(
        '--as <level>',
        'the column is no demand but this level, such as latency_p95: it alone moves replicas, and each change is told',
      ).conflicts(['deployment', 'queue', 'llm', 'html']),
    )
    .option(
      '--queue <ms>',
      'a request takes so many ms, what finds no free place waits, and the latency that comes of it is a level of ours',
      number(0.1, 60_000),
    )
    .option('--policy <name>', `${POLICY_NAMES}; repeatable (default: ${DEFAULT_POLICIES.join(', ')})`, collectPolicy)
    .option('--from <time>', 'score from here on (default: day 8, or half of a trace shorter than 14 days)', instant)
    .option('--slo <percent>', 'share of time with enough capacity to size for', number(50, 99.99), 99.5)
    .option('--min <n>', 'fewest replicas', whole(1, MAX_REPLICAS), 1)
    .option('--max <n>', 'most replicas', whole(1, MAX_REPLICAS), 200)
    .option('--tick <seconds>', 'how often the autoscaler decides, a multiple of 15', multiple(STEP_SECONDS, 3600), 60)
    .option(
      '--look <seconds>',
      'how often ours looks between two ticks and may scale up, a multiple of 15; 0: never',
      multiple(0, 3600),
      LOOK_SECONDS,
    )
    .option(
      '--phase <seconds>',
      "ticks come so long after the trace's full minutes, a multiple of 15; at 0 each jump of a trace by the minute is seen as late as can be",
      multiple(0, 60 - STEP_SECONDS),
      PHASE_SECONDS,
    )
    .option('--startup <seconds>', 'until a new pod serves', number(0, 3600), 90)
    .option(
      '--capacity <demand>',
      "demand per replica at 100 % of its CPU request (default: the trace's 99.9th percentile needs 40 replicas)",
      number(Number.MIN_VALUE, Number.MAX_VALUE),
    )
    .option(
      '--time-zone <zone>',
      'by whose clocks ours compares days, as ai4k8s.io/time-zone says it: Europe/Berlin (default: UTC)',
      timeZone,
    )
    .option(
      '--timeline <file>',
      'write timestamp,demand,replicas,ready,source for every tick of the first run here, and for each look that changed something',
    )
    .option('--llm', 'let the LLM of GROQ_API_KEY, GROQ_BASE_URL and GROQ_MODELS advise ours', false)
    .option('--html <file>', 'write a report to look at and to share: charts, HPA at every target, all in one file')
    .option('--json', 'print one JSON object per run and line', false)
    .addHelpText('after', NOTES)
    .action((given, command: Command) => {
      const isGiven = (name: string) => !['default', undefined].includes(command.getOptionValueSource(name));
      const { namespace: namespaces = [], all: isFleet, ...options } = given;
      if (isFleet) {
        const wrong = fleetProblem(options, isGiven) ?? prometheusProblem(options);
        if (wrong !== null) command.error(`error: ${wrong}`);
        return run(options, fleetOptionsOf(options, namespaces, isGiven('startup')));
      }
      if (namespaces.length > 1)
        command.error('error: --namespace: one Deployment is in one namespace; several go with --all');
      const [namespace] = namespaces;
      if (given.min > given.max) command.error(`error: --min ${given.min} is above --max ${given.max}`);
      const policy = [...new Set<string>(given.policy ?? (given.as === undefined ? DEFAULT_POLICIES : ['ours']))];
      const problem = deploymentProblem(given) ?? levelProblem(given.as, policy) ?? llmProblem(given.llm, policy);
      if (problem !== null) command.error(`error: ${problem}`);
      const cluster = command.optsWithGlobals().cluster;
      return run(
        { ...options, ...(namespace !== undefined && { namespace }), trace: given.trace ?? [], cluster, policy },
        null,
      );
    });
}

const NOTES = `
Cost 1 is exactly the replicas needed at every moment; violation is the share of time with fewer ready than needed.
With several runs, the timelines of all but the first are written beside it, trace and policy in their names.
Examples:
  npm run ai4k8s -- backtest --trace demand.csv
  npm run ai4k8s -- backtest --deployment checkout --namespace shop --prometheus http://127.0.0.1:9090
  npm run ai4k8s -- backtest --all --prometheus http://127.0.0.1:9090 --html report.html
  npm run ai4k8s -- backtest --trace latency.csv --as latency_p95
  npm run ai4k8s -- backtest --trace traces/ --policy ours --policy hpa:0.6 --policy hpa:0.8 --json`;

function llmProblem(llm: boolean, policies: readonly string[]): string | null {
  if (!llm || policies.includes('ours')) return null;
  return `--llm advises ours, which is not among ${policies.join(', ')}: add --policy ours`;
}

function levelProblem(as: string | undefined, policies: readonly string[]): string | null {
  const others = policies.filter((name) => name !== 'ours');
  return as === undefined || others.length === 0
    ? null
    : `--as is a level, which ours alone can follow: leave ${others.join(', ')} out`;
}

function collect(value: string, all: readonly string[] = []): readonly string[] {
  return [...all, value];
}

function collectPolicy(value: string, all: readonly string[] = []): readonly string[] {
  if (isPolicyName(value)) return [...all, value];
  throw new InvalidArgumentError(`expected ${POLICY_NAMES}.`);
}

function number(low: number, high: number) {
  return (text: string): number => {
    const value = /^\d*\.?\d+(e[+-]?\d+)?$/i.test(text) ? Number(text) : Number.NaN;
    if (value >= low && value <= high) return value;
    const range = high === Number.MAX_VALUE ? 'above 0' : `from ${low} to ${high}`;
    throw new InvalidArgumentError(`expected a number ${range}.`);
  };
}

/** Of the step of the simulated cluster. */
function multiple(low: number, high: number) {
  return (text: string): number => {
    const value = whole(low, high)(text);
    if (value % STEP_SECONDS === 0) return value;
    throw new InvalidArgumentError(`expected a multiple of ${STEP_SECONDS}, the step of the simulated cluster.`);
  };
}

function timeZone(text: string): string {
  if (isTimeZone(text)) return text;
  throw new InvalidArgumentError(`expected ${EXPECTED_TIME_ZONE}.`);
}

/** UTC unless it states an offset, as in traces. */
function instant(text: string): EpochMs {
  const [, time, , , zone] = ISO.exec(text) ?? [];
  const at = ISO.test(text) ? Date.parse(time !== undefined && zone === undefined ? `${text}Z` : text) : Number.NaN;
  if (Number.isFinite(at)) return at;
  throw new InvalidArgumentError('expected a time like 2026-01-31 or 2026-01-31T00:00:00Z.');
}
