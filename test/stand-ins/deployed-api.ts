// A deployed stack as people and its schedule meet it: the API through its two functions, and the minutes that ticks are for.
import { apiRequest } from '../infra/api-request.ts';
import type { DeployedStack } from './deployed-stack.ts';

export function apiOf(stack: DeployedStack, cluster: string) {
  async function ask(name: 'Query' | 'Command', method: string, path: string, body?: unknown) {
    const answer = await stack.lambda(name).invoke(apiRequest(method, path, body));
    if (!answer.ok) throw new Error(answer.error);
    const { statusCode, body: text } = answer.result as { statusCode: number; body: string };
    return { status: statusCode, body: JSON.parse(text) };
  }
  return {
    ask,
    enable(namespace: string, name: string) {
      const body = { deployment_name: name, namespace, mode: 'scale', max_replicas: 8 };
      return ask('Command', 'POST', `/api/autoscaling/predictive/enable/${cluster}`, body);
    },
    async status() {
      return (await ask('Query', 'GET', `/api/autoscaling/status/${cluster}`)).body;
    },
  };
}

/** A tick's scheduled time: of the present minute, or of one beside it. */
export function minute(ahead: 0 | 1): Date {
  return new Date((Math.floor(Date.now() / 60_000) + ahead) * 60_000);
}
