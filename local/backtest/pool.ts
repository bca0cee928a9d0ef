// Spreads the runs of a backtest over all cores.
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Job, JobResult } from './job.ts';

/**
 * Runs every job, the longest first.
 * @param onDone called with each result as it comes, in whatever order
 * @returns the results in the order of the jobs
 * @throws Error of the first job that fails; the others are stopped
 */
export async function runJobs(
  jobs: readonly Job[],
  onDone: (result: JobResult) => void,
): Promise<readonly JobResult[]> {
  const queue = [...jobs.entries()].sort(([, a], [, b]) => weight(b) - weight(a));
  const results: JobResult[] = [];
  const workers = Array.from({ length: Math.min(jobs.length, availableParallelism()) }, newWorker);
  const serve = async (worker: Worker): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const [index, job] = next;
      const result = await askWorker(worker, job);
      results[index] = result;
      onDone(result);
    }
  };
  try {
    await Promise.all(workers.map(serve));
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
  return results;
}

function newWorker(): Worker {
  return new Worker(new URL('./worker.ts', import.meta.url));
}

function askWorker(worker: Worker, job: Job): Promise<JobResult> {
  return new Promise((resolve, reject) => {
    worker.once('error', reject);
    worker.once('message', (result: JobResult) => {
      worker.off('error', reject);
      resolve(result);
    });
    worker.postMessage(job);
  });
}

/** Only `ours` learns; it takes longer than all the others together. */
function weight({ policy, trace }: Job): number {
  const seconds = trace.demand.length * trace.intervalSeconds;
  return policy === 'ours' ? 1000 * seconds : seconds;
}
