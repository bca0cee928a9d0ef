// `ai4k8s complexity-day`: seed 5's scaling test as a scripted day, with what the policy makes of each hour.
import Table from 'cli-table3';
import { Command } from 'commander';
import { readScalingPolicy } from '../../lib/complexity-config/read-scaling-policy.ts';
import { DEFAULT_SCALING_POLICY, type ScalingPolicy } from '../../lib/domain/complexity/scaling-policy.ts';
import { scaledAmounts } from '../../lib/domain/vertical/scale-container.ts';
import { exactNumber } from '../../lib/domain/workload/exact-quantity.ts';
import type { Resource } from '../../lib/domain/workload/signal.ts';
import type { VerticalPolicy } from '../../lib/domain/workload/vertical-policy.ts';
import { numberOrText } from '../number-option.ts';
import { complain, say } from '../terminal.ts';
import { type PlayedMinute, playDay } from './play-day.ts';
import { dayMinute } from './scripted-day.ts';

interface DayOptions {
  readonly policy?: string;
  readonly min: number | string;
  readonly max: number | string;
  readonly json?: true;
}

/** Any day: nothing depends on which. */
const STARTS_AT = Date.UTC(2026, 0, 5);

/** Bounds that a day of the seed's factors stays within. */
const FOLLOWS: VerticalPolicy['ranges'] = { cpu: { min: '1', max: '4' }, memory: { min: '4Gi', max: '16Gi' } };

const HELP = `
Each prompt is scored by the seed's rule (complexity --help); what an answer takes of a replica is written in the script.
A factor multiplies the replicas that demand needs by itself (CPU at 70 % of requests), never an earlier result; and what a
container of 1 CPU and 4Gi requests, where the Deployment says ai4k8s.io/vertical: "cpu=1..4,memory=4Gi..16Gi". One of the two
is enough: where pods are larger, demand needs fewer of them.

Examples:
  npm run ai4k8s -- complexity-day
  npm run ai4k8s -- complexity-day --policy @scaling-policy.json --max 20
  npm run ai4k8s -- complexity-day --policy '{"scaleUpFactors":{"low":1,"medium":1.25,"high":1.5}}'`;

/** The command, to be added to the program. Exit code 1 where an option cannot be. */
export function complexityDayCommand(): Command {
  return new Command('complexity-day')
    .description('a scripted day of LLM requests: score, level, factor and replicas by the hour; touches nothing')
    .option('--policy <json>', "a scaling policy as JSON, or @ and a file's path; unless given, the seed's")
    .option('--min <n>', 'fewest replicas', numberOrText, 1)
    .option('--max <n>', 'most replicas', numberOrText, 10)
    .option('--json', 'a JSON object a minute')
    .addHelpText('after', HELP)
    .action((options: DayOptions) => {
      const read = optionsOf(options);
      if ('problems' in read) {
        for (const problem of read.problems) complain(`error: ${problem}`);
        process.exitCode = 1;
        return;
      }
      const scored = playDay({ ...read, isScored: true, startsAt: STARTS_AT });
      if (options.json) for (const minute of scored) say(JSON.stringify(jsonOf(minute)));
      else tell(scored, playDay({ ...read, isScored: false, startsAt: STARTS_AT }));
    });
}

function optionsOf({ policy, min, max }: DayOptions) {
  const problems: string[] = [];
  const read = policy === undefined ? DEFAULT_SCALING_POLICY : readScalingPolicy(policy);
  if ('mistakes' in read)
    problems.push(
      ...read.mistakes.map(({ path, message }) => `--policy${path.length > 0 ? ` ${path.join('.')}` : ''}: ${message}`),
    );
  const isCount = (value: number | string): value is number =>
    typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 1000;
  if (!isCount(min)) problems.push(`--min is ${min}: expected a whole number from 1 to 1000`);
  if (!isCount(max)) problems.push(`--max is ${max}: expected a whole number from 1 to 1000`);
  if (isCount(min) && isCount(max) && min > max)
    problems.push(`--min is ${min} and --max is ${max}: expected min up to max`);
  if (problems.length > 0 || !isCount(min) || !isCount(max)) return { problems };
  return { policy: read as ScalingPolicy, min, max };
}

function tell(scored: readonly PlayedMinute[], plain: readonly PlayedMinute[]): void {
  const table = new Table({
    head: [
      'hour',
      'what is asked',
      'score',
      'level',
      'factor',
      'demand needs',
      'replicas',
      'without score',
      'each requests',
    ],
    colAligns: ['right', 'left', 'right', 'left', 'right', 'right', 'right', 'right', 'left'],
    style: { head: [], border: [] },
    chars: { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
  });
  for (let hour = 0; hour < 24; hour++) {
    // Half past: what an hour begins with has settled.
    const minute = hour * 60 + 30;
    const seen = jsonOf(scored[minute] as PlayedMinute);
    const { score, level, factor, demand_needs, replicas, requests } = seen;
    const { what } = dayMinute(minute);
    const each = `${requests.cpu} CPU, ${requests.memory}`;
    table.push([hour, what, score, level, factor, demand_needs, replicas, plain[minute]?.replicas, each].map(String));
  }
  say(table.toString());
  say(`with the score: ${summary(scored)}`);
  say(`without: ${summary(plain)}`);
  say('first changes:');
  for (const { minute, record, replicas } of changesIn(scored).slice(0, 6))
    say(`  ${clock(minute)}  ${record.decision.current} → ${replicas}  ${record.decision.reason}`);
}

function summary(played: readonly PlayedMinute[]): string {
  const replicas = played.map((minute) => minute.replicas);
  const hours = replicas.reduce((sum, count) => sum + count, 0) / 60;
  return `${changesIn(played).length} changes, at most ${Math.max(...replicas)} replicas, ${Math.round(hours)} replica-hours`;
}

function changesIn(played: readonly PlayedMinute[]): readonly PlayedMinute[] {
  return played.filter(({ record, replicas }) => replicas !== record.decision.current);
}

function jsonOf({ minute, record, replicas }: PlayedMinute) {
  const view = record.assessment.levels?.complexity;
  return {
    time: clock(minute),
    score: view?.value == null ? null : Math.round(10 * view.value) / 10,
    level: view?.raised?.level ?? null,
    factor: view?.raised?.factor ?? null,
    demand_needs: view?.raised?.base ?? null,
    replicas,
    requests: requestsAt(view?.raised?.factor ?? 1),
    reason: record.decision.reason,
  };
}

/** What a container of one CPU and 4 GiB requests where it follows (`ai4k8s.io/vertical`). */
function requestsAt(factor: number) {
  const exact = exactNumber(factor);
  const at = (request: string, resource: Resource) => {
    const range = FOLLOWS[resource];
    const amounts = exact && range && scaledAmounts({ request, limit: null }, exact, range, resource);
    return amounts?.request ?? request;
  };
  return { cpu: at('1', 'cpu'), memory: at('4Gi', 'memory') };
}

function clock(minute: number): string {
  const two = (value: number) => String(value).padStart(2, '0');
  return `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
}
