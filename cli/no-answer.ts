// What to say where the API refused, or did not answer: one line each, the same for every command.
import { sdkError } from '../lib/aws/sdk-error.ts';
import type { ApiTarget } from './api-client.ts';
import { oneLine } from './terminal.ts';

/** The API refused or did not answer, in a line. */
export class NoAnswer extends Error {
  readonly exitCode: number;

  constructor(text: string, exitCode: number) {
    super(text);
    this.exitCode = exitCode;
  }
}

/** @param body of an answer that is none of success */
export function refusalText(target: ApiTarget, status: number, body: Readonly<Record<string, unknown>>): string {
  // API Gateway turns away in words of its own who may not call.
  const { title = status, detail = `${body.message}: ${turnedAway(target)}` } = body;
  return inCommands(oneLine(`${title}: ${detail}`));
}

/** What the API says of its own routes, as a command. */
function inCommands(text: string): string {
  return text
    .replace(/GET \/api\/autoscaling\/status\/\S+/g, '"npm run ai4k8s -- status"')
    .replace(/GET \/api\/autoscaling\/schedule\/\S+/g, '"npm run ai4k8s -- schedule list"');
}

/** @param error whatever asking has thrown */
export function unreachableText({ url }: ApiTarget, error: unknown): string {
  const { detail, remedy } = sdkError(error);
  if (remedy !== null) return `${url} wants signed requests: ${detail}. ${remedy}`;
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
  return `${url} does not answer (${cause}): start it with "npm start", or set --url`;
}

function turnedAway({ token }: ApiTarget): string {
  return token === undefined
    ? 'these credentials lack execute-api:Invoke'
    : 'AI4K8S_TOKEN is not taken: it may have expired, or is of another issuer or audience';
}
