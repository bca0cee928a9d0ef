// Remote write to Prometheus or whatever takes its protocol, Amazon's included: in requests of some thousand series, within a time budget.
import pLimit from 'p-limit';
import type { MetricSink, Sample, SeriesChoice } from '../../../app/ports/metric-sink.ts';
import { failure } from '../words.ts';
import { writeRequestOf } from './body.ts';
import { type Budget, type Posted, post, type Receiver } from './post.ts';

export interface RemoteWriteOptions extends Omit<Receiver, 'address'> {
  /** The whole address, such as `http://prometheus:9090/api/v1/write`. */
  readonly url: string;
  readonly wants: SeriesChoice;
}

/** Under a megabyte before compression, which is what the narrowest receivers take. */
const SERIES_A_REQUEST = 2000;
const REQUESTS_AT_ONCE = 4;

export function makeRemoteWrite({ url, wants, credentials, ...options }: RemoteWriteOptions): MetricSink {
  const address = new URL(url);
  const shown = `${address.origin}${address.pathname}`;
  return {
    wants,
    async write(samples, budgetMs) {
      const secrets: string[] = [];
      const receiver = { ...options, address, credentials: heard(credentials, secrets) };
      const signal = AbortSignal.timeout(budgetMs);
      const lost = await postAll(receiver, samples, { signal, endsAtMs: performance.now() + budgetMs });
      const [first] = lost;
      if (first === undefined) return;
      const count = lost.reduce((sum, { samples }) => sum + samples, 0);
      const what = `${count} of ${samples.length} samples are dropped: ${first.why}`;
      throw failure(shown, what, { retryable: true, secrets });
    },
  };
}

interface Lost {
  readonly samples: number;
  readonly why: string;
}

/** Where it is no use to go on, the rest is not tried. */
async function postAll(receiver: Receiver, samples: readonly Sample[], budget: Budget): Promise<readonly Lost[]> {
  const limit = pLimit(REQUESTS_AT_ONCE);
  const lost: Lost[] = [];
  let end: Exclude<Posted, 'taken'> | null = null;
  const starts = Array.from({ length: Math.ceil(samples.length / SERIES_A_REQUEST) }, (_, i) => i * SERIES_A_REQUEST);
  await Promise.all(
    starts.map((start) =>
      limit(async () => {
        const part = samples.slice(start, start + SERIES_A_REQUEST);
        const posted: Posted = end ?? (await post(receiver, writeRequestOf(part), budget));
        if (posted === 'taken') return;
        lost.push({ samples: part.length, why: posted.why });
        if (posted.isForAll) end = posted;
      }),
    ),
  );
  return lost;
}

/** What was proven by is known, so that no message repeats it. */
function heard(credentials: Receiver['credentials'], secrets: string[]): Receiver['credentials'] {
  if (credentials.kind !== 'bearer' && credentials.kind !== 'basic') return credentials;
  return {
    kind: credentials.kind,
    async secret() {
      const text = await credentials.secret();
      secrets.push(text, ...text.split(':').slice(1));
      return text;
    },
  };
}
