// Calls a function of this installation and waits for its answer: one signed request, for which a client of the SDK would be a third of
// the bundle.
import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import { AdapterError } from '../app/ports/world.ts';
import { serviceHost } from '../aws/partition.ts';

interface Signing {
  readonly region: string;
  readonly credentials: () => Promise<{
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string;
  }>;
}

const SOURCE = 'lambda';
/** API Gateway gives up at 30 s. */
const PATIENCE_MS = 28_000;
const SHOWN_CHARS = 300;

/**
 * @param name or ARN of the function
 * @param endpoint of the service, where it is not AWS's own
 * @returns what the function returned. Throws AdapterError: retryable where Lambda is busy or the function was not reached; never asks
 * twice, since the first may have done it
 */
export function functionCaller(
  name: string,
  signing: Signing,
  endpoint: string = `https://${serviceHost('lambda', signing.region)}`,
): (event: unknown) => Promise<unknown> {
  const address = new URL(`/2015-03-31/functions/${encodeURIComponent(name)}/invocations`, endpoint);
  return async (event) => {
    const body = JSON.stringify(event);
    const answer = await sent(address, body, signing);
    const text = await answer.text();
    if (!answer.ok)
      throw failed(`the call of ${name} got status ${answer.status}: ${text.slice(0, SHOWN_CHARS)}`, answer.status);
    const failure = answer.headers.get('x-amz-function-error');
    if (failure !== null) throw failed(`${name} failed (${failure}); its log has the cause`, 500);
    return JSON.parse(text);
  };
}

async function sent(address: URL, body: string, { region, credentials }: Signing): Promise<Response> {
  const signer = new SignatureV4({ service: 'lambda', region, credentials, sha256: Sha256, applyChecksum: false });
  const request = {
    method: 'POST',
    protocol: address.protocol,
    hostname: address.hostname,
    // An ARN's colons are escaped in the path, and escaped again where it is signed.
    path: address.pathname,
    query: {},
    headers: { host: address.host, 'content-type': 'application/json' },
    body,
  };
  const { host: _sentByFetch, ...headers } = (await signer.sign(request)).headers;
  try {
    return await fetch(address, { method: 'POST', headers, body, signal: AbortSignal.timeout(PATIENCE_MS) });
  } catch (error) {
    throw new AdapterError(SOURCE, `${address.host} does not answer`, { retryable: true, cause: error });
  }
}

function failed(message: string, status: number): AdapterError {
  return new AdapterError(SOURCE, message, { retryable: status === 429 || status >= 500 });
}
