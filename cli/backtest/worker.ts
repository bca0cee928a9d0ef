// A thread of the backtest's pool: a job comes in, a number goes out for every day of its trace, and at last its result.
import { parentPort } from 'node:worker_threads';
import { type Job, runJob } from './job.ts';

parentPort?.on('message', async (job: Job) => {
  parentPort?.postMessage(await runJob(job, (days) => parentPort?.postMessage(days)));
});
