// Stands in for STS and EKS on loopback, through the SDK's own endpoint settings: answers AssumeRole and DescribeCluster.
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface AwsCall {
  readonly what: 'AssumeRole' | 'DescribeCluster';
  /** Access key that signed it. */
  readonly signedBy: string;
  /** Of AssumeRole; the path of DescribeCluster as `path`. */
  readonly parameters: Readonly<Record<string, string>>;
}
interface Answer {
  readonly status: number;
  readonly body: string;
}

export interface AwsServer {
  readonly calls: AwsCall[];
  close(): void;
}

/** @param assume answers an AssumeRole; `assumed` makes a good answer */
export async function startAwsServer(assume: (call: AwsCall) => Answer): Promise<AwsServer> {
  const calls: AwsCall[] = [];
  const server = createServer(async (request, response) => {
    const call = await read(request);
    calls.push(call);
    const { status, body } = call.what === 'AssumeRole' ? assume(call) : DESCRIBED;
    response.writeHead(status, { 'content-type': call.what === 'AssumeRole' ? 'text/xml' : 'application/json' });
    response.end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  process.env.AWS_ENDPOINT_URL_EKS = url;
  process.env.AWS_ENDPOINT_URL_STS = url;
  return {
    calls,
    close() {
      delete process.env.AWS_ENDPOINT_URL_EKS;
      delete process.env.AWS_ENDPOINT_URL_STS;
      server.closeAllConnections();
      server.close();
    },
  };
}

/** Credentials that end at `expiration`, as the Query API words them. */
export function assumed(accessKeyId: string, expiration: Date): Answer {
  const credentials = `<AccessKeyId>${accessKeyId}</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>${expiration.toISOString()}</Expiration>`;
  const result = `<AssumeRoleResult><Credentials>${credentials}</Credentials></AssumeRoleResult>`;
  return { status: 200, body: `<AssumeRoleResponse xmlns="${NAMESPACE}">${result}</AssumeRoleResponse>` };
}

export function refused(code: string, message: string): Answer {
  const error = `<Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error>`;
  return { status: 403, body: `<ErrorResponse xmlns="${NAMESPACE}">${error}</ErrorResponse>` };
}

const NAMESPACE = 'https://sts.amazonaws.com/doc/2011-06-15/';
const DESCRIBED: Answer = {
  status: 200,
  body: JSON.stringify({ cluster: { endpoint: 'https://x.eks', certificateAuthority: { data: 'Q0E=' } } }),
};

async function read(request: IncomingMessage): Promise<AwsCall> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const signedBy = /Credential=([^/]+)/.exec(request.headers.authorization ?? '')?.[1] ?? 'nobody';
  if (request.method === 'GET') return { what: 'DescribeCluster', signedBy, parameters: { path: request.url ?? '' } };
  const parameters = Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString()));
  return { what: 'AssumeRole', signedBy, parameters };
}
