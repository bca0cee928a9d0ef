// One KubeConfig, one client and one connection pool per cluster, made on first use.
import {
  ApiException,
  AppsV1Api,
  type Cluster,
  createConfiguration,
  type HttpLibrary,
  HttpMethod,
  KubeConfig,
  PatchStrategy,
  type RequestContext,
  type SecurityAuthentication,
  ServerConfiguration,
} from '@kubernetes/client-node';
import { AdapterError } from '../../app/ports/world.ts';

/** How to reach a cluster. An endpoint's `token` is asked before every call: cache it there. */
export type ClusterAccess =
  | { readonly kind: 'kubeconfig'; readonly path?: string; readonly context?: string }
  | {
      readonly kind: 'endpoint';
      readonly resolve: () => Promise<{
        readonly server: string;
        /** PEM, base64 as in a kubeconfig. Empty for the system's own authorities. */
        readonly caData: string;
        readonly token: () => Promise<string>;
      }>;
    };

export interface ClusterClient {
  readonly cluster: string;
  /** Base of its URLs. */
  readonly server: string;
  /** For writes. */
  readonly apps: AppsV1Api;
  /**
   * For reads: the answer as parsed JSON, taken at the server's word.
   * @param accept what form it should have; plain JSON unless told
   * @throws ApiException for any other status than 200
   */
  getJson<T>(path: string, query?: Readonly<Record<string, string>>, accept?: string): Promise<T>;
  /**
   * The same with the answer's headers, and with a body to POST where there is one: for questions about the server itself.
   * @throws ApiException for any other status than 200 and 201
   */
  exchange<T>(path: string, options?: ExchangeOptions): Promise<Exchanged<T>>;
}

interface ExchangeOptions {
  readonly query?: Readonly<Record<string, string>>;
  /** Sent as JSON by POST unless `method` says otherwise; without it the request is a GET. */
  readonly body?: object;
  /** A PATCH is a merge patch unless `patch` says otherwise. */
  readonly method?: 'PATCH' | 'DELETE';
  /** Merges lists by their names, as kubectl does. */
  readonly patch?: 'strategic';
  /** The form of the answer; plain JSON unless told. */
  readonly accept?: string | undefined;
}
interface Exchanged<T> {
  readonly answer: T;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
}

/** The client of a cluster. @throws AdapterError where the cluster is unknown or cannot be resolved */
export type Connections = (cluster: string) => Promise<ClusterClient>;

export function makeConnections(clusters: ReadonlyMap<string, ClusterAccess>, http: HttpLibrary): Connections {
  const made = new Map<string, Promise<ClusterClient>>();
  return (cluster) => {
    const known = made.get(cluster);
    if (known) return known;
    const fresh = connect(cluster, clusters, http);
    made.set(cluster, fresh);
    fresh.catch(() => made.delete(cluster)); // what failed once may work at the next tick
    return fresh;
  };
}

async function connect(
  name: string,
  clusters: ReadonlyMap<string, ClusterAccess>,
  http: HttpLibrary,
): Promise<ClusterClient> {
  const access = clusters.get(name);
  if (!access)
    throw unusable(name, `it is not configured; known are: ${[...clusters.keys()].join(', ') || 'none'}`, false);
  try {
    const config = access.kind === 'kubeconfig' ? fromKubeconfig(access) : await fromEndpoint(access);
    const server = allowPlainLoopback(config).server.replace(/\/+$/, '');
    const baseServer = new ServerConfiguration(server, {});
    const auth = withOnePool(config);
    const configuration = createConfiguration({ baseServer, authMethods: { default: auth }, httpApi: http });
    const exchange = makeExchange(baseServer, auth, http);
    return {
      cluster: name,
      server,
      apps: new AppsV1Api(configuration),
      exchange,
      getJson: async <T>(path: string, query = {}, accept?: string) =>
        (await exchange<T>(path, { query, accept })).answer,
    };
  } catch (error) {
    if (error instanceof AdapterError) throw error;
    throw unusable(name, error instanceof Error ? error.message : String(error), access.kind === 'endpoint', error);
  }
}

