// `npm run ai4k8s`: the commands there are. Each talks to the API, as any other client does, but for those that are `weighty`.
import { Command, Option } from 'commander';
import { VERSION } from '../lib/version.ts';
import { answerText } from './answer-text.ts';
import { type ApiTarget, askApi, refuseOpenToken } from './api-client.ts';
import { PROGRAM } from './as-typed.ts';
import { forecastCommand } from './forecast/command.ts';
import { killSwitchCommands } from './kill-switch-command.ts';
import { kindOption } from './kind-option.ts';
import { levelCommand } from './level-command.ts';
import { refusalText, unreachableText } from './no-answer.ts';
import { policyCommands } from './policy-commands.ts';
import { proposalCommands } from './proposal-commands.ts';
import { releaseCommand } from './release-command.ts';
import { scheduleCommand } from './schedule-command.ts';
import { complain, guardTerminal, jsonText, messageOf, oneLined, say, TERMINAL } from './terminal.ts';
import { askWholeStatus } from './whole-status.ts';
import { whyCommands } from './why-command.ts';

guardTerminal();

const program = new Command(PROGRAM)
  .configureOutput(TERMINAL)
  .description(
    'Asks and tells a running AI4K8s API: what it would do with a Deployment, and whether it may. Backtests it on recorded demand.',
  )
  .version(VERSION)
  .option('--url <url>', 'where the API answers', process.env.AI4K8S_URL ?? 'http://127.0.0.1:8080')
  .option('--cluster <id>', 'the cluster, as the installation names it', process.env.AI4K8S_CLUSTER ?? 'demo')
  .addOption(
    new Option('-o, --output <format>', 'what to print of an answer').choices(['text', 'json']).default('text'),
  )
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
  npm run ai4k8s -- doctor --kubeconfig
  npm run ai4k8s -- verify --stack Ai4k8s
  npm run ai4k8s -- stop --all --reason "INC-42"
Environment: AI4K8S_URL, AI4K8S_CLUSTER, AI4K8S_TOKEN. Requests to API Gateway carry that token, or are signed with the
credentials that the AWS CLI would use.`,
  );

const onWorkload = (name: string, description: string) =>
  program
    .command(`${name} <deployment>`)
    .description(description)
    .option('-n, --namespace <ns>', 'namespace', 'default')
    .addOption(kindOption());

program
  .command('status')
  .description('workloads, how many are enabled, the last tick')
  .action(() => show((target) => askWholeStatus(target)));

onWorkload('recommend', 'what every source would do with a Deployment; changes nothing').action(
  (deployment, { namespace, kind }) =>
    show((target) => askApi(target, 'recommendations', { query: { deployment, namespace, kind } })),
);

onWorkload('history', 'decisions on a Deployment, newest first')
  .option('--limit <n>', 'how many', '20')
  .action((deployment, { namespace, kind, limit }) =>
    show((target) => askApi(target, 'history', { query: { deployment, namespace, kind, limit } })),
  );

for (const command of [
  forecastCommand(targetOf, () => program.opts<{ output: string }>().output),
  ...whyCommands(show),
  ...policyCommands(show),
  ...proposalCommands(show),
  ...killSwitchCommands(show),
  levelCommand(show),
  releaseCommand(show),
  scheduleCommand(show),
])
  program.addCommand(heard(command));
for (const command of await weighty()) program.addCommand(heard(command));

await program.parseAsync().catch((error: unknown) => {
  complain(`error: ${messageOf(error)}`);
  process.exitCode = 1;
});

/** Commands that carry a simulation or a cluster client: loaded where they are named, or where the list of all is to be shown. */
function weighty(): Promise<readonly Command[]> {
  const commands: Readonly<Record<string, () => Promise<Command>>> = {
    backtest: async () => (await import('./backtest/command.ts')).backtestCommand(),
    'complexity-day': async () => (await import('./complexity/day-command.ts')).complexityDayCommand(),
    complexity: async () => (await import('./complexity/command.ts')).complexityCommand(),
    doctor: async () => (await import('./doctor/command.ts')).doctorCommand(),
    local: async () => (await import('./local-command.ts')).localCommand(),
    verify: async () => (await import('./verify/command.ts')).verifyCommand(clusterGiven),
  };
  const given = new Set(process.argv.slice(2));
  const isNamed = (name: string) => given.has(name);
  const isOther = !isNamed('help') && program.commands.map((command) => command.name()).some(isNamed);
  const wanted = Object.entries(commands).filter(([name]) => isNamed(name));
  const loaded = wanted.length > 0 ? wanted : isOther ? [] : Object.entries(commands);
  return Promise.all(loaded.map(([, load]) => load()));
}

/** Undefined where only the default would be meant. */
function clusterGiven(): string | undefined {
  const isDefault = program.getOptionValueSource('cluster') === 'default';
  return isDefault ? process.env.AI4K8S_CLUSTER || undefined : program.opts<{ cluster: string }>().cluster;
}

/** A command made elsewhere, with its own below it, says what it has to say as the program does. */
function heard(command: Command): Command {
  command.copyInheritedSettings(program);
  command.commands.forEach(heard);
  return command;
}

/** @throws Error where others could read the token on its way */
function targetOf(): ApiTarget {
  const target = { ...program.opts<ApiTarget>(), token: process.env.AI4K8S_TOKEN || undefined };
  refuseOpenToken(target);
  return target;
}

async function show(ask: (target: ApiTarget) => Promise<Response>, words = answerText): Promise<void> {
  const target = targetOf();
  try {
    const answer = await ask(target);
    const body = (await answer.json()) as Record<string, unknown>;
    if (answer.ok) {
      const text = program.opts<{ output: string }>().output === 'json' ? null : words(oneLined(body));
      say(text ?? jsonText(body, 2));
      if (body.success === false) process.exitCode = 1;
      return;
    }
    complain(`error: ${refusalText(target, answer.status, body)}`);
  } catch (error) {
    complain(`error: ${unreachableText(target, error)}`);
  }
  process.exitCode = 1;
}
