// A stand-in for Lambda's endpoint as those who call a function meet it: checks the signature, and has functions by name.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { signatureProblem } from './aws-signature-check.ts';

export interface LambdaEndpoint {
  readonly url: string;
  close(): void;
}

/**
 * https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
 * @param functions what each does; what it throws is an error of the function, as Lambda tells it
 */
export async function startLambdaEndpoint(
  secretKey: string,
  functions: Readonly<Record<string, (event: never) => Promise<unknown>>>,
): Promise<LambdaEndpoint> {
  const server = createServer(async (request, response) => {
    const { method = '', url = '', headers } = request;
    const body = await text(request);
    const [, name = ''] = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/.exec(url) ?? [];
    const problem = signatureProblem({ method, url, headers, body }, secretKey, 'lambda');
    const told = (status: number, said: unknown, more = {}) =>
      response.writeHead(status, { 'content-type': 'application/json', ...more }).end(JSON.stringify(said));
    if (problem !== null) return told(403, { message: problem });
    const called = functions[decodeURIComponent(name)];
    if (called === undefined) return told(404, { Message: `Function not found: ${name}` });
    try {
      told(200, await called(JSON.parse(body) as never));
    } catch (error) {
      told(200, { errorMessage: String(error) }, { 'x-amz-function-error': 'Unhandled' });
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
