// The Deployments whose HPAs are recorded, and the load they share: each shows rules that the others leave out.

/** Of every pod. */
export const CPU_REQUEST_CORES = 0.25;
export const MEMORY_REQUEST_MIB = 200;
export const MAX_REPLICAS = 24;
/** Of the whole recording: the last scale-down comes five minutes after the fall. */
export const RECORDING_SECONDS = 26.5 * 60;

export interface HpaScenario {
  readonly name: string;
  readonly cpuPercent: number;
  readonly memoryPercent: number | null;
  /** `spec.behavior`; without one the controller takes an older path with limits of its own. */
  readonly behavior: { readonly scaleDown: { readonly stabilizationWindowSeconds: number } } | null;
  /** From Running to Ready. Meanwhile a pod burns `STARTING_CORES` and serves nothing. */
  readonly startupSeconds: number;
  /** Spans in which the newest third of the pods, by name, has no metrics. */
  readonly missing: readonly (readonly [fromSeconds: number, toSeconds: number])[];
  /** Spans in which the metrics API fails for this Deployment. */
  readonly outages: readonly (readonly [fromSeconds: number, toSeconds: number])[];
}

const PLAIN: Omit<HpaScenario, 'name'> = {
  cpuPercent: 70,
  memoryPercent: null,
  behavior: null,
  startupSeconds: 0,
  missing: [],
  outages: [],
};

export const HPA_SCENARIOS: readonly HpaScenario[] = [
  { ...PLAIN, name: 'plain' },
  { ...PLAIN, name: 'slow', startupSeconds: 60 },
  { ...PLAIN, name: 'behaved', behavior: { scaleDown: { stabilizationWindowSeconds: 300 } } },
  {
    ...PLAIN,
    name: 'unstabilised',
    behavior: { scaleDown: { stabilizationWindowSeconds: 0 } },
    missing: [
      [240, 330],
      [840, 960],
      [1200, 1290],
    ],
  },
  {
    ...PLAIN,
    name: 'memory',
    memoryPercent: 80,
    outages: [
      [360, 400],
      [1380, 1425],
    ],
  },
];

/** A starting pod's CPU: above its request, as that of many a runtime. */
export const STARTING_CORES = 0.35;

/** Total demand in cores: one pod's worth, a jump, a ramp, a spike beyond max, a hold, a fall, calm. */
export function demandCores(seconds: number): number {
  const minutes = seconds / 60;
  if (minutes < 1.5) return 0.12;
  if (minutes < 3) return 1.2;
  if (minutes < 8) return 1.2 + ((minutes - 3) / 5) * 1.2;
  if (minutes < 9) return 5.5;
  if (minutes < 13) return 2.2;
  if (minutes < 18) return 2.2 - ((minutes - 13) / 5) * 1.8;
  return 0.4;
}
