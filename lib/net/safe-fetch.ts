// HTTP to hosts of a list only: a name is resolved once, every address of it checked, and what was checked is connected to.
import { lookup as systemLookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { Agent, fetch } from 'undici';
import { kindOfAddress } from './addresses.ts';
import { hostOf, isLoopbackHost, problemOfUrl } from './allowed-hosts.ts';

export interface SafeFetchOptions {
  /** Hosts, and `*.domain` for all within a domain. */
  readonly allow: readonly string[];
  /** For one request, the answer's body included. */
  readonly budgetMs: number;
  /** Of one answer's body, unpacked. */
  readonly mostBytes: number;
  /** Asked again where a kept connection had died; false where each request is counted. */
  readonly repeats?: boolean;
  readonly lookup?: typeof systemLookup;
}

interface PlainInit {
  readonly method: 'GET' | 'POST' | 'HEAD';
  readonly headers: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  readonly body?: string | Uint8Array<ArrayBuffer>;
  /** A redirect is handed over, whether or not this is said; to any other fetch it has to be. */
  readonly redirect?: 'manual';
}

/** What is used of an answer; its body ends with an error where it is too long or too slow. */
export interface PlainReply {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  readonly body: AsyncIterable<Uint8Array> | null;
}

export type PlainFetch = (address: URL, init: PlainInit) => Promise<PlainReply>;

/** What was not asked, or not read to its end. The message is a part of a sentence. */
class RefusedError extends Error {
  override readonly name = 'RefusedError';
}

/** Never follows a redirect: the answer is handed over as it is. Asks through no proxy, which would resolve names anew. */
export function makeSafeFetch(options: SafeFetchOptions): PlainFetch {
  const { allow, budgetMs, mostBytes, repeats = true } = options;
  const dispatcher = new Agent({ connect: { lookup: checkedLookup(options.lookup ?? systemLookup) } });
  return async (address, { signal, ...init }) => {
    refuse(address, allow);
    const budget = AbortSignal.timeout(budgetMs);
    const either = signal === undefined ? budget : AbortSignal.any([budget, signal]);
    const once = () => fetch(address, { ...init, signal: either, redirect: 'manual', dispatcher });
    const reply = await once().catch((error: unknown) => {
      if (repeats && isLostConnection(error)) return once();
      throw error;
    });
    return { status: reply.status, headers: reply.headers, body: limited(reply.body, mostBytes) };
  };
}

/** All of the body. @throws what was thrown while it came */
export async function bytesOf({ body }: PlainReply): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body ?? []) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** An address in a URL is connected to without asking any resolver. */
function refuse(address: URL, allow: readonly string[]): void {
  const problem = problemOfUrl(address, allow);
  if (problem !== null) throw new RefusedError(problem);
}

/** What a resolver says is taken once, as a whole: one forbidden address among others is no accident. */
function checkedLookup(lookup: typeof systemLookup): LookupFunction {
  return (name, options, callback) => {
    lookup(name, { ...options, all: true }, (error, found) => {
      if (error) return callback(error, '', 0);
      const host = hostOf(new URL(`http://${isIP(name) === 6 ? `[${name}]` : name}`));
      const bad = found.find(({ address }) => !mayConnect(host, address));
      const [first] = found;
      if (bad !== undefined || first === undefined) {
        const why = bad === undefined ? 'has no address' : `is ${bad.address}, ${whyNot(bad.address)}`;
        return callback(new RefusedError(`${host} ${why}: it is not connected to`), '', 0);
      }
      return options.all ? callback(null, found) : callback(null, first.address, first.family);
    });
  };
}

function mayConnect(host: string, address: string): boolean {
  const kind = kindOfAddress(address);
  return kind === 'ordinary' || (kind === 'loopback' && isLoopbackHost(host));
}

function whyNot(address: string): string {
  return kindOfAddress(address) === 'loopback'
    ? 'this machine itself, which its name does not say'
    : 'which is link-local, a metadata service, multicast or unspecified';
}

async function* limited(body: AsyncIterable<Uint8Array> | null, mostBytes: number): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const chunk of body ?? []) {
    bytes += chunk.length;
    if (bytes > mostBytes) throw new RefusedError(`its answer has over ${mostBytes / 1024 ** 2} MB`);
    yield chunk;
  }
}

/** A connection may have died while Lambda was frozen, which shows on first use. */
function isLostConnection(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  return code === 'ECONNRESET' || code === 'EPIPE' || code === 'UND_ERR_SOCKET';
}
