// What takes longer than a person waits without asking himself: a line on stderr says what it waits for.
import { complain } from './terminal.ts';

const FIRST_MS = 2000;
const THEN_MS = 10_000;

/** @param what as in "waiting for http://… to answer" */
export async function whileWaiting<T>(what: string, work: Promise<T>): Promise<T> {
  const started = performance.now();
  const tell = () => {
    complain(`${what} (${Math.round((performance.now() - started) / 1000)} s)`);
    timer = setTimeout(tell, THEN_MS);
    timer.unref();
  };
  let timer = setTimeout(tell, FIRST_MS);
  timer.unref();
  return work.finally(() => clearTimeout(timer));
}
