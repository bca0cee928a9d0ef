// Money in answers of the API as a person reads it in a terminal: what runs, what could be saved, what was.
import { wrapped } from './wrapped.ts';

export interface WorkloadCost {
  /** Null where a request is missing: `reason` says which. */
  readonly usd_per_hour: number | null;
  readonly usd_per_month: number | null;
  readonly reason?: string;
  readonly potential_usd_per_month?: number;
  readonly realised?: { readonly from_replicas: number; readonly since: string; readonly usd_per_month: number } | null;
  readonly change?: { readonly usd_per_hour: number | null };
  readonly note?: string;
}

export interface ClusterCost {
  readonly usd_per_hour: number;
  readonly usd_per_month: number;
  readonly potential_usd_per_month: number;
  readonly realised_usd_per_month: number;
  readonly workloads_without_requests: number;
  readonly note: string;
}

/** Of one workload. */
export function costLines(cost: WorkloadCost): readonly string[] {
  const { usd_per_month: month, potential_usd_per_month: potential = 0, realised = null, reason, note } = cost;
  if (cost.usd_per_hour === null || month === null)
    return wrapped(`cost: not known: ${reason ?? 'a request is missing'}`, '', 4);
  const parts = [
    `${dollars(cost.usd_per_hour)}/h, ${dollars(month)} a month`,
    ...(potential > 0 ? [`what is recommended would save ${dollars(potential)}`] : []),
    ...(realised === null ? [] : [realisedText(realised)]),
  ];
  return wrapped(`cost: ${parts.join('; ')} (${note ?? 'an estimate'})`, '', 4);
}

function realisedText({ from_replicas, since, usd_per_month: usd }: NonNullable<WorkloadCost['realised']>): string {
  const what = usd < 0 ? `${dollars(-usd)} a month more` : `${dollars(usd)} a month less`;
  return `${what} than the ${from_replicas} replicas before our first change (${since.slice(0, 10)})`;
}

/** Of a cluster. */
export function totalCostLines(cost: ClusterCost): readonly string[] {
  const { usd_per_hour, usd_per_month, potential_usd_per_month: potential, realised_usd_per_month: realised } = cost;
  const unpriced = cost.workloads_without_requests;
  const left = unpriced === 0 ? '' : `; ${unpriced} without requests left out`;
  return wrapped(
    `cost: ${dollars(usd_per_hour)}/h, ${dollars(usd_per_month)} a month${left}; what is recommended would save ${dollars(potential)}, ` +
      `what we changed ${realised < 0 ? 'costs' : 'saves'} ${dollars(Math.abs(realised))} a month (${cost.note})`,
    '',
    4,
  );
}

function dollars(usd: number): string {
  return `$${Math.abs(usd) >= 100 ? usd.toFixed(0) : usd.toFixed(2)}`;
}
