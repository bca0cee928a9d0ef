// `ai4k8s doctor`: is everything there that AI4K8s needs, and if not, what to run.
import { existsSync } from 'node:fs';
import { Command, Option } from 'commander';
import { makeKubernetes } from '../../lib/adapters/kubernetes/adapter.ts';
import { type ClusterAccess, makeConnections } from '../../lib/adapters/kubernetes/connection.ts';
import { listScopes } from '../../lib/adapters/kubernetes/namespaces.ts';
import { makeTransport } from '../../lib/adapters/kubernetes/transport.ts';
import { type ClusterConfig, type PresentConfig, readPresentConfig } from '../../lib/config.ts';
import { VERSION } from '../../lib/version.ts';
import { WALL_CLOCK } from '../../lib/wire/advisor.ts';
import { accessOf } from '../../lib/wire/cluster.ts';
import { wireSignals } from '../../lib/wire/signals.ts';
import { endpointIn } from '../../local/embedded-endpoint.ts';
import { type Check, isBroken, type Section, skipped } from '../check.ts';
import { dataText, type Format, formatIn } from '../output.ts';
import { complain, messageOf, say } from '../terminal.ts';
import { whileWaiting } from '../waiting.ts';
import type { Subject } from './access-review.ts';
import { budgetCheck } from './budget-check.ts';
import { clusterChecks } from './cluster-checks.ts';
import { llmChecks } from './llm-checks.ts';
import { doctorData, doctorText } from './report.ts';
import { signalsChecks } from './signals-checks.ts';
import { type TablePlace, tableChecks } from './table-checks.ts';

interface DoctorOptions {
  /** true: the default kubeconfig. */
  readonly kubeconfig?: string | true;
  readonly context?: string;
  readonly group?: string;
  readonly data?: string;
  readonly json?: true;
}

/** A cluster that takes longer for one call would fail ticks as well. */
const CALL_MS = 5000;

/** The command, to be added to the program. Exit code 1 where something is broken. */
export function doctorCommand(formatOf: () => Format): Command {
  return new Command('doctor')
    .description('checks clusters, rights, metrics, clocks, table and LLM, and says what to run to mend each')
    .option(
      '--kubeconfig [file]',
      'the cluster of a kubeconfig (default: KUBECONFIG, ~/.kube/config), not those of CLUSTERS',
    )
    .addOption(new Option('--context <name>', 'the context of the kubeconfig').implies({ kubeconfig: true }))
    .option(
      '--group <name>',
      'ask as an administrator what this group may, such as ai4k8s-autoscaler, not what you may',
    )
    .option('--data <dir>', 'the table of npm start -- --data <dir>, while that runs, not TABLE_NAME')
    .option('--json', 'findings as JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (options: DoctorOptions) => {
      try {
        if (existsSync('.env')) process.loadEnvFile('.env');
        const looking = examine(options, readPresentConfig(process.env));
        const sections = await whileWaiting('asking clusters, table and LLM', looking);
        say(options.json ? (dataText(doctorData(sections), formatIn(formatOf())) ?? '') : doctorText(sections));
        if (isBroken(sections)) process.exitCode = 1;
      } catch (error) {
        complain(`error: ${messageOf(error)}`);
        process.exitCode = 1;
      }
    });
}

const EXAMPLES = `
Examples:
  npm run ai4k8s -- doctor --kubeconfig                             your own cluster and rights
  npm run ai4k8s -- doctor --kubeconfig --group ai4k8s-autoscaler   what the deployed functions may there
  CLUSTERS='[…]' TABLE_NAME=… npm run ai4k8s -- doctor              as the functions are configured
Environment (or .env): CLUSTERS, TABLE_NAME, NAMESPACES, GROQ_API_KEY or GROQ_SECRET_ID, GROQ_BASE_URL, GROQ_MODELS, SIGNALS.`;

