// Which options of `backtest` go with --all, and what is wrong with a combination.
import { DEFAULT_DAYS } from '../backtest/deployment-options.ts';
import type { PrometheusCliOptions } from '../backtest/prometheus-options.ts';
import { FEWEST_DAYS, type FleetSettings } from './assess.ts';

/** As they were typed, or as they are by default. */
interface Given extends PrometheusCliOptions {
  readonly days?: number;
  readonly slo: number;
  readonly startup: number;
  readonly timeZone?: string;
  readonly kubeconfig?: string | true;
  readonly html?: string;
  readonly json: boolean;
}

export interface FleetOptions extends FleetSettings {
  readonly server: PrometheusCliOptions & { readonly prometheus: string };
  /** Empty: all but Kubernetes' own. */
  readonly namespaces: readonly string[];
  /** Of the cluster that tells of Deployments and HPAs in the place of kube-state-metrics; true: the default one. */
  readonly kubeconfig: string | true | null;
  readonly html: string | null;
  readonly json: boolean;
}

/** @param isStartupGiven where it is not, each workload's own counts */
export function fleetOptionsOf(given: Given, namespaces: readonly string[], isStartupGiven: boolean): FleetOptions {
  return {
    server: { ...given, prometheus: given.prometheus ?? '' },
    namespaces,
    days: given.days ?? DEFAULT_DAYS,
    sloPercent: given.slo,
    startupSeconds: isStartupGiven ? given.startup : null,
    timeZone: given.timeZone ?? null,
    kubeconfig: given.kubeconfig ?? null,
    html: given.html ?? null,
    json: given.json,
  };
}

/** What one workload is replayed with is of no meaning to a fleet: each has its own. */
const OF_ONE = {
  trace: '--trace',
  deployment: '--deployment',
  kind: '--kind',
  signal: '--signal',
  data: '--data',
  prometheusQuery: '--prometheus-query',
  column: '--column',
  as: '--as',
  queue: '--queue',
  policy: '--policy',
  from: '--from',
  min: '--min',
  max: '--max',
  tick: '--tick',
  look: '--look',
  phase: '--phase',
  capacity: '--capacity',
  timeline: '--timeline',
  llm: '--llm',
} as const;

/** @param isGiven whether somebody typed it */
export function fleetProblem(
  given: Pick<Given, 'prometheus' | 'days' | 'kubeconfig'>,
  isGiven: (option: string) => boolean,
): string | null {
  const other = Object.entries(OF_ONE).find(([name]) => isGiven(name));
  if (other !== undefined)
    return `--all and ${other[1]}: every Deployment is replayed with what is its own; leave ${other[1]} out`;
  if (given.prometheus === undefined)
    return given.kubeconfig === undefined
      ? '--all finds the Deployments in Prometheus: give --prometheus <url>'
      : '--kubeconfig tells what runs now, and not what it used: give --prometheus <url> as well';
  if (given.days !== undefined && given.days < FEWEST_DAYS)
    return `--days ${given.days} is too little for --all: give ${FEWEST_DAYS} or more, of which the later half is scored`;
  return null;
}
