// `ai4k8s status --all`: every cluster of an installation at once. One that cannot be read hides none of the others.
import pLimit from 'p-limit';
import { type AnswerBody, answerText } from './answer-text.ts';
import { type ApiTarget, askApi } from './api-client.ts';
import { refusalText, unreachableText } from './no-answer.ts';
import type { Layout } from './output.ts';
import { askWholeStatus } from './whole-status.ts';
import { wrapped } from './wrapped.ts';

const AT_ONCE = 4;

type OfCluster =
  | { readonly cluster: string; readonly success: true; readonly status: AnswerBody }
  | { readonly cluster: string; readonly success: false; readonly error: string };

/** @returns the first answer that is a refusal, where clusters cannot even be listed; `success` is false where one was not read */
export async function askAllStatus(target: ApiTarget, query: Readonly<Record<string, string>> = {}): Promise<Response> {
  const listed = await askApi({ ...target, cluster: null }, 'clusters');
  if (!listed.ok) return listed;
  const { clusters } = (await listed.json()) as { readonly clusters: readonly { readonly id: string }[] };
  const limit = pLimit(AT_ONCE);
  const all = await Promise.all(clusters.map(({ id }) => limit(() => statusOf({ ...target, cluster: id }, id, query))));
  return Response.json({ success: all.every(({ success }) => success), clusters: all });
}

async function statusOf(
  target: ApiTarget,
  cluster: string,
  query: Readonly<Record<string, string>>,
): Promise<OfCluster> {
  try {
    const answer = await askWholeStatus(target, query);
    const body = (await answer.json()) as AnswerBody;
    if (answer.ok) return { cluster, success: true, status: body };
    return { cluster, success: false, error: refusalText(target, answer.status, body) };
  } catch (error) {
    return { cluster, success: false, error: unreachableText(target, error) };
  }
}

export function allStatusText(body: AnswerBody, layout: Layout): string | null {
  const all = body.clusters as readonly OfCluster[];
  if (all.length === 0) return 'no cluster of this installation is one that you may see';
  return all
    .map((one) =>
      one.success
        ? answerText(one.status, layout)
        : wrapped(`cluster ${one.cluster}: not read: ${one.error}`, '', 4).join('\n'),
    )
    .join('\n\n');
}
