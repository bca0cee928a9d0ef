// The workloads of a cluster, those that ask for somebody first: small, and page by page.
import * as z from 'zod';
import type { Status, StatusRow } from '../answers.ts';
import { dataOf, told } from '../data.ts';
import { replicas, time, whyNot } from '../decision.ts';
import { got, Refusal } from '../refusal.ts';
import { type Calling, tool } from '../tool.ts';
import { clusterField, clusterOf } from '../workload.ts';

/** As many as the API gives at once, and so many pages: what is first is known when all have been read. */
const ROWS_A_PAGE = '1000';
const MOST_PAGES = 20;
/** Of a row and of the cluster. */
const MOST_PROBLEMS = 5;
const PROBLEM_CHARS = 240;

const row = z.object({
  namespace: z.string(),
  deployment: z.string(),
  kind: z.string(),
  enabled: z.boolean(),
  rung: z.string(),
  replicas: z.number(),
  ready: z.number(),
  target_replicas: z.number(),
  outcome: z.string(),
  why_not: whyNot,
  problems: z.array(z.string()),
});

export const status = tool({
  name: 'status',
  title: 'Workloads of a cluster',
  description: 'Workloads of a cluster, problems first, page by page; problems of the cluster itself.',
  input: z.strictObject({
    ...clusterField,
    namespace: z.string().min(1).max(63).optional().describe('Only of this namespace'),
    limit: z.number().int().min(1).max(50).default(20),
    cursor: z.string().max(700).optional().describe('As the page before gave it'),
  }),
  output: z.object({
    workload_count: z.number(),
    with_problems: z.number(),
    predictive_enabled: z.number(),
    total_replicas: replicas,
    usd_per_month: z.number(),
    potential_usd_per_month: z.number().describe('With what is recommended and nobody carries out'),
    kill_switch_on: z.boolean().describe('Nothing is changed anywhere in the cluster while it is'),
    last_tick_at: time.nullable(),
    data: dataOf({
      workloads: z.array(row),
      cursor: z.string().nullable().describe('For the next page; null on the last'),
      problems: z.array(z.string()).describe('Of the cluster'),
    }),
  }),
  isWriting: false,
  isIdempotent: true,
  async call(calling, { cluster: given, namespace, limit, cursor }) {
    const after = cursor === undefined ? '' : placeIn(cursor);
    const cluster = await clusterOf(calling, given);
    const { first, rows } = await allRows(calling, cluster, namespace);
    const placed = rows
      .map((one) => ({ one, problems: problemsOf(one) }))
      .map((entry) => ({ ...entry, place: placeOf(entry) }));
    const following = placed.filter(({ place }) => place > after).toSorted((a, b) => (a.place < b.place ? -1 : 1));
    const page = following.slice(0, limit);
    const last = page.at(-1);
    const ailing = placed.filter(({ problems }) => problems.length > 0).length;
    const { workload_count, predictive_enabled, total_replicas, cost, kill_switch, last_tick } = first;
    const problems = first.problems.slice(0, MOST_PROBLEMS).map((text) => told(text));
    return {
      line: `${page.length} of ${workload_count} workloads, ${ailing} with problems; ${first.problems.length} problems of the cluster itself`,
      output: {
        workload_count,
        with_problems: ailing,
        predictive_enabled,
        total_replicas,
        usd_per_month: cost.usd_per_month,
        potential_usd_per_month: cost.potential_usd_per_month,
        kill_switch_on: kill_switch !== null,
        last_tick_at: last_tick?.finished_at ?? null,
        data: {
          workloads: page.map(({ one, problems: own }) => shownRow(one, own)),
          cursor: following.length > limit && last !== undefined ? cursorAt(last.place) : null,
          problems,
        },
      },
    };
  },
});

/** @throws Refusal where a cluster has more than can be sorted */
async function allRows(calling: Calling, cluster: string, namespace: string | undefined) {
  const query = { limit: ROWS_A_PAGE, ...(namespace !== undefined && { namespace }) };
  const first = got<Status>(await calling.ask({ what: 'status', cluster, query }));
  const rows = [...first.workloads];
  let { cursor } = first;
  for (let pages = 1; cursor !== null; pages++) {
    if (pages === MOST_PAGES)
      throw new Refusal(`There are more than ${rows.length} workloads here`, 'name a namespace, and call again.');
    const page = got<Status>(await calling.ask({ what: 'status', cluster, query: { ...query, cursor } }));
    rows.push(...page.workloads);
    cursor = page.cursor;
  }
  return { first, rows };
}

/** In sentences: what somebody should look at. */
function problemsOf(one: StatusRow): readonly string[] {
  const { problems, missing, demoted, outcome, outcome_message, replicas: wanted, ready } = one;
  return [
    ...problems,
    ...Object.entries(missing).map(([signal, why]) => `${signal} cannot be relied on: ${why}`),
    ...(demoted === undefined ? [] : [`trusted less since ${demoted.since}: ${demoted.reason}`]),
    ...(outcome === 'failed' || outcome === 'conflict' ? [outcome_message] : []),
    ...(ready < wanted ? [`${ready} of ${wanted} replicas are ready`] : []),
  ];
}

/** What is ours to say of a row; its words are cut, so that fifty rows stay small. */
function shownRow(one: StatusRow, problems: readonly string[]): z.input<typeof row> {
  const { namespace, deployment, kind, enabled, rung, ready, target_replicas, outcome, why_not } = one;
  return {
    namespace,
    deployment,
    kind,
    enabled,
    rung,
    replicas: one.replicas,
    ready,
    target_replicas,
    outcome,
    why_not: why_not && { code: why_not.code, message: told(why_not.message, PROBLEM_CHARS) },
    problems: problems.slice(0, MOST_PROBLEMS).map((text) => told(text, PROBLEM_CHARS)),
  };
}

const BENEATH = ['0', '1', '2'] as const;

/** Those with problems first, then those that want another number, then the rest; within each by name. */
function placeOf({ one, problems }: { readonly one: StatusRow; readonly problems: readonly string[] }): string {
  const [ailing, wanting, calm] = BENEATH;
  const rank = problems.length > 0 ? ailing : one.target_replicas !== one.replicas ? wanting : calm;
  return `${rank} ${one.namespace} ${one.deployment} ${one.kind}`;
}

function cursorAt(place: string): string {
  return Buffer.from(place).toString('base64url');
}

/** @throws Refusal */
function placeIn(cursor: string): string {
  const place = Buffer.from(cursor, 'base64url').toString('utf8');
  if (/^[0-2] \S+ \S+ [A-Z][A-Za-z]+$/.test(place) && cursorAt(place) === cursor) return place;
  throw new Refusal('This cursor was not given out by status', 'leave the cursor out to begin with the first page.');
}
