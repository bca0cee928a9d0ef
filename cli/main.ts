// `npm run ai4k8s`: the commands there are. Each talks to the API, as any other client does, but for those that are `weighty`.
import { Command } from 'commander';
import { VERSION } from '../lib/version.ts';
import { type ApiTarget, refuseOpenToken } from './api-client.ts';
import { PROGRAM } from './as-typed.ts';
import { addCompletion, COMPLETE, COMPLETION } from './completion.ts';
import { withExamples } from './examples.ts';
import { EXIT, EXIT_WORDS, UsageError } from './exit-codes.ts';
import { forecastCommand } from './forecast/command.ts';
import { killSwitchCommands } from './kill-switch-command.ts';
import { levelCommand } from './level-command.ts';
import { type Format, outputOption } from './output.ts';
import { makePlaceOf } from './place.ts';
import { policyCommands } from './policy-commands.ts';
import { proposalCommands } from './proposal-commands.ts';
import { readCommands } from './read-commands.ts';
import { releaseCommand } from './release-command.ts';
import { scheduleCommand } from './schedule-command.ts';
import { makeShow } from './show.ts';
import { complain, guardTerminal, messageOf, TERMINAL } from './terminal.ts';
import { whyCommands } from './why-command.ts';

guardTerminal();

/** Of those with a `--json` of their own. */
const YAML_TOO = new Set(['doctor', 'verify']);

const program = new Command(PROGRAM)
  .configureOutput(TERMINAL)
  .description(
    'Asks and tells a running AI4K8s API: what it would do with a Deployment, and whether it may. Backtests it on recorded demand.',
  )
  .version(VERSION)
  .option('--url <url>', 'where the API answers', process.env.AI4K8S_URL ?? 'http://127.0.0.1:8080')
  .option('--cluster <id>', 'the cluster, as the installation names it', process.env.AI4K8S_CLUSTER ?? 'demo')
  .addOption(outputOption())
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? EXIT.done : EXIT.usage))
  .addHelpText(
    'after',
    `
Examples:
  npm run ai4k8s -- status
  npm run ai4k8s -- recommend checkout --namespace shop
  npm run ai4k8s -- enable checkout --namespace shop --min 2 --max 20 --mode scale
  npm run ai4k8s -- enable checkout --namespace shop --mode propose
  npm run ai4k8s -- proposals
  npm run ai4k8s -- approve checkout --namespace shop
  npm run ai4k8s -- pause checkout --namespace shop --way scale-in --for 2h --reason "INC-42"
  npm run ai4k8s -- history checkout --namespace shop --limit 5
  npm run ai4k8s -- enable orders-db --namespace shop --kind StatefulSet --max 9
  npm run ai4k8s -- schedule add checkout --namespace shop --days mon,tue --start 08:00 --end 18:00 --zone Europe/Berlin --floor 8
  npm run ai4k8s -- policy set cap-mode=propose cap-max-replicas=50 --namespace shop
  npm run ai4k8s -- forecast -d checkout --namespace shop
  npm run ai4k8s -- backtest --trace demand.csv
  npm run ai4k8s -- complexity --file prompts.jsonl
  npm run ai4k8s -- dashboard --open
  npm run ai4k8s -- mcp
  npm run ai4k8s -- doctor --kubeconfig
  npm run ai4k8s -- verify --stack Ai4k8s
  npm run ai4k8s -- stop --all --reason "INC-42"

With nothing deployed: "status", "recommend", "why", "why-not" and "forecast" take --kubeconfig and
read your own cluster once; "npm start -- --kubeconfig" in one terminal goes on watching it, and
prints how these commands ask it from another. Both change nothing.

Environment: AI4K8S_URL, AI4K8S_CLUSTER, AI4K8S_TOKEN. Requests to API Gateway carry that token, or are signed with the
credentials that the AWS CLI would use. There are no colours, with and without NO_COLOR.

${EXIT_WORDS}`,
  );

