// Status of a cluster as one answer, however many pages it has.
import { type ApiTarget, askApi } from './api-client.ts';

interface Page {
  readonly workloads: readonly unknown[];
  readonly without_hpa?: readonly string[];
  /** Absent in answers of older releases, which have one page. */
  readonly cursor?: string | null;
}

/**
 * Asks page after page, and answers with the first, of which the lists are whole.
 * @returns the first answer that is a refusal, where there is one
 * @throws Error where the pages have no end
 */
export async function askWholeStatus(
  target: ApiTarget,
  query: Readonly<Record<string, string>> = {},
): Promise<Response> {
  const first = await askApi(target, 'status', { query });
  if (!first.ok) return first;
  const whole = (await first.json()) as Page;
  const pages = [whole];
  for (let { cursor } = whole; cursor !== null && cursor !== undefined; ) {
    const answer = await askApi(target, 'status', { query: { ...query, cursor } });
    if (!answer.ok) return answer;
    const page = (await answer.json()) as Page;
    if (page.cursor === cursor) throw new Error('the API answers with the same page again');
    pages.push(page);
    cursor = page.cursor;
  }
  if (!Array.isArray(whole.workloads)) return Response.json(whole);
  const workloads = pages.flatMap((page) => page.workloads);
  const without_hpa = pages.flatMap((page) => page.without_hpa ?? []);
  return Response.json({ ...whole, workloads, without_hpa, cursor: null });
}
