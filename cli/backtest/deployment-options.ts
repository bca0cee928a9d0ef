// The options of `ai4k8s backtest` that take a Deployment's own history in place of a file.
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { WorkloadKind } from '../../lib/domain/workload/kind.ts';
import { kindOption } from '../kind-option.ts';
import { type PrometheusCliOptions, prometheusProblem, withPrometheusOptions } from './prometheus-options.ts';

export interface DeploymentOptions extends PrometheusCliOptions {
  readonly deployment?: string;
  readonly namespace?: string;
  readonly kind?: WorkloadKind;
  readonly days?: number;
  /** A load that it names, in place of its CPU. */
  readonly signal?: string;
  /** Folder of an embedded table. */
  readonly data?: string;
  readonly kubeconfig?: string | true;
}

export const DEFAULT_DAYS = 14;
const MOST_DAYS = 400;

export function withDeploymentOptions(command: Command): Command {
  const instead = (flags: string, description: string) => new Option(flags, description).conflicts('trace');
  const withDeployment = command
    .addOption(instead('--deployment <name>', 'take the history of this Deployment instead of a file'))
    .addOption(
      instead(
        '--all',
        'every Deployment that Prometheus knows of, each against its own HPA, and what follows',
      ).conflicts('deployment'),
    )
    .addOption(
      instead(
        '--kubeconfig [file]',
        'with --all: Deployments, requests and HPAs from this cluster itself, where kube-state-metrics does not tell them',
      ),
    )
    .addOption(
      instead(
        '-n, --namespace <ns>',
        'its namespace (default: default); with --all repeatable (default: all)',
      ).argParser(collect),
    )
    .addOption(kindOption().conflicts('trace'))
    .addOption(instead('--days <n>', `how much of its history (default: ${DEFAULT_DAYS})`).argParser(days))
    .addOption(
      instead('--signal <name>', 'replay this load that it names, as ticks have stored it, in place of its CPU'),
    )
    .addOption(
      instead('--data <dir>', 'read it from the folder of npm start -- --data (default: the table TABLE_NAME in AWS)'),
    );
  return withPrometheusOptions(withDeployment);
}

/** What is wrong with the combination, or null. */
export function deploymentProblem(given: DeploymentOptions & { readonly trace?: unknown }): string | null {
  if (given.trace === undefined && given.deployment === undefined)
    return "required option '--trace <path>' not specified; or name a Deployment whose history to take: --deployment <name>";
  if (given.kubeconfig !== undefined) return '--kubeconfig goes with --all: of one Deployment give --deployment alone';
  if (given.signal !== undefined && given.prometheus !== undefined)
    return '--signal is of the history that ticks have stored; of Prometheus give --prometheus-query';
  if (given.data !== undefined && given.prometheus !== undefined)
    return '--data and --prometheus are two places to read the history from: give one of them';
  return prometheusProblem(given);
}

function collect(value: string, all: readonly string[] = []): readonly string[] {
  return [...all, value];
}

function days(text: string): number {
  const value = /^\d{1,3}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= 1 && value <= MOST_DAYS) return value;
  throw new InvalidArgumentError(`expected a whole number from 1 to ${MOST_DAYS}.`);
}
