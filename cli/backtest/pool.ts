// Spreads the runs of a backtest over all cores.
import { availableParallelism } from 'node:os';
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { isStub } from '../../lib/wire/stub.ts';
import type { Job, JobResult } from './job.ts';

/**
 * Runs every job, the longest first.
 * @param onDone called with each result as it comes, in whatever order
 * @param onDay told of each run the days of its trace that are over
 * @returns the results in the order of the jobs
 * @throws Error of the first job that fails; the others are stopped
 */
export async function runJobs(
  jobs: readonly Job[],
  onDone: (result: JobResult) => void,
  onDay: (job: Job, days: number) => void = () => undefined,
): Promise<readonly JobResult[]> {
  const queue = [...jobs.entries()].sort(([, a], [, b]) => weight(b) - weight(a));
  const results: JobResult[] = [];
  const workers = Array.from({ length: coresFor(jobs) }, newWorker);
  const serve = async (worker: Worker): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const [index, job] = next;
      const result = await askWorker(worker, job, onDay);
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

/** A real LLM's quota is one for all runs: they then take turns. */
export function coresFor(jobs: readonly Job[]): number {
  const takeTurns = jobs.some(({ llm }) => llm !== null && !isStub(llm.GROQ_BASE_URL));
  return takeTurns ? 1 : Math.min(jobs.length, availableParallelism());
}

function newWorker(): Worker {
  return new Worker(new URL(`./worker${extname(import.meta.url)}`, import.meta.url));
}

function askWorker(worker: Worker, job: Job, onDay: (job: Job, days: number) => void): Promise<JobResult> {
  return new Promise((resolve, reject) => {
    const hear = (message: JobResult | number) => {
      if (typeof message === 'number') return onDay(job, message);
      worker.off('error', reject);
      worker.off('message', hear);
      resolve(message);
    };
    worker.once('error', reject);
    worker.on('message', hear);
    worker.postMessage(job);
  });
}

/** Only `ours` learns; it takes longer than all the others together. */
function weight({ policy, trace }: Job): number {
  const seconds = trace.demand.length * trace.intervalSeconds;
  return policy === 'ours' ? 1000 * seconds : seconds;
}
