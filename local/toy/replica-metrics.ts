// What a toy replica tells Prometheus: requests that came and how long they took, in the text format.

/** Upper bounds of the histogram, seconds. */
const BUCKETS = [0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.75, 1, 1.5, 2, 3, 4, 6, 8, 12, 16];

export interface ReplicaMetrics {
  /** A request came: load is what is asked for, not what is done. */
  arrived(): void;
  answered(seconds: number): void;
  /** Text format 0.0.4. */
  text(): string;
}

/** @param labels of every sample: who it is that tells */
export function makeReplicaMetrics(labels: Readonly<Record<string, string>>): ReplicaMetrics {
  const counts = BUCKETS.map(() => 0);
  let requests = 0;
  let count = 0;
  let sum = 0;
  const named = Object.entries(labels).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  const sample = (name: string, value: number, ...more: readonly string[]): string =>
    `${name}{${[...named, ...more].join(',')}} ${value}`;
  return {
    arrived: () => {
      requests++;
    },
    answered(seconds) {
      count++;
      sum += seconds;
      for (const [i, bound] of BUCKETS.entries()) if (seconds <= bound) counts[i] = (counts[i] ?? 0) + 1;
    },
    text: () =>
      [
        '# TYPE toy_requests_total counter',
        sample('toy_requests_total', requests),
        '# TYPE toy_request_duration_seconds histogram',
        ...BUCKETS.map((bound, i) => sample('toy_request_duration_seconds_bucket', counts[i] ?? 0, `le="${bound}"`)),
        sample('toy_request_duration_seconds_bucket', count, 'le="+Inf"'),
        sample('toy_request_duration_seconds_sum', sum),
        sample('toy_request_duration_seconds_count', count),
        '',
      ].join('\n'),
  };
}
