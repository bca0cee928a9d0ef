// Stands in for an HTTP API with IAM's authorizer: checks each signature anew, leaves /health open, and hands on what is signed.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { HttpApiEvent } from '../../lib/app/api/lambda.ts';
import { eventOf } from '../../local/gateway-event.ts';
import { signatureProblem } from './aws-signature-check.ts';

export interface GatewayAnswer {
  readonly statusCode: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface SignedGateway {
  readonly url: string;
  /** Everybody is let in from now on, as without an authorizer. */
  open(): void;
  close(): void;
}

const CALLER = 'arn:aws:iam::111122223333:user/ann';
const REFUSED: GatewayAnswer = { statusCode: 403, body: JSON.stringify({ message: 'Forbidden' }) };

/** @param answer what a function says to the event that API Gateway makes of a request */
export async function startSignedGateway(
  secretKey: string,
  answer: (method: string, event: HttpApiEvent) => Promise<GatewayAnswer> | GatewayAnswer,
): Promise<SignedGateway> {
  let isOpen = false;
  const server = createServer(async (request, response) => {
    const body = await buffer(request);
    const { method = 'GET', url = '/', headers } = request;
    const problem = signatureProblem({ method, url, headers, body }, secretKey, 'execute-api');
    const isAllowed = isOpen || url === '/health' || problem === null;
    const said = isAllowed ? await answer(method, eventFrom()) : REFUSED;
    response.writeHead(said.statusCode, { 'content-type': 'application/json', ...said.headers }).end(said.body);

    function eventFrom(): HttpApiEvent {
      const event = eventOf(request, body);
      const authorizer = problem === null ? { iam: { userArn: CALLER } } : {};
      return { ...event, requestContext: { ...event.requestContext, authorizer } } as HttpApiEvent;
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    open() {
      isOpen = true;
    },
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
