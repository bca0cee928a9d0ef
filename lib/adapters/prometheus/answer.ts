// What an HTTP answer of a Prometheus, or of whatever stands before it, means: series, too much at once, or an error in its own words.
import * as z from 'zod';
import type { AdapterError } from '../../app/ports/world.ts';
import type { Endpoint } from './endpoint.ts';
import { failure, jsonOrNull, oneLine, ownWords, quoted } from './words.ts';

/** Instant in seconds, value; NaN where the value is no finite number. */
export type Sample = readonly [seconds: number, value: number];

export interface LabelledSamples {
  readonly labels: Readonly<Record<string, string>>;
  readonly samples: readonly Sample[];
}

export interface HttpReply {
  readonly method: 'GET' | 'POST';
  readonly status: number;
  readonly text: string;
  /** Of a redirect. */
  readonly location: string | null;
  readonly retryAfter: string | null;
}

export type Answer =
  | { readonly kind: 'series'; readonly series: readonly LabelledSamples[]; readonly notes: readonly string[] }
  /** A shorter range may be answered. */
  | { readonly kind: 'too_much'; readonly error: AdapterError };

/** Prometheus writes numbers as text; `''` and the like are none. */
const VALUE = z
  .union([z.number(), z.string()])
  .transform((value) =>
    typeof value === 'number' || /^[+-]?[\d.]+(e[+-]?\d+)?$/i.test(value) ? Number(value) : Number.NaN,
  )
  .transform((value) => (Number.isFinite(value) ? value : Number.NaN));
const SAMPLE = z.tuple([z.number(), VALUE]).transform(([at, value]): Sample => [at, value]);
const LABELS = z.record(z.string(), z.string()).catch({});
/** Left out by Prometheus where there are none; others write an empty list, or null. */
const NATIVE = z.array(z.unknown()).nullish();
const MATRIX_ROW = z
  .object({ metric: LABELS, values: z.array(SAMPLE).nullish(), histograms: NATIVE })
  .refine(({ values, histograms }) => (values ?? histograms ?? null) !== null)
  .transform(({ metric: labels, values, histograms }) => ({
    labels,
    samples: values ?? [],
    isNative: isAny(histograms),
  }));
const VECTOR_ROW = z
  .object({ metric: LABELS, value: SAMPLE.nullish(), histogram: NATIVE })
  .refine(({ value, histogram }) => (value ?? histogram ?? null) !== null)
  .transform(({ metric: labels, value, histogram }) => ({
    labels,
    samples: value ? [value] : [],
    isNative: isAny(histogram),
  }));
/** A list of texts; what is there in another shape is a remark all the same, and never lost. */
const REMARKS = z
  .unknown()
  .optional()
  .transform((said): readonly string[] => {
    const all = Array.isArray(said) ? said : [said];
    return all.filter((one) => one !== undefined && one !== null && one !== false).map(textOf);
  });
/** VictoriaMetrics says `isPartial`; the others are spellings of proxies before Thanos and Cortex. */
const PARTIAL = z.unknown().optional();
const SUCCESS = z.object({
  status: z.literal('success'),
  warnings: REMARKS,
  infos: REMARKS,
  isPartial: PARTIAL,
  partial: PARTIAL,
  partial_response: PARTIAL,
  partialResponse: PARTIAL,
  data: z.discriminatedUnion('resultType', [
    z.object({ resultType: z.literal('matrix'), result: z.array(MATRIX_ROW).nullable() }),
    z.object({ resultType: z.literal('vector'), result: z.array(VECTOR_ROW).nullable() }),
  ]),
});
const ERROR = z.object({ status: z.literal('error'), errorType: z.string().catch(''), error: z.string().catch('') });