const PATCH_TYPES = { merge: PatchStrategy.MergePatch, strategic: PatchStrategy.StrategicMergePatch } as const;

function makeExchange(
  server: ServerConfiguration<Record<string, never>>,
  auth: SecurityAuthentication,
  http: HttpLibrary,
): ClusterClient['exchange'] {
  return async (path, { query = {}, body, method, patch, accept = 'application/json' } = {}) => {
    const verb = method === undefined ? (body === undefined ? HttpMethod.GET : HttpMethod.POST) : HttpMethod[method];
    const request = server.makeRequestContext(path, verb);
    request.setHeaderParam('Accept', accept);
    if (body !== undefined) {
      const type = method === 'PATCH' ? PATCH_TYPES[patch ?? 'merge'] : 'application/json';
      request.setHeaderParam('Content-Type', type);
      request.setBody(JSON.stringify(body));
    }
    for (const [key, value] of Object.entries(query)) request.setQueryParam(key, value);
    await auth.applySecurityAuthentication(request);
    const { httpStatusCode, headers, ...response } = await http.send(request).toPromise();
    const text = await response.body.text();
    if (httpStatusCode === 200 || httpStatusCode === 201) return { answer: JSON.parse(text), headers };
    throw new ApiException(httpStatusCode, path, text, headers);
  };
}

function fromKubeconfig(access: Extract<ClusterAccess, { kind: 'kubeconfig' }>): KubeConfig {
  const config = new KubeConfig();
  if (access.path === undefined) config.loadFromDefault();
  else config.loadFromFile(access.path);
  if (access.context !== undefined) config.setCurrentContext(access.context);
  return config;
}

async function fromEndpoint(access: Extract<ClusterAccess, { kind: 'endpoint' }>): Promise<KubeConfig> {
  const { server, caData, token } = await access.resolve();
  const config = new KubeConfig();
  const trust = caData === '' ? {} : { caData };
  config.loadFromClusterAndUser({ name: 'endpoint', server, skipTLSVerify: false, ...trust }, { name: 'ai4k8s' });
  config.addAuthenticator({
    isAuthProvider: () => true,
    applyAuthentication: async (_user, options) => {
      options.headers = { ...options.headers, Authorization: `Bearer ${await token()}` };
    },
  });
  return config;
}

/** client-node sends over http:// only where TLS checks are off. On loopback (the simulated cluster) that harms nobody. */
function allowPlainLoopback(config: KubeConfig): Cluster {
  const cluster = config.getCurrentCluster();
  if (!cluster) throw new Error(`the kubeconfig has no cluster for the context "${config.getCurrentContext()}"`);
  const url = new URL(cluster.server);
  if (url.protocol !== 'http:') return cluster;
  if (!LOOPBACK.test(url.hostname))
    throw new Error(`${url.origin} is not encrypted; http:// is allowed on loopback only`);
  const open = { ...cluster, skipTLSVerify: true };
  config.clusters = config.clusters.map((other) => (other === cluster ? open : other));
  return open;
}

const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/;

/**
 * client-node 2.x makes a dispatcher, and with it a TLS handshake, for every call: the first one is kept for all. A client
 * certificate that an exec plugin renews therefore needs a new process; tokens are asked for at every call.
 */
function withOnePool(config: KubeConfig): SecurityAuthentication {
  let pool: ReturnType<RequestContext['getDispatcher']>;
  return {
    getName: () => config.getName(),
    async applySecurityAuthentication(context) {
      await config.applySecurityAuthentication(context);
      pool ??= context.getDispatcher();
      if (pool) context.setDispatcher(pool);
    },
  };
}

function unusable(cluster: string, why: string, retryable: boolean, cause?: unknown): AdapterError {
  return new AdapterError('kubernetes', `Cluster ${cluster} cannot be reached: ${why}.`, { retryable, cause });
}
