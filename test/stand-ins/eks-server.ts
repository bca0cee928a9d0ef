// A stand-in for EKS's own API: says where a cluster's API server is, to whoever signed for it and may ask.
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { signatureProblem } from './aws-signature-check.ts';
import type { Identities } from './deployed-identities.ts';

export interface ApiServer {
  readonly endpoint: string;
  /** PEM of its authority. */
  readonly ca: string;
}

export interface EksServer {
  readonly url: string;
  /** Access keys by which clusters were described, in order. */
  readonly described: readonly string[];
  close(): void;
}

/** @param clusters by their names in EKS */
export async function startEksServer(
  identities: Identities,
  clusters: Readonly<Record<string, ApiServer>>,
): Promise<EksServer> {
  const described: string[] = [];
  function answer({ method = '', url = '', headers }: IncomingMessage): readonly [number, object] {
    const [, signedBy = ''] = /Credential=([^/]+)\//.exec(headers.authorization ?? '') ?? [];
    const key = identities.keyOf(signedBy);
    if (key === null || headers['x-amz-security-token'] !== key.sessionToken)
      return refused(403, 'UnrecognizedClientException', 'The security token included in the request is invalid.');
    const problem = signatureProblem({ method, url, headers, body: '' }, key.secretAccessKey, 'eks');
    if (problem !== null) return refused(403, 'InvalidSignatureException', problem);
    const [, name = ''] = /^\/clusters\/([^/?]+)$/.exec(url) ?? [];
    if (!identities.mayDescribe(signedBy, name))
      return refused(403, 'AccessDeniedException', `${signedBy} is not authorized to perform: eks:DescribeCluster`);
    const found = clusters[name];
    if (found === undefined) return refused(404, 'ResourceNotFoundException', `No cluster found for name: ${name}.`);
    described.push(signedBy);
    const certificateAuthority = { data: Buffer.from(found.ca).toString('base64') };
    return [200, { cluster: { name, status: 'ACTIVE', endpoint: found.endpoint, certificateAuthority } }];
  }
  const server = createServer((request, response) => {
    const [status, body] = answer(request);
    const type = '__type' in body ? { 'x-amzn-errortype': String(body.__type) } : {};
    response.writeHead(status, { 'content-type': 'application/json', ...type }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    described,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

function refused(status: number, __type: string, message: string): readonly [number, object] {
  return [status, { __type, message }];
}
