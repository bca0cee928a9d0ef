// A thread of the forecast benchmark: a job comes in, its result goes out.
import { parentPort } from 'node:worker_threads';
import { runTrace, type TraceJob } from './forecast-trace.ts';

parentPort?.on('message', (job: TraceJob) => parentPort?.postMessage(runTrace(job)));
