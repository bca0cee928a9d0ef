// A deployed stack, examined from the outside: one question after the other, and none of them changes anything but a trial.
import type { ClusterConfig } from '../../lib/config.ts';
import type { EpochMs } from '../../lib/domain/workload/time.ts';
import { type ApiTarget, refuseOpenToken } from '../api-client.ts';
import { broken, type Check, type Section, skipped } from '../check.ts';
import { accessChecks } from './access-check.ts';
import { identityCheck, stackCheck } from './account-checks.ts';
import { alarmChecks } from './alarm-checks.ts';
import { healthCheck, signedCheck, strangerChecks } from './api-checks.ts';
import type { ApiStatus } from './api-status.ts';
import type { MeasuredBill } from './bill.ts';
import type { Installation } from './installation.ts';
import type { Measured } from './measured.ts';
import { useChecks } from './measured-checks.ts';
import { busCheck, queueChecks, secretCheck } from './part-checks.ts';
import { tableChecks } from './table-checks.ts';
import { tickChecks } from './tick-checks.ts';
import type { Trial, TrialMeasures } from './trial.ts';

export interface VerifyOptions {
  readonly stack: string;
  /** The SDK's own (AWS_REGION, profile) unless given. */
  readonly region?: string | undefined;
  /** For an API that takes tokens. */
  readonly token?: string | undefined;
  readonly now: () => EpochMs;
  /** Null: nothing is changed anywhere. */
  readonly trial: TrialRequest | null;
}

export interface TrialRequest {
  /** Undefined: the only one. */
  readonly cluster: string | undefined;
  /** Runs it, once everything that it needs is known to work. */
  readonly run: (target: ApiTarget & { readonly cluster: string }, tickSeconds: number) => Promise<Trial>;
}

export interface Verified {
  readonly sections: readonly Section[];
  /** Null where AWS did not tell. */
  readonly measured: Measured | null;
  readonly bill: MeasuredBill | null;
  readonly trial: TrialMeasures | null;
}

/** @throws Error where a token would be sent in the open; whatever else is wrong is a check that says so */
export async function verify({ stack, region, token, now, trial }: VerifyOptions): Promise<Verified> {
  const [identity, { check, installation }] = await Promise.all([identityCheck(region), stackCheck(stack, region)]);
  const title = `stack ${stack}`;
  if (installation === null) {
    const rest = skipped('everything else', 'the stack could not be read', null);
    return { sections: [{ title, checks: [...identity, check, rest] }], measured: null, bill: null, trial: null };
  }
  const [table, parts, health, strangers] = await Promise.all([
    tableChecks(installation),
    Promise.all([busCheck(installation), queueChecks(installation), secretCheck(installation)]),
    healthCheck(installation, now),
    strangerChecks(installation),
  ]);
  // Ages are told by AWS's clock: a machine that is slow must not make a dead tick look young.
  const at = () => now() + health.aheadMs;
  const alarms = await alarmChecks(installation, at());
  const target = targetOf(installation, token);
  const clusters: ClusterSeen[] = [];
  for (const cluster of installation.clusters) clusters.push(await seen(installation, cluster, target, at()));
  const workloads = clusters.reduce((total, { status }) => total + (status?.workloads.length ?? 0), 0);
  const use = await useChecks(installation, { tableBytes: table.bytes, workloads }, at());
  const sections: Section[] = [
    {
      title: `${title} in ${installation.region}`,
      checks: [...identity, check, ...table.checks, ...parts.flat(), ...health.checks, ...strangers, ...alarms],
    },
    ...clusters.map(({ cluster, checks }) => ({ title: `cluster ${cluster}`, checks })),
    { title: 'measured', checks: use.checks },
  ];
  const tried = trial === null ? null : await runIfSound(trial, installation, clusters, target);
  return {
    sections: tried === null ? sections : [...sections, { title: 'trial', checks: tried.checks }],
    measured: use.measured,
    bill: use.bill,
    trial: tried === null ? null : tried.measured,
  };
}

interface ClusterSeen {
  readonly cluster: string;
  readonly checks: readonly Check[];
  /** Null where the API did not tell. */
  readonly status: ApiStatus | null;
}

async function seen(
  installation: Installation,
  cluster: ClusterConfig,
  target: ApiTarget,
  at: EpochMs,
): Promise<ClusterSeen> {
  const [access, signed] = await Promise.all([
    accessChecks(installation, cluster),
    signedCheck(installation, { ...target, cluster: cluster.id }),
  ]);
  const ticks = await tickChecks(installation, cluster.id, signed.status, at);
  return { cluster: cluster.id, checks: [...access, ...ticks, ...signed.checks], status: signed.status };
}

/** @throws Error where others could read the token on its way */
function targetOf({ apiUrl, region, takesTokens }: Installation, token: string | undefined): ApiTarget {
  const target = { url: apiUrl, cluster: null, region, ...(takesTokens && { token }) };
  refuseOpenToken(target);
  return target;
}

async function runIfSound(
  { cluster: wanted, run }: TrialRequest,
  { tickSeconds }: Installation,
  clusters: readonly ClusterSeen[],
  target: ApiTarget,
): Promise<Trial> {
  const none = (check: Check): Trial => ({ checks: [check], measured: {} });
  const name = 'trial';
  const known = clusters.map(({ cluster }) => cluster).join(', ');
  const found =
    wanted === undefined && clusters.length === 1 ? clusters[0] : clusters.find((one) => one.cluster === wanted);
  if (found === undefined)
    return none(
      broken(name, `the stack has no cluster ${wanted ?? '(none was named)'}`, `give --cluster: one of ${known}`),
    );
  if (found.status === null)
    return none(skipped(name, `the API did not answer for cluster ${found.cluster}`, 'mend "API status" first'));
  if (found.status.killSwitch !== null)
    return none(
      skipped(name, 'the kill switch is on: nothing would be scaled', 'turn it off first (npm run ai4k8s -- go)'),
    );
  return run({ ...target, cluster: found.cluster }, tickSeconds);
}
