// What a model server tells of itself (vLLM's names): read now and then, with a limit in time and size; what fails is not known.

export interface ServerFigures {
  /** Requests in its own queue. */
  readonly waiting: number | null;
  /** 0…1. */
  readonly kvCacheRatio: number | null;
}

export const NO_FIGURES: ServerFigures = { waiting: null, kvCacheRatio: null };

const TIMEOUT_MS = 2000;
const MAX_BYTES = 2 * 1024 * 1024;
const WAITING = 'vllm:num_requests_waiting';
/** The newer name first. */
const KV_CACHE = ['vllm:kv_cache_usage_perc', 'vllm:gpu_cache_usage_perc'];
const SAMPLE = /^([a-zA-Z_:][\w:]*)(?:\{.*\})?\s+(\S+)/;

/** Whatever goes wrong, nothing is known then; nothing is thrown. */
export async function readServerFigures(url: string, stopping: AbortSignal): Promise<ServerFigures> {
  try {
    const signal = AbortSignal.any([stopping, AbortSignal.timeout(TIMEOUT_MS)]);
    const answer = await fetch(url, { signal, redirect: 'error', headers: { accept: 'text/plain' } });
    return answer.ok ? figuresIn(await textOf(answer)) : NO_FIGURES;
  } catch {
    return NO_FIGURES;
  }
}

/** Several engines in one server: their queues add up, and the fullest cache counts. */
export function figuresIn(text: string): ServerFigures {
  const values = new Map<string, number[]>();
  for (const line of text.split('\n')) {
    if (!line.startsWith('vllm:')) continue;
    const [, name = '', written = ''] = SAMPLE.exec(line) ?? [];
    const value = Number(written);
    if (Number.isFinite(value) && value >= 0) values.set(name, [...(values.get(name) ?? []), value]);
  }
  const waiting = values.get(WAITING);
  const ratios = KV_CACHE.map((name) => values.get(name)).find((all) => all !== undefined);
  const fullest = ratios && Math.max(...ratios);
  return {
    waiting: waiting ? waiting.reduce((total, one) => total + one, 0) : null,
    kvCacheRatio: fullest !== undefined && fullest <= 1 ? fullest : null,
  };
}

async function textOf({ body }: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body ?? []) {
    bytes += chunk.length;
    if (bytes > MAX_BYTES) throw new Error('too long');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
