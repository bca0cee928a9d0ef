// What of the overview's table is shown and in which order; and which of its rows are drawn.
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plainly as plainlyOfCli } from '../../cli/decision-text.ts';
import type { Row } from '../../web/app/src/api/types.ts';
import { plainly } from '../../web/app/src/parts/decision/plainly.ts';
import { viewOf, workloadPath } from '../../web/app/src/routes.ts';
import { type Choice, choiceOf, chosen, queryOf, sortedBy } from '../../web/app/src/views/overview/choice.ts';
import { itemsOf } from '../../web/app/src/views/overview/items.ts';
import type { OfCluster } from '../../web/app/src/views/overview/of-cluster.ts';
import { isHeld, nextOf, replicasText, sentenceOf } from '../../web/app/src/views/overview/sentence.ts';
import { MOST_ROWS, spanOfRows } from '../../web/app/src/views/overview/span-of-rows.ts';

const ALL = choiceOf({});

/** As the API answers it, in the parts that the table looks at. */
function row(change: Partial<Row> = {}): Row {
  const made: Partial<Row> = {
    namespace: 'shop',
    deployment: 'web',
    kind: 'Deployment',
    enabled: true,
    mode: 'auto',
    rung: 'auto',
    replicas: 4,
    ready: 4,
    target_replicas: 4,
    cpu_cores: 1,
    cpu_peak_cores: 2,
    missing: {},
    decision: 'maintain',
    source: 'predictive',
    reason: 'cpu needs 4 replicas',
    outcome: 'unchanged',
    why_not: { code: 'ok', message: 'enough' },
    cost: { usd_per_hour: null, usd_per_month: null, reason: 'not known' },
    problems: [],
    ...change,
  };
  return made as Row;
}

function itemsFrom(rows: readonly Row[], alone: readonly string[] = []) {
  const status = { workloads: rows, without_hpa: alone } as unknown as OfCluster['status'];
  return itemsOf([{ id: 'demo', status, at: 0, problem: null }]);
}

const names = (rows: readonly Row[], choice: Partial<Choice>) =>
  chosen(itemsFrom(rows), { ...ALL, ...choice }).map(({ row: { deployment } }) => deployment);

const text = fc.string({ maxLength: 20, unit: 'binary' });
const choice = fc.record<Choice>({
  text,
  needs: fc.constantFrom('', 'any', 'at_max', 'missing'),
  isEnabled: fc.boolean(),
  rung: fc.constantFrom('', 'auto'),
  demandClass: fc.constantFrom('', 'bursty'),
  sort: fc.constantFrom(null, 'workload', 'peak'),
  isDown: fc.boolean(),
});

describe('the choice', () => {
  it('is in the address, and comes back from there', () => {
    fc.assert(
      fc.property(choice, (made) => {
        const query = Object.fromEntries(new URLSearchParams(queryOf(made)));
        expect(choiceOf(query)).toEqual({ ...made, isDown: made.sort !== null && made.isDown });
      }),
    );
  });

  it('an address that was made up chooses nothing', () => {
    expect(choiceOf({ needs: '__proto__', sort: 'constructor', order: 'sideways' })).toEqual(ALL);
  });

  it('a head that is clicked three times sorts as before', () => {
    for (const column of ['workload', 'peak'] as const) {
      const [once, twice] = [sortedBy(ALL, column), sortedBy(sortedBy(ALL, column), column)];
      expect([once.sort, twice.sort, once.isDown !== twice.isDown]).toEqual([column, column, true]);
      expect(sortedBy(twice, column)).toEqual(ALL);
    }
  });
});

describe('the rows', () => {
  const rows = [
    row({ deployment: 'calm' }),
    row({ deployment: 'full', decision: 'at_max', cpu_peak_cores: 9 }),
    row({ deployment: 'blind', cpu_cores: null, cpu_peak_cores: null, missing: { cpu: 'not measured' } }),
    row({ deployment: 'little', target_replicas: 6, outcome: 'recommended', enabled: false, rung: 'look' }),
  ];

  it('what is wrong comes first, worst on top', () => {
    expect(names(rows, {})).toEqual(['full', 'blind', 'little', 'calm']);
    expect(names(rows, { needs: 'any' })).toEqual(['full', 'blind', 'little']);
    expect(names(rows, { needs: 'missing' })).toEqual(['blind']);
  });

  it('every word is looked for, in whatever case; filters add to it', () => {
    expect(names(rows, { text: 'SHOP li' })).toEqual(['blind', 'little']);
    expect(names(rows, { text: 'at max' })).toEqual(['full']);
    expect(names(rows, { text: 'nowhere' })).toEqual([]);
    expect(names(rows, { isEnabled: true, rung: 'look' })).toEqual([]);
  });

  it('what is not known comes last, either way', () => {
    expect(names(rows, { sort: 'peak', isDown: true })).toEqual(['full', 'calm', 'little', 'blind']);
    expect(names(rows, { sort: 'peak' })).toEqual(['calm', 'little', 'full', 'blind']);
  });

  it('none is lost or doubled by an order', () => {
    const some = fc.array(
      fc.record({ name: fc.integer({ min: 0, max: 99 }), peak: fc.option(fc.nat(9)), replicas: fc.nat(9) }),
    );
    fc.assert(
      fc.property(some, fc.constantFrom(null, 'workload', 'replicas', 'peak'), fc.boolean(), (made, sort, isDown) => {
        const all = made.map(({ name, peak, replicas }) =>
          row({ deployment: `w${name}`, cpu_peak_cores: peak, replicas }),
        );
        expect(names(all, { sort, isDown }).toSorted()).toEqual(all.map(({ deployment }) => deployment).toSorted());
      }),
      { numRuns: 50 },
    );
  });

  it('one that the API did not answer anew is not made anew', () => {
    expect(itemsFrom(rows)[0]).toBe(itemsFrom(rows)[0]);
  });
});

