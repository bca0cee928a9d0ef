// A cluster's worth of Deployments as they are found: rhythms, bursts, floors too high, maxima in the way, KEDA, none, and bad data.
import { generatedLoad } from '../../local/loads.ts';

export interface FleetWorkload {
  readonly namespace: string;
  readonly name: string;
  /** Cores in all, at an instant; NaN is written as such, null is no sample. */
  readonly cores: (at: number) => number | null;
  /** Null: it states none. */
  readonly requestCores: number | null;
  readonly startupSeconds: number;
  readonly replicas: number;
  readonly hpa: {
    readonly name: string;
    readonly min: number;
    readonly max: number;
    /** Of one metric each: name, type of target, value. */
    readonly metrics: readonly (readonly [string, 'utilization' | 'average', number])[];
  } | null;
  /** The first of its history, days before the end; all of it unless given. */
  readonly days?: number;
}

const NAMES = ['web', 'checkout', 'catalog', 'search', 'cart', 'orders', 'prices', 'images', 'mail', 'login'];
const NAMESPACES = ['shop', 'media', 'billing', 'data', 'edge'];
const DAY = 86_400_000;
const cpu = (percent: number) => [['cpu', 'utilization', percent]] as const;

/** The same for the same count; the last few of fifty are the bad ones, which a smaller fleet has too. @param end epoch ms */
export function fleetWorkloads(count: number, end: number): readonly FleetWorkload[] {
  const bad = badWorkloads(end).slice(0, Math.max(0, count - 1));
  const good = Array.from({ length: count - bad.length }, (_, i) => goodWorkload(i));
  return [...good, ...bad];
}

function goodWorkload(i: number): FleetWorkload {
  const name = NAMES[i % NAMES.length] as string;
  const namespace = NAMESPACES[Math.floor(i / NAMES.length) % NAMESPACES.length] as string;
  const mean = [1.2, 6, 3, 12, 0.3, 20, 2][i % 7] as number;
  const smooth = generatedLoad({ seed: 100 + i, mean });
  const bursty = generatedLoad({ seed: 100 + i, mean, burstsPerDay: 10, burstHeight: 2.5, burstMinutes: 4 });
  const common = {
    namespace,
    name,
    requestCores: 0.5,
    startupSeconds: 30 + 10 * (i % 7),
    replicas: Math.ceil(3 * mean),
  };
  const hpa = (min: number, max: number, percent: number) => ({ name, min, max, metrics: cpu(percent) });
  switch (i % 8) {
    case 0:
      return { ...common, cores: smooth, hpa: hpa(2, 80, 50) };
    case 1:
      return { ...common, cores: smooth, hpa: hpa(2, 80, 70) };
    case 2:
      return { ...common, cores: bursty, hpa: hpa(2, 80, 80) };
    case 3: // fixed, for the peak
      return { ...common, cores: smooth, hpa: null, replicas: Math.ceil(4.5 * mean) + 1 };
    case 4: // hardly anything to do
      return { ...common, cores: (at) => 0.05 * smooth(at), hpa: hpa(2, 10, 70), replicas: 2 };
    case 5: // a maximum in the way
      return { ...common, cores: smooth, hpa: hpa(2, Math.ceil(2 * mean) + 1, 70) };
    case 6: // KEDA's
      return {
        ...common,
        cores: smooth,
        hpa: { name: `keda-hpa-${name}`, min: 1, max: 100, metrics: cpu(45) },
      };
    default: // every hour, on the hour
      return { ...common, cores: (at) => smooth(at) * ((at / 60_000) % 60 < 6 ? 2.2 : 1), hpa: hpa(2, 80, 60) };
  }
}

/** Each is named under what cannot be said. */
function badWorkloads(end: number): readonly FleetWorkload[] {
  const load = generatedLoad({ seed: 1, mean: 4 });
  const common = { namespace: 'odd', requestCores: 0.5, startupSeconds: 60, replicas: 9 };
  const hpa = (name: string, metrics: NonNullable<FleetWorkload['hpa']>['metrics'] = cpu(70)) => ({
    ...{ name, min: 2, max: 30, metrics },
  });
  const isOut = (at: number) => Math.floor((end - at) / (DAY / 2)) % 3 === 0;
  return [
    { ...common, name: 'no-request', cores: load, requestCores: null, hpa: hpa('no-request') },
    { ...common, name: '<script>alert(1)</script>', cores: load, hpa: null },
    { ...common, name: 'gaps', cores: (at) => (isOut(at) ? null : load(at)), hpa: hpa('gaps') },
    { ...common, name: 'nan', cores: () => Number.NaN, hpa: hpa('nan') },
    { ...common, name: 'young', cores: load, days: 2, hpa: hpa('young') },
    { ...common, name: 'by-queue', cores: load, hpa: hpa('keda-hpa-by-queue', [['s0-rabbitmq-jobs', 'average', 5]]) },
  ];
}