const placeOf = makePlaceOf(targetOf, (name) => program.getOptionValueSource(name) === 'cli');
const show = makeShow(placeOf, formatOf);
for (const command of [
  ...readCommands(show),
  forecastCommand(placeOf, formatOf),
  ...whyCommands(show),
  ...policyCommands(show),
  ...proposalCommands(show),
  ...killSwitchCommands(show),
  levelCommand(show),
  releaseCommand(show),
  scheduleCommand(show),
])
  program.addCommand(heard(command));
const given = new Set(process.argv.slice(2));
const isCompleting = [COMPLETE, COMPLETION].includes(process.argv[2] ?? '');
for (const command of await weighty()) program.addCommand(heard(command));
if (isCompleting || !isOther()) addCompletion(program);
for (const command of program.commands) if (command.name() === COMPLETION) withExamples(command, [COMPLETION]);

// What is made line by line, as it comes, is JSON or text.
program.hook('preAction', (_program, command) => {
  if (formatOf() !== 'json' && formatOf() !== 'yaml') return;
  if (!command.options.some(({ long }) => long === '--json')) return;
  if (formatOf() === 'yaml' && !YAML_TOO.has(command.name()))
    throw new UsageError(`${command.name()} prints text, or with -o json a JSON object a line: there is no YAML of it`);
  command.setOptionValue('json', true);
});
await program.parseAsync().catch((error: unknown) => {
  complain(`error: ${messageOf(error)}`);
  process.exitCode = error instanceof UsageError ? EXIT.usage : EXIT.refused;
});

/** Commands that carry a simulation or a cluster client: loaded where they are named, or where the list of all is to be shown. */
function weighty(): Promise<readonly Command[]> {
  const commands: Readonly<Record<string, () => Promise<Command>>> = {
    backtest: async () => (await import('./backtest/command.ts')).backtestCommand(),
    'complexity-day': async () => (await import('./complexity/day-command.ts')).complexityDayCommand(),
    complexity: async () => (await import('./complexity/command.ts')).complexityCommand(),
    dashboard: async () => (await import('./dashboard/command.ts')).dashboardCommand(targetOf),
    doctor: async () => (await import('./doctor/command.ts')).doctorCommand(formatOf),
    local: async () => (await import('./local-command.ts')).localCommand(),
    mcp: async () => (await import('./mcp-command.ts')).mcpCommand(targetOf),
    verify: async () => (await import('./verify/command.ts')).verifyCommand(clusterGiven, formatOf),
  };
  const wanted = isCompleting ? [] : Object.entries(commands).filter(([name]) => given.has(name));
  const loaded = wanted.length > 0 ? wanted : !isCompleting && isOther() ? [] : Object.entries(commands);
  return Promise.all(loaded.map(([, load]) => load()));
}

/** Another command is named, and not to be explained. */
function isOther(): boolean {
  return !given.has('help') && program.commands.some((command) => given.has(command.name()));
}

/** Undefined where only the default would be meant. */
function clusterGiven(): string | undefined {
  const isDefault = program.getOptionValueSource('cluster') === 'default';
  return isDefault ? process.env.AI4K8S_CLUSTER || undefined : program.opts<{ cluster: string }>().cluster;
}

/** A command made elsewhere, with its own below it, says what it has to say as the program does. */
function heard(command: Command, path: readonly string[] = []): Command {
  const here = [...path, command.name()];
  command.copyInheritedSettings(program);
  withExamples(command, here);
  for (const below of command.commands) heard(below, here);
  return command;
}

function formatOf(): Format {
  return program.opts<{ output: Format }>().output;
}

/** @throws Error where others could read the token on its way */
function targetOf(): ApiTarget {
  const target = { ...program.opts<ApiTarget>(), token: process.env.AI4K8S_TOKEN || undefined };
  refuseOpenToken(target);
  return target;
}
