// A trial in a terminal: says on stderr what it does, and on Ctrl-C takes away what it made before it ends.
import { type ClusterAccess, makeConnections } from '../../lib/adapters/kubernetes/connection.ts';
import { makeTransport } from '../../lib/adapters/kubernetes/transport.ts';
import { VERSION } from '../../lib/version.ts';
import type { ApiTarget } from '../api-client.ts';
import { broken } from '../check.ts';
import { complain, messageOf, oneLine } from '../terminal.ts';
import { runTrial, type Trial } from './trial.ts';
import { trialDeployment } from './trial-deployment.ts';

export interface TrialSettings {
  readonly namespace: string;
  readonly kubeconfig: string | undefined;
  readonly context: string | undefined;
  readonly image: string;
  readonly target: ApiTarget & { readonly cluster: string };
  readonly tickSeconds: number;
}

const CALL_MS = 10_000;
const READY_MS = 180_000;
/** A window is made within one tick, the next may be skipped, and each takes its time. */
const TICKS = 3;
const GRACE_MS = 60_000;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Throws nothing. */
export async function interruptibleTrial(settings: TrialSettings): Promise<Trial> {
  const { namespace, target, tickSeconds } = settings;
  const client = await connected(settings).catch(messageOf);
  if (typeof client === 'string') {
    const check = broken('trial', client, 'give --kubeconfig and --context of somebody who may make Deployments');
    return { checks: [check], measured: {} };
  }
  const deployment = trialDeployment(client, namespace, settings.image);
  const byHand = commandsByHand(settings, deployment.name);
  const interruption = new AbortController();
  const onSignal = () => {
    if (interruption.signal.aborted) {
      complain(`left behind: ${byHand}`);
      process.exit(1);
    }
    complain('interrupted: taking away what was made (once more: leave it)');
    interruption.abort();
  };
  // Nobody left to read is no reason to leave anything behind either.
  const onGone = () => interruption.abort();
  for (const signal of SIGNALS) process.on(signal, onSignal);
  for (const stream of [process.stdout, process.stderr]) stream.removeAllListeners('error').on('error', onGone);
  complain(`should this process be killed: ${byHand}`);
  try {
    const longestMs = { ready: READY_MS, scaled: TICKS * tickSeconds * 1000 + GRACE_MS };
    const tell = (line: string) => complain(oneLine(line));
    return await runTrial(
      { deployment, namespace, target, longestMs, now: Date.now, tell, byHand },
      interruption.signal,
    );
  } finally {
    for (const signal of SIGNALS) process.off(signal, onSignal);
  }
}

function connected({ kubeconfig, context, target }: TrialSettings) {
  const path = kubeconfig === undefined ? {} : { path: kubeconfig };
  const access: ClusterAccess = { kind: 'kubeconfig', ...path, ...(context !== undefined && { context }) };
  return makeConnections(new Map([[target.cluster, access]]), makeTransport(VERSION, CALL_MS).http)(target.cluster);
}

function commandsByHand({ kubeconfig, context, namespace, target }: TrialSettings, name: string): string {
  const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
  const file = kubeconfig === undefined ? '' : ` --kubeconfig ${quoted(kubeconfig)}`;
  const where = context === undefined ? '' : ` --context ${quoted(context)}`;
  const ask = `npm run ai4k8s -- --url ${quoted(target.url)} --cluster ${quoted(target.cluster)}`;
  return `${ask} disable ${name} -n ${namespace}; kubectl${file}${where} -n ${namespace} delete deployment ${name}`;
}
