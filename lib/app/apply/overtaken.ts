// What a tick says that finds a later one at work.
import { AdapterError } from '../ports/world.ts';

export function overtaken(cluster: string): AdapterError {
  const message = `A later tick of cluster ${cluster} has begun: this one changes nothing more.`;
  return new AdapterError('tick', message, { retryable: false, code: 'overtaken' });
}
