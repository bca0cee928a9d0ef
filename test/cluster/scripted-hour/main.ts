// `npm run hour`: an hour on a real control plane, beside a real HPA, by a script; prints what happened as Markdown.
//
//   npm run hour -- --trace FILE.csv --from 2021-10-16T11:40:00Z [--minutes 60] [--out FILE.md]
//
// The seconds are real: the controllers stamp pods and keep their windows by the clock of the machine.
import { mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureControlPlane } from '../control-plane/binaries.ts';
import { startStandIns } from '../control-plane/stand-ins.ts';
import { type ControlPlane, startControlPlane } from '../control-plane/start.ts';
import { startAutoscaler } from './autoscaler.ts';
import { type HourLoad, hourOf, replicasFor } from './load.ts';
import { HOUR_MINUTES, handsFromSeconds, playHour, setUsage } from './play.ts';
import { type Sample, scoreTables } from './score.ts';
import { startTranscript } from './transcript.ts';
import { installCommands, manifest, writeAccountKubeconfig } from './workloads.ts';

interface Options {
  readonly trace: string;
  readonly from: string;
  readonly minutes: number;
  readonly out: string | undefined;
}

const say = (line: string) => process.stderr.write(`${line}\n`);
const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => interrupted.abort());

try {
  await main(readOptions());
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
// The stand-in kubelet may still wait for pods to start that are gone by now.
process.exit(interrupted.signal.aborted ? 130 : process.exitCode);

async function main(options: Options): Promise<void> {
  const load = hourOf(options.trace, options.from);
  const bin = await ensureControlPlane();
  // Kubernetes' own timing, whatever the tests of this folder were started with.
  for (const name of ['HPA_SYNC', 'HPA_DOWN_STAB', 'HPA_CPU_INIT', 'HPA_READY_DELAY']) delete process.env[name];
  const cluster = await startControlPlane({ bin, controllers: true });
  try {
    const standIns = await startStandIns(cluster, { kubelet: true, report: say });
    try {
      await onCluster(cluster, bin, load, options);
    } finally {
      await standIns.stop();
    }
  } finally {
    await cluster.stop();
    say('control plane stopped');
  }
}

async function onCluster(cluster: ControlPlane, bin: string, load: HourLoad, { minutes, out }: Options): Promise<void> {
  const scratch = join(cluster.folder, 'hour');
  mkdirSync(scratch);
  const PATH = [bin, dirname(process.execPath), process.env.PATH].join(delimiter);
  const env: NodeJS.ProcessEnv = { ...process.env, PATH, KUBECONFIG: cluster.kubeconfig, HOUR: scratch };
  const transcript = startTranscript(env, say);
  const kubeconfig = join(scratch, 'autoscaler.kubeconfig');
  writeFileSync(join(scratch, 'demo.json'), JSON.stringify(manifest()));
  setUsage(cluster, load.coresAt(0));
  transcript.heading('before the hour');
  for (const command of installCommands(replicasFor(load.coresAt(0))))
    if (!(await transcript.run(command))) throw new Error(`failed: ${command}`);
  await writeAccountKubeconfig(cluster.kubeconfig, kubeconfig);
  const autoscaler = await startAutoscaler(kubeconfig, transcript.line);
  env.AI4K8S_URL = autoscaler.url;
  const samples: Sample[] = [];
  try {
    await playHour({ cluster, autoscaler, load, transcript, minutes }, samples, interrupted.signal);
  } finally {
    transcript.heading('numbers');
    write(out, `${transcript.markdown()}${scoreTables(samples, handsFromSeconds(minutes))}\n`);
    await autoscaler.close();
  }
}

/** @throws Error that says which option is missing or wrong */
function readOptions(): Options {
  const { values } = parseArgs({
    options: {
      trace: { type: 'string' },
      from: { type: 'string' },
      minutes: { type: 'string', default: String(HOUR_MINUTES) },
      out: { type: 'string' },
    },
  });
  const { trace, from, out } = values;
  const minutes = Number(values.minutes);
  if (trace === undefined || from === undefined)
    throw new Error('expected --trace FILE.csv and --from, the time in it at which the hour begins');
  if (!Number.isInteger(minutes) || minutes < 1 || minutes > HOUR_MINUTES)
    throw new Error(`--minutes ${values.minutes}: expected a whole number from 1 to ${HOUR_MINUTES}`);
  return { trace, from, minutes, out };
}

function write(out: string | undefined, text: string): void {
  if (out === undefined) process.stdout.write(text);
  else writeFileSync(out, text);
}
