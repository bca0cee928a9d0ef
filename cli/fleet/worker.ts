// A thread that replays one workload after the other: a job comes in, its replay goes out, or why there is none.
import { parentPort } from 'node:worker_threads';
import { messageOf } from '../terminal.ts';
import type { WorkloadJob } from './workload.ts';
import { replayWorkload } from './workload-replay.ts';

parentPort?.on('message', (job: WorkloadJob) => {
  try {
    parentPort?.postMessage({ replay: replayWorkload(job) });
  } catch (error) {
    parentPort?.postMessage({ error: messageOf(error) });
  }
});
