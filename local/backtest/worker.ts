// A thread of the backtest's pool: a job comes in, its result goes out.
import { parentPort } from 'node:worker_threads';
import { type Job, runJob } from './job.ts';

parentPort?.on('message', (job: Job) => parentPort?.postMessage(runJob(job)));
