// The runs that a comparison needs beside those asked for: HPA at every target, the clairvoyant, the seeds' later formula.
import { FRONTIER_TARGETS, hpaTargetPercent } from '../../lib/app/backtest/frontier.ts';
import type { Job } from './job.ts';

const PEERS: readonly string[] = [...FRONTIER_TARGETS.map((percent) => `hpa:${percent / 100}`), 'limit', 'a14k8s'];

/** For every trace among the jobs, the peers that nobody asked for. They are cheap: none of them learns. */
export function frontierJobs(asked: readonly Job[]): readonly Job[] {
  return [...Map.groupBy(asked, (job) => job.label).values()].flatMap((jobs) =>
    PEERS.filter((peer) => !jobs.some(({ policy }) => isSame(policy, peer))).map((policy) => ({
      ...(jobs[0] as Job),
      policy,
      timeline: null,
      chartBuckets: null,
    })),
  );
}

/** `hpa:0.70` is `hpa:0.7`. */
function isSame(a: string, b: string): boolean {
  const target = hpaTargetPercent(a);
  return a === b || (target !== null && target === hpaTargetPercent(b));
}
