// One window of a probe: so many requests to one URL, within one budget of time, and what came of each.
import { bytesOf, type PlainFetch, type PlainReply } from '../../net/safe-fetch.ts';

export interface WindowOptions {
  readonly requests: number;
  readonly concurrency: number;
  /** For the window: requests begin in its first half, and each may take as long as the other. */
  readonly budgetMs: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly fetch: PlainFetch;
  /** Asks, and says how many milliseconds the answer took with its body. Unless given, by the system's clock. */
  readonly stopwatch?: Stopwatch;
}

export type Stopwatch = (
  ask: () => Promise<PlainReply>,
) => Promise<{ readonly reply: PlainReply; readonly ms: number }>;

export type Outcome =
  | { readonly kind: 'answered'; readonly ms: number }
  /** It was waited for so long, in vain. */
  | { readonly kind: 'hung'; readonly ms: number }
  /** @param why the status, or what kept the request from being answered */
  | { readonly kind: 'failed' | 'redirected'; readonly why: string };

/** Never throws. At least one request is made, and no more than `concurrency` at a time. */
export async function probeWindow(url: URL, options: WindowOptions): Promise<readonly Outcome[]> {
  const { requests, concurrency, budgetMs } = options;
  const outcomes: Outcome[] = [];
  const lastStartMs = performance.now() + budgetMs / 2;
  let begun = 0;
  const walk = async () => {
    while (begun < requests && (begun < concurrency || performance.now() < lastStartMs)) {
      begun += 1;
      outcomes.push(await requestOnce(url, budgetMs / 2, options));
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, requests) }, walk));
  return outcomes;
}

async function requestOnce(url: URL, limitMs: number, options: WindowOptions): Promise<Outcome> {
  const { fetch, headers, stopwatch = byTheClock } = options;
  const signal = AbortSignal.timeout(limitMs);
  try {
    const { reply, ms } = await stopwatch(() => fetch(url, { method: 'GET', headers, signal, redirect: 'manual' }));
    const { status } = reply;
    if (status >= 200 && status < 300) return { kind: 'answered', ms };
    if (status >= 300 && status < 400) return { kind: 'redirected', why: redirectOf(reply) };
    return { kind: 'failed', why: `HTTP ${status}` };
  } catch (error) {
    if (signal.aborted) return { kind: 'hung', ms: limitMs };
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    return { kind: 'failed', why: cause instanceof Error ? cause.message || cause.name : String(cause) };
  }
}

const byTheClock: Stopwatch = async (ask) => {
  const startMs = performance.now();
  const reply = await ask();
  await bytesOf(reply);
  return { reply, ms: performance.now() - startMs };
};

function redirectOf({ status, headers }: PlainReply): string {
  const location = headers.get('location');
  return location === null ? `HTTP ${status}` : `HTTP ${status} to ${location}`;
}