async function examine(options: DoctorOptions, config: PresentConfig): Promise<readonly Section[]> {
  const targets = targetsOf(options, config);
  if (targets.length === 0)
    throw new Error(
      'there is no cluster to look at: give --kubeconfig [file], or set CLUSTERS as the functions have it',
    );
  const clusters = new Map(targets.map(({ cluster, access }) => [cluster, access]));
  const connect = makeConnections(clusters, makeTransport(VERSION, CALL_MS).http);
  const namespaces = { include: config.NAMESPACES, exclude: config.EXCLUDE_NAMESPACES };
  const kubernetes = makeKubernetes({ clusters, namespaces, version: VERSION, timeoutMs: CALL_MS });
  const signals = wireSignals(config.SIGNALS, kubernetes, WALL_CLOCK);
  const scopes = listScopes(namespaces);
  const subject: Subject = options.group === undefined ? { kind: 'self' } : { kind: 'group', group: options.group };
  const sections: Section[] = [];
  for (const { cluster, reachCommand } of targets) {
    const settings = { annotates: config.ANNOTATE_ON_ENABLE, readsNamespaces: config.NAMESPACE_ANNOTATIONS };
    const questions = { cluster, subject, scopes, ...settings, reachCommand };
    const checks = [
      ...(await clusterChecks(connect, questions, Date.now)),
      ...(await signalsChecks(kubernetes.reader, signals, cluster, Date.now)),
    ];
    sections.push({ title: `cluster ${cluster}`, checks });
  }
  const ids = (config.CLUSTERS ?? []).map(({ id }) => id);
  const table = await tableSection(options, config, ids);
  return [...sections, { title: 'installation', checks: [...table, ...(await llmChecks(config, Date.now))] }];
}

interface Target {
  readonly cluster: string;
  readonly access: ClusterAccess;
  readonly reachCommand: string;
}

function targetsOf({ kubeconfig, context }: DoctorOptions, config: PresentConfig): readonly Target[] {
  if (kubeconfig === undefined)
    return (config.CLUSTERS ?? []).map((one) => ({
      cluster: one.id,
      access: accessOf(one),
      reachCommand: reachCommandFor(one),
    }));
  const where = { ...(kubeconfig !== true && { kubeconfig }), ...(context !== undefined && { context }) };
  const path = kubeconfig === true ? {} : { path: kubeconfig };
  const access = { kind: 'kubeconfig', ...path, ...(context !== undefined && { context }) } as const;
  return [{ cluster: context ?? 'kubeconfig', access, reachCommand: reachCommandFor(where) }];
}

async function tableSection(
  { data }: DoctorOptions,
  { TABLE_NAME, LLM_MONTHLY_USD: budgetUsd }: PresentConfig,
  clusters: readonly string[],
): Promise<readonly Check[]> {
  const place = placeOf(data, TABLE_NAME);
  if (place !== null)
    return [...(await tableChecks(place, clusters, Date.now)), await budgetCheck(place, budgetUsd, Date.now)];
  return [skipped('table', 'not asked: set TABLE_NAME (output TableName of the stack), or give --data')];
}

function placeOf(data: string | undefined, tableName: string | undefined): TablePlace | null {
  if (data === undefined) return tableName === undefined ? null : { tableName };
  const embedded = endpointIn(data);
  if (embedded !== null) return embedded;
  throw new Error(`--data ${data}: no running process has its table open: start it with "npm start -- --data ${data}"`);
}

function reachCommandFor({ eks, kubeconfig, context }: Omit<ClusterConfig, 'id'>): string {
  if (eks !== undefined) {
    const describe = `aws eks describe-cluster --region ${eks.region} --name ${eks.name} --query 'cluster.[status,endpoint]'`;
    return `${describe}, then from the same network: curl -sk ENDPOINT/version`;
  }
  const file = kubeconfig === undefined ? '' : ` --kubeconfig ${kubeconfig}`;
  return `kubectl${file}${context === undefined ? '' : ` --context ${context}`} version`;
}
