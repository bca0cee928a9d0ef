// `npm run bench:forecast -- DIR`: our forecast against six others on every trace of a folder, on all cores.
import { readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { readTrace } from '../cli/trace/read-trace.ts';
import { printReport } from './forecast-report.ts';
import { METHOD_NAMES, type MethodName, type TraceJob, type TraceResult } from './forecast-trace.ts';

const [folder, ...only] = process.argv.slice(2);
if (folder === undefined) {
  console.error('usage: npm run bench:forecast -- DIR [METHOD …]   (DIR holds traces "timestamp,demand" as .csv)');
  process.exit(2);
}
const methods = METHOD_NAMES.filter((name) => only.length === 0 || only.includes(name));
const files = readdirSync(folder)
  .filter((name) => name.endsWith('.csv'))
  .sort();
if (files.length === 0 || methods.length === 0) {
  console.error(
    files.length === 0
      ? `${folder}: holds no .csv files; expected traces "timestamp,demand"`
      : `unknown methods ${only.join(', ')}; expected any of ${METHOD_NAMES.join(', ')}`,
  );
  process.exit(2);
}
const traces = files.map((file) => ({ label: basename(file, '.csv'), trace: readTrace(join(folder, file)).trace }));
const results = await runAll(
  traces.flatMap(({ label, trace }) => methods.map((method): TraceJob => ({ label, trace, method }))),
);
printReport(
  traces.map(({ label }) => label),
  methods,
  results,
);
process.exit(0);

async function runAll(jobs: readonly TraceJob[]): Promise<readonly TraceResult[]> {
  const slowFirst: readonly MethodName[] = ['MSTL', 'AutoETS', 'ours'];
  const order = (job: TraceJob) => (slowFirst.indexOf(job.method) + slowFirst.length + 1) % (slowFirst.length + 1);
  const queue = [...jobs].sort((a, b) => order(a) - order(b));
  const results: TraceResult[] = [];
  const serve = async (worker: Worker) => {
    for (let job = queue.shift(); job !== undefined; job = queue.shift()) {
      const result = await ask(worker, job);
      results.push(result);
      console.error(
        `${results.length}/${jobs.length} ${result.label} ${result.method} ${result.tookSeconds.toFixed(1)} s`,
      );
    }
  };
  const threads = Math.min(jobs.length, availableParallelism());
  const workers = Array.from({ length: threads }, () => new Worker(new URL('./forecast-worker.ts', import.meta.url)));
  await Promise.all(workers.map(serve));
  return results;
}

function ask(worker: Worker, job: TraceJob): Promise<TraceResult> {
  return new Promise((resolve, reject) => {
    worker.once('error', reject);
    worker.once('message', (result: TraceResult) => {
      worker.off('error', reject);
      resolve(result);
    });
    worker.postMessage(job);
  });
}
