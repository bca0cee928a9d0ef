// `ai4k8s forecast`: what the loads of workloads will be, for people in a terminal and for KEDA as a ScaledObject.
import { readFileSync } from 'node:fs';
import { Command, InvalidArgumentError, Option } from 'commander';
import type { WorkloadKind } from '../../lib/domain/workload/kind.ts';
import { EXIT } from '../exit-codes.ts';
import { kindOption } from '../kind-option.ts';
import { NoAnswer } from '../no-answer.ts';
import { dataText, type Format } from '../output.ts';
import { kubeconfigOption, type Place, type PlaceOf, type Straight } from '../place.ts';
import { complain, messageOf, oneLine, say } from '../terminal.ts';
import { whileWaiting } from '../waiting.ts';
import { askForecasts } from './ask.ts';
import { forecastsIn, type WorkloadForecast } from './forecasts.ts';
import { kedaObjects } from './keda.ts';
import { askPast, type PastLoads } from './past.ts';
import { forecastText } from './text.ts';

interface Options extends Straight {
  readonly deployment?: string;
  readonly namespace?: string;
  readonly kind: WorkloadKind;
  readonly file?: string;
  readonly keda?: true;
  readonly prometheus?: string;
  readonly series: 'forecast' | 'wanted';
  readonly signal?: string;
}

/** Where the API is, and how to print, are options of the program. */
export function forecastCommand(placeOf: PlaceOf, formatOf: () => Format): Command {
  return new Command('forecast')
    .description('what the loads of workloads will be in the next hours; with --keda as a trigger of KEDA')
    .argument('[cluster]', 'as the installation names it (default: --cluster)')
    .option('-d, --deployment <name>', 'this workload, enabled or not; without it, all that are enabled')
    .option(
      '-n, --namespace <ns>',
      'its namespace (default with --deployment: default), or all enabled ones of this one',
    )
    .addOption(kindOption())
    .option('--file <path>', 'what -o json forecast printed, instead of asking the API; - for standard input')
    .option('--keda', 'print a ScaledObject for each, to be read and applied by you')
    .addOption(
      new Option('--prometheus <url>', 'with --keda: where KEDA finds the series that remote write leaves')
        .env('AI4K8S_PROMETHEUS')
        .argParser(serverUrl),
    )
    .addOption(
      new Option('--series <which>', 'with --keda: forecast demand a replica, or the replicas that we would have')
        .choices(['forecast', 'wanted'])
        .default('forecast'),
    )
    .option('--signal <name>', 'with --keda: of this load only, such as cpu or requests')
    .addOption(kubeconfigOption().conflicts(['file', 'keda']))
    .addHelpText('after', HELP)
    .action(async (cluster: string | undefined, options: Options) => {
      try {
        const { found, past } = await (options.file === undefined
          ? askedOf(await placeOf(options), cluster, options)
          : { found: filed(options.file, options), past: [] });
        if (found.length === 0) throw new Error(options.kubeconfig === undefined ? NOTHING : NONE_THERE);
        if (options.keda) await printKeda(found, options);
        else
          say(
            dataText({ forecasts: found }, formatOf()) ??
              found.map((one, i) => forecastText(one, past[i])).join('\n\n'),
          );
      } catch (error) {
        complain(`error: ${oneLine(messageOf(error))}`);
        process.exitCode = error instanceof NoAnswer ? error.exitCode : EXIT.refused;
      }
    });
}

const NOTHING = 'no enabled workload: name one with --deployment, or enable some (mode recommend changes nothing)';
const NONE_THERE = 'the cluster has no workload there to forecast: --namespace and --deployment say which are meant';