const HELD = {
  decision: 'scale_down',
  target_replicas: 3,
  outcome: 'unchanged',
  why_not: { code: 'floor_at_target', message: 'held at 4, where 3 would do: HPA holds 4' },
} as const;

describe('a workload in one line', () => {
  it.each([
    [row(), '4', 'cpu needs 4 replicas', ''],
    [
      row({ target_replicas: 7, outcome: 'recommended', why_not: { code: 'not_enabled', message: 'off' } }),
      '4 → 7',
      'cpu needs 4 replicas',
      '+3 replicas · enable to apply',
    ],
    [
      row({ target_replicas: 3, outcome: 'applied', outcome_message: '4 → 3', why_not: null }),
      '4 → 3',
      '4 → 3: cpu needs 4 replicas',
      '−1 replica · done',
    ],
    [
      row({ decision: 'at_max', why_not: { code: 'above_max', message: '4 is all, and more are needed' } }),
      '4',
      '4 is all, and more are needed',
      'raise max-replicas',
    ],
    [
      row({ decision: 'at_max', outcome: 'recommended', why_not: { code: 'not_enabled', message: 'off' } }),
      '4',
      'cpu needs 4 replicas',
      'raise max-replicas',
    ],
    [row({ source: 'llm' }), '4', 'llm: cpu needs 4 replicas', ''],
    [row(HELD), '4 → 3', 'held at 4, where 3 would do: HPA holds 4', ''],
  ])('%#', (made, replicas, sentence, next) => {
    expect([replicasText(made), sentenceOf(made), nextOf(made)]).toEqual([replicas, sentence, next]);
    expect(isHeld(made)).toBe(made.target_replicas === HELD.target_replicas && made.outcome === 'unchanged');
  });
});

describe('a reason', () => {
  it('is as plain as on the command line', () => {
    const reason =
      'cpu needs 4 replicas: what may come before new pods serve, a missing replica weighed as 28 idle ones, and no fewer ' +
      'than were wanted in the last 5 minutes. On the last 4 days that would have had enough — 5 was wanted 3 min ago';
    expect(plainly(reason)).toBe('cpu needs 4 replicas for what may come while pods start — 5 was wanted 3 min ago');
    for (const text of [reason, 'cpu needs 4, and no fewer than were wanted in the last 5 minutes', ''])
      expect(plainly(text)).toBe(plainlyOfCli(text));
  });
});

describe('the rows that are drawn', () => {
  const sight = fc.record({
    count: fc.nat(5000),
    rowHeight: fc.constantFrom(46, 92),
    above: fc.integer({ min: -2000, max: 300_000 }),
    height: fc.integer({ min: 200, max: 2160 }),
  });

  it('are those in sight, and sixty at most', () => {
    fc.assert(
      fc.property(sight, (made) => {
        const { count, rowHeight, above, height } = made;
        const { from, to } = spanOfRows(made);
        expect(to - from).toBeLessThanOrEqual(MOST_ROWS);
        expect(0 <= from && from <= to && to <= count).toBe(true);
        for (let index = 0; index < count; index++) {
          const top = index * rowHeight - above;
          if (top + rowHeight > 0 && top < height) expect(from <= index && index < to).toBe(true);
        }
      }),
      { numRuns: 100 },
    );
  });
});

describe('addresses', () => {
  const name = fc.stringMatching(/^[a-z0-9][a-z0-9.]{0,30}$/);
  it('of a workload lead to it', () => {
    fc.assert(
      fc.property(
        name,
        name,
        name,
        fc.constantFrom('Deployment', 'Rollout'),
        (cluster, namespace, deployment, kind) => {
          const ref = { cluster, namespace, deployment, kind };
          const { pathname, search } = new URL(workloadPath(ref), 'http://page.example');
          const query = Object.fromEntries(new URLSearchParams(search));
          // A browser takes `.` and `..` out of a path; no Kubernetes name is one.
          expect(viewOf(pathname, query)).toEqual({ view: 'workload', ref });
        },
      ),
    );
  });

  it.each([
    '/elsewhere',
    '/autoscaling/demo/shop',
    '/autoscaling/-/nowhere',
    '/autoscaling/%zz',
    '/autoscaling/a/b/c/d/e',
  ])('%s is no view', (path) => expect(viewOf(path)).toEqual({ view: 'none' }));
});
