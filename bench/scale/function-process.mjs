// A function as Lambda runs it: a process of its own that imports it, then is handed one event after the other, and says what each took.
// argv: path of the module; its time; how much slower than the wall's it passes.
// No TypeScript: what strips types would be part of the memory that is measured.
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const wallNow = Date.now;
const slowness = Number(process.argv[4]);
let [from, since] = [Number(process.argv[3]), wallNow()];
Date.now = () => Math.round(from + (wallNow() - since) / slowness);

const { handler } = await import(pathToFileURL(process.argv[2]).href);
const imported = cpuSecondsOf(process.cpuUsage());

process.on('message', async (message) => {
  if (message === 'ready') {
    process.send({ importCpuSeconds: imported });
    return;
  }
  [from, since] = [message.now, wallNow()];
  const cpu = process.cpuUsage();
  const answer = await answerOf(message.event);
  const cpuSeconds = cpuSecondsOf(process.cpuUsage(cpu));
  process.send({ ...answer, cpuSeconds, peakMiB: peakMiB() });
});
process.on('disconnect', () => process.exit(0));

async function answerOf(event) {
  try {
    return { result: (await handler(event, { awsRequestId: crypto.randomUUID() })) ?? null };
  } catch (error) {
    return { error: String(error?.stack ?? error) };
  }
}

function cpuSecondsOf({ user, system }) {
  return (user + system) / 1e6;
}

/** As bench/peak-memory.ts has it. */
function peakMiB() {
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))[1]) / 1024;
}
