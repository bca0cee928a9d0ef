// `ai4k8s verify`: does what was deployed work, asked of AWS, of the API and, on request, of a workload made for it.
import { Command, InvalidArgumentError } from 'commander';
import { isProven } from '../check.ts';
import { EXIT, UsageError } from '../exit-codes.ts';
import { dataText, type Format, formatIn } from '../output.ts';
import { complain, messageOf, oneLine, say } from '../terminal.ts';
import type { TrialRequest } from './verify.ts';

interface Options {
  readonly stack: string;
  readonly region?: string;
  readonly try?: true;
  readonly namespace?: string;
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly image: string;
  readonly json?: true;
}

/** The command, to be added to the program. @param clusterOf the program's own option, where it was given */
export function verifyCommand(clusterOf: () => string | undefined, formatOf: () => Format): Command {
  return new Command('verify')
    .description(
      'after cdk deploy: is everything there, does it tick, may only those call who should, what does it cost',
    )
    .requiredOption('--stack <name>', 'as cdk deploy prints it: context stackName, else Ai4k8s')
    .option('--region <name>', 'of the stack (default: AWS_REGION, or that of the profile)')
    .option('--try', 'also makes a throwaway Deployment and has it enabled, scaled by a tick and disabled')
    .option('-n, --namespace <ns>', 'with --try: where to make it', namespaceName)
    .option('--kubeconfig <file>', 'with --try: who makes it (default: KUBECONFIG, ~/.kube/config)')
    .option('--context <name>', 'with --try: the context of the kubeconfig')
    .option('--image <ref>', 'with --try: what its pods run; they do nothing', 'registry.k8s.io/pause:3.10')
    .option('--json', 'findings and figures as JSON')
    .addHelpText('after', HELP)
    .action(async (options: Options) => {
      try {
        await run(options, clusterOf(), formatOf());
      } catch (error) {
        complain(`error: ${oneLine(messageOf(error))}`);
        process.exitCode = error instanceof UsageError ? EXIT.usage : EXIT.refused;
      }
    });
}

const HELP = `
Reads only, unless --try is given. Each line is one check:
  ✓  it is as it should be
  !  it works, and somebody should know
  ✗  it is not as it was deployed, or does not work; what to do stands below it
  –  these credentials may not ask (the missing right stands below it), or there was no need
Exit code 0 where everything that should be asked was asked and nothing is broken; else 1.

What it asks, and the rights it takes (AWS's ReadOnlyAccess has them all but the last):
  cloudformation:DescribeStacks, ListStackResources, GetTemplate    what the stack consists of
  dynamodb:DescribeTable, DescribeTimeToLive, DescribeContinuousBackups, GetItem    the table, and the last tick in it
  eks:DescribeAccessEntry    whether clusters let the functions in
  sqs:GetQueueAttributes, events:DescribeEventBus, secretsmanager:DescribeSecret    the rest; no message or value is read
  cloudwatch:DescribeAlarms, GetMetricData    what rings, and what a month costs
  execute-api:Invoke    the API, signed; it is also called without a signature, and must refuse

With --try (--cluster says where, if the stack has several) it makes one Deployment of one pod that does nothing, in your name,
by your kubeconfig: create, get and delete on deployments.apps in that namespace. Then, by the API: enable (mode scale, 1 to 3
replicas), a window that wants 2, which the next tick writes, disable. It takes some three minutes. All of it is taken away
again, also on Ctrl-C and on failure.

Examples:
  npm run ai4k8s -- verify --stack Ai4k8s
  npm run ai4k8s -- verify --stack Ai4k8s --region eu-west-1 --json > proof.json
  npm run ai4k8s -- verify --stack Ai4k8s --try --cluster prod --namespace default --context prod-admin`;

/** In the terms of RFC 1123: it becomes part of a path, and of commands that are printed. */
function namespaceName(text: string): string {
  if (/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(text)) return text;
  throw new InvalidArgumentError('expected the name of a namespace.');
}

async function run(options: Options, cluster: string | undefined, format: Format): Promise<void> {
  // Clients of seven services come with it: loaded once it is known that they are needed.
  const [{ verify }, { verifyData, verifyText }] = await Promise.all([import('./verify.ts'), import('./report.ts')]);
  const { stack, region, json } = options;
  const verified = await verify({
    stack,
    region,
    token: process.env.AI4K8S_TOKEN || undefined,
    now: Date.now,
    trial: options.try ? await trialOf(options, cluster) : null,
  });
  say(json ? (dataText(verifyData(verified), formatIn(format)) ?? '') : verifyText(verified));
  if (!isProven(verified.sections)) process.exitCode = 1;
}

/** @throws UsageError where an option is missing */
async function trialOf(options: Options, cluster: string | undefined): Promise<TrialRequest> {
  const { namespace, kubeconfig, context, image } = options;
  if (namespace === undefined) throw new UsageError('--try makes a Deployment: say where with --namespace');
  const { interruptibleTrial } = await import('./interruptible-trial.ts');
  return {
    cluster,
    run: (target, tickSeconds) => interruptibleTrial({ namespace, kubeconfig, context, image, target, tickSeconds }),
  };
}
