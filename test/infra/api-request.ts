// An API Gateway event in payload format 2.0, from a caller whose signature was checked.

export const CALLER = 'arn:aws:iam::123456789012:user/ann';

export function apiRequest(method: string, path: string, body?: unknown) {
  const [rawPath = '', rawQueryString = ''] = path.split('?');
  return {
    version: '2.0',
    routeKey: `${method} /{proxy+}`,
    rawPath,
    rawQueryString,
    headers: { host: 'api.example.com', 'content-type': 'application/json' },
    requestContext: {
      accountId: '123456789012',
      apiId: 'abc',
      authorizer: { iam: { userArn: CALLER } },
      domainName: 'api.example.com',
      domainPrefix: 'api',
      http: { method, path: rawPath, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'test' },
      requestId: 'one',
      routeKey: `${method} /{proxy+}`,
      stage: '$default',
      time: '22/Nov/2026:04:00:00 +0000',
      timeEpoch: Date.now(),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    isBase64Encoded: false,
  };
}