const HELP = `
A forecast is of total demand, not per replica: cores, bytes, or the unit of a signal. Without skill it is shown and not acted on,
and what is served to KEDA is the present demand.

KEDA and AI4K8s do not both write replicas: what a ScaledObject owns is left alone. With --keda it can be served instead:
  1. enable the workload here in mode recommend, which changes nothing:   npm run ai4k8s -- enable web -n shop --mode recommend
  2. have ticks write series to your Prometheus: REMOTE_WRITE_URL, see docs/remote-write.md
  3. npm run -s ai4k8s -- forecast prod -d web -n shop --keda --prometheus http://prometheus.monitoring:9090 > web.yaml
  4. read it, and kubectl apply -f web.yaml. KEDA takes one ScaledObject per workload: where there is one, put the triggers into it.
KEDA then has at least ceil(value / threshold) replicas; beside other triggers the highest counts. Where the series is missing,
it has the replicas of "fallback": as many as run now.

Examples:
  npm run ai4k8s -- forecast                                            all enabled workloads of the usual cluster
  npm run ai4k8s -- forecast prod -d web -n shop                        one of them
  npm run -s ai4k8s -- -o json forecast prod > forecasts.json           kept, to be looked at or turned into YAML elsewhere
  npm run -s ai4k8s -- forecast --file forecasts.json --keda --series wanted --prometheus http://prometheus.monitoring:9090`;

interface Forecasts {
  readonly found: readonly WorkloadForecast[];
  /** Of each; null where it cannot be told. Empty where nobody looks at a chart. */
  readonly past: readonly (PastLoads | null)[];
}

/** @throws NoAnswer, or Error of one line */
async function askedOf(place: Place, named: string | undefined, options: Options): Promise<Forecasts> {
  const { target, ready, close } = place;
  try {
    const isStraight = options.kubeconfig !== undefined;
    if (isStraight && named !== undefined) throw new Error('--kubeconfig says which cluster: leave its name out');
    const cluster = named ?? target.cluster;
    if (cluster === null) throw new Error('say which cluster');
    const asking = async () => {
      await ready();
      return askForecasts({ ...target, cluster }, { ...options, isOfAll: isStraight });
    };
    const found = await whileWaiting(isStraight ? place.waiting : 'asking for forecasts', asking());
    // A chart is for a person who looks at it, of what the API knows.
    const isDrawn = process.stdout.isTTY === true && !isStraight;
    return { found, past: isDrawn ? await Promise.all(found.map((one) => askPast(target, one))) : [] };
  } finally {
    await close();
  }
}

function filed(path: string, { deployment, namespace }: Options): readonly WorkloadForecast[] {
  const found = forecastsIn(readFileSync(path === '-' ? 0 : path, 'utf8'), path === '-' ? 'standard input' : path);
  return found.filter(
    (one) =>
      (deployment === undefined || one.deployment === deployment) &&
      (namespace === undefined || one.namespace === namespace),
  );
}

/** Of those that cannot be served stderr says why: what is printed stays valid YAML. */
async function printKeda(found: readonly WorkloadForecast[], { prometheus, series, signal }: Options): Promise<void> {
  if (prometheus === undefined)
    throw new Error('--keda wants --prometheus URL (or AI4K8S_PROMETHEUS): where KEDA is to ask for the series');
  // A Kubernetes client comes with it: loaded where it is needed.
  const { dumpYaml } = await import('@kubernetes/client-node');
  const documents = new Map<string, string>();
  for (const forecast of found) {
    const objects = kedaObjects(forecast, { prometheus, series, signal });
    if (objects.length === 0) complain(notServed(forecast, signal));
    else if (forecast.enabled && forecast.mode !== 'recommend') complain(scaledHere(forecast));
    for (const object of objects) documents.set(JSON.stringify(object), dumpYaml(object, { lineWidth: -1 }));
  }
  if (documents.size === 0) throw new Error('nothing to serve');
  say([...documents.values()].join('---\n').trimEnd());
}

/** Once KEDA owns it, it is left alone; until then two write. */
function scaledHere({ namespace, deployment, mode }: WorkloadForecast): string {
  const now = `${namespace}/${deployment}: is scaled here, in mode ${mode}`;
  return oneLine(`${now}: before KEDA takes over, enable it in mode recommend, and delete an HPA that targets it`);
}

function notServed({ namespace, deployment, signals }: WorkloadForecast, signal: string | undefined): string {
  const known = Object.keys(signals).join(', ') || 'none';
  const why =
    signal === undefined
      ? 'no load has a target per replica (is a CPU request stated?)'
      : `no target per replica of ${signal}`;
  return oneLine(`${namespace}/${deployment}: not served: ${why}; forecast are: ${known}. --series wanted needs none`);
}

function serverUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url !== null && /^https?:$/.test(url.protocol) && url.username + url.password === '') return text;
  throw new InvalidArgumentError(
    'expected http:// or https:// and a host, without credentials (those are for a TriggerAuthentication).',
  );
}
