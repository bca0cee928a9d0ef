// Threads for the replays of a fleet. One that dies harms its own workload and no other.
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { WorkloadJob, WorkloadReplay } from './workload.ts';

export interface ReplayPool {
  readonly threads: number;
  /** @throws Error in words where the replay fails, or its thread dies */
  replay(job: WorkloadJob): Promise<WorkloadReplay>;
  close(): Promise<void>;
}

type Answer = { readonly replay: WorkloadReplay } | { readonly error: string };

/** At most as many replays at once as there are threads: the caller sees to that. */
export function startPool(atMost: number): ReplayPool {
  const threads = Math.max(1, Math.min(atMost, availableParallelism()));
  const idle: Worker[] = [];
  const all = new Set<Worker>();
  const take = (): Worker => {
    const worker = idle.pop() ?? new Worker(new URL('./worker.ts', import.meta.url));
    all.add(worker);
    return worker;
  };
  return {
    threads,
    async replay(job) {
      const worker = take();
      try {
        const answer = await askWorker(worker, job);
        idle.push(worker);
        if ('error' in answer) throw new Error(answer.error);
        return answer.replay;
      } catch (error) {
        if (!idle.includes(worker)) {
          all.delete(worker);
          await worker.terminate();
        }
        throw error;
      }
    },
    close: async () => {
      await Promise.all([...all].map((worker) => worker.terminate()));
    },
  };
}

function askWorker(worker: Worker, job: WorkloadJob): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const quit = (code: number) => reject(new Error(`the thread that replayed it ended (${code})`));
    worker.once('error', reject);
    worker.once('exit', quit);
    worker.once('message', (answer: Answer) => {
      worker.off('error', reject);
      worker.off('exit', quit);
      resolve(answer);
    });
    worker.postMessage(job);
  });
}
