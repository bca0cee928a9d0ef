// The most memory a process of the benchmarks ever held.
import { readFileSync } from 'node:fs';

/**
 * MiB resident at this process's own peak, by the kernel's count (`VmHWM`). Not `process.resourceUsage().maxRSS`: that one
 * a child inherits from the process it was forked from, however big that was (Linux, fs/exec.c, `exec_mmap`).
 *
 * @throws Error on another system than Linux
 */
export function peakMemoryMiB(): number {
  const kib = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
  if (kib === undefined) throw new Error('/proc/self/status states no VmHWM: benchmarks of memory run on Linux only');
  return Number(kib) / 1024;
}