const TOO_MUCH = /exceed|too (many|much|long|large)|limit|timed? ?out|deadline|resource exhausted/i;
/** A proxy that loses the body of a POST: the server has met no query at all. */
const NO_QUERY =
  /no expression found|(missing|empty) ["'`]?query|query["'`]? (parameter )?(is )?(required|missing|empty)/i;

/**
 * @param isPartialFine what is said to be missing becomes a note instead of an error
 * @throws AdapterError with the server's own words
 */
export function answerOf(endpoint: Endpoint, reply: HttpReply, isPartialFine: boolean): Answer {
  const fail = (what: string, retryable = false) =>
    failure(endpoint.url, what, { retryable, secrets: endpoint.secrets });
  const body = jsonOrNull(reply.text);
  const success = SUCCESS.safeParse(body);
  if (success.success && reply.status < 300) {
    const { warnings, infos, data, ...marks } = success.data;
    const series = data.result ?? [];
    if (series.some(({ isNative }) => isNative))
      throw fail(
        'the query answers native histograms where numbers are expected: take a number from them, such as histogram_count(…) or histogram_sum(…)',
      );
    const missing = warnings.filter((warning) => !isInfo(warning));
    const isPartial = [marks.isPartial, marks.partial, marks.partial_response, marks.partialResponse].some(isTrue);
    if ((missing.length > 0 || isPartial) && !isPartialFine)
      throw fail(
        `it warns that its answer is incomplete${quoted(remarks(missing))}: ${SIZED_TOO_SMALL}. ${endpoint.remedies.partial}`,
        true,
      );
    const notes = [...missing, ...(isPartial ? ['the answer is partial'] : []), ...infos, ...warnings.filter(isInfo)];
    return { kind: 'series', series, notes: notes.map((note) => oneLine(note)) };
  }
  const error = ERROR.safeParse(body);
  if (error.success) {
    const { errorType, error: said } = error.data;
    return errorAnswer(reply, said === '' ? ownWords(reply.text) : `${errorType}: ${said}`, endpoint, fail);
  }
  throw fail(noAnswer(reply, endpoint), reply.status >= 500 || reply.status === 429);
}

const SIZED_TOO_SMALL = 'what is missing would be sized for as if it were no load';

/** Where the very same question may be answered as a GET. */
export function isPostRefused({ method, status, text }: HttpReply): boolean {
  if (method === 'GET') return false;
  const body = jsonOrNull(text);
  const error = ERROR.safeParse(body);
  if (error.success) return NO_QUERY.test(error.data.error) || status === 405;
  const success = SUCCESS.safeParse(body);
  if (success.success) return success.data.data.result === null;
  return (status >= 400 && status < 500 && ![401, 429].includes(status)) || status === 501;
}

/** Answers, good or bad, that a Prometheus gave itself. */
export function isPrometheusAnswer({ text }: HttpReply): boolean {
  const body = jsonOrNull(text);
  return SUCCESS.safeParse(body).success || ERROR.safeParse(body).success;
}

function isTrue(mark: unknown): boolean {
  return /^(true|yes|1)$/i.test(String(mark));
}

function isAny(histograms: readonly unknown[] | null | undefined): boolean {
  return histograms !== undefined && histograms !== null && histograms.length > 0;
}

function textOf(said: unknown): string {
  return typeof said === 'string' ? said : JSON.stringify(said);
}

/** Before version 3 Prometheus put both under `warnings`. */
function isInfo(warning: string): boolean {
  return /^PromQL info:/i.test(warning);
}

function remarks(of: readonly string[]): string {
  const shown = of.slice(0, 3).map((remark) => oneLine(remark));
  return [...shown, ...(of.length > 3 ? [`and ${of.length - 3} more`] : [])].join('; ');
}

function errorAnswer(
  reply: HttpReply,
  words: string,
  endpoint: Endpoint,
  fail: (what: string, retryable?: boolean) => AdapterError,
): Answer {
  const { status } = reply;
  const error = fail(`${status} ${words}${hintFor(status, words, endpoint)}`, status >= 500 || status === 429);
  const isTooMuch = status !== 401 && status !== 403 && status !== 429 && TOO_MUCH.test(words);
  if (isTooMuch) return { kind: 'too_much', error };
  throw error;
}

function noAnswer(reply: HttpReply, endpoint: Endpoint): string {
  const { status, text } = reply;
  const words = quoted(ownWords(text));
  if (status >= 300 && status < 400) return redirect(reply, endpoint);
  if (status === 401 || status === 403 || /no org id/i.test(text))
    return `${status}${words}${hintFor(status, text, endpoint) || ': it refuses to answer'}`;
  if (status === 414) return `${status}${words}: the query is too long for a GET, and a POST was refused`;
  if (status >= 500 || status === 429) return `${status}${words}: it cannot answer now; ask again later`;
  return `it answered ${status} with something that is no Prometheus answer${words}; give the URL that /api/v1 is under`;
}

function hintFor(status: number, words: string, { isSigned, remedies }: Endpoint): string {
  if (/no org id|x-scope-orgid|tenant/i.test(words)) return `: ${remedies.tenant}`;
  if (status !== 401 && status !== 403) return '';
  return isSigned
    ? ': the credentials that signed it need aps:QueryMetrics on this workspace'
    : `: ${remedies.credentials}`;
}

/** Not followed: what we carry is meant for the server that was named. */
function redirect({ status, location, text }: HttpReply, { url }: Endpoint): string {
  const to = location !== null && URL.canParse(location, `${url}/`) ? new URL(location, `${url}/`) : null;
  const where = to === null || !/^https?:$/.test(to.protocol) ? '' : ` to ${oneLine(`${to.origin}${to.pathname}`)}`;
  const from = new URL(url);
  const isTls = to !== null && to.hostname === from.hostname && from.protocol === 'http:' && to.protocol === 'https:';
  const advice = isTls
    ? `give the URL with https://`
    : 'if that is a login page, ask behind it; else give the URL that /api/v1 is under';
  return `it redirects (${status})${where}${quoted(ownWords(text))}, and credentials are not sent on: ${advice}`;
}
