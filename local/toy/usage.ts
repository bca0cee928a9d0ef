// What a metrics server would be told of a replica: CPU and memory of its own process, every two seconds.
import type { ReplicaNews } from './replica-process.ts';

const USAGE_EVERY_MS = 2000;

export function tellUsage(tell: (news: ReplicaNews) => void): void {
  const before = { cpu: process.cpuUsage(), at: performance.now() };
  setInterval(() => {
    const { user, system } = process.cpuUsage(before.cpu);
    const cpu = (user + system) / 1e6 / ((performance.now() - before.at) / 1000);
    Object.assign(before, { cpu: process.cpuUsage(), at: performance.now() });
    tell({ tell: 'usage', cpu, memory: process.memoryUsage.rss() });
  }, USAGE_EVERY_MS).unref();
}
