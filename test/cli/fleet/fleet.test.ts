// The fleet's verdicts, the YAML and commands that follow from them, and what is shown of names that are attacks.
import { loadYaml } from '@kubernetes/client-node';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boundsFor } from '../../../cli/fleet/bounds.ts';
import { fleetHtml } from '../../../cli/fleet/html.ts';
import { isNamespaceName, isObjectName } from '../../../cli/fleet/names.ts';
import { hpaCommand, kedaCommand, type PatchOf } from '../../../cli/fleet/patch.ts';
import { type FleetReport, fleetJson, fleetText } from '../../../cli/fleet/report.ts';
import { isJudged, type Judged, judgeFleet } from '../../../cli/fleet/run.ts';
import { byWhatMatters, verdictOn } from '../../../cli/fleet/verdict.ts';
import { commandsOf, listsOf } from '../../../cli/fleet/words.ts';
import type { WorkloadReplay } from '../../../cli/fleet/workload.ts';
import { replayWorkload } from '../../../cli/fleet/workload-replay.ts';
import { printable } from '../../../cli/terminal.ts';
import type { HistorySource } from '../../../lib/app/ports/cluster.ts';
import type { FoundDeployment } from '../../../lib/app/ports/fleet.ts';
import { FARGATE_PRICES } from '../../../lib/domain/cost/prices.ts';

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 10, 27);
const at = (shortPct: number, replicas: number) => ({ shortPct, replicas, changesPerHour: 1 });
const JOB = { sloPercent: 99.5, capacity: 0.5 };

function replayed(now: ReturnType<typeof at>, tuned: typeof now | null, ours: typeof now | null): WorkloadReplay {
  return {
    ...{ scoredFrom: NOW, scoredHours: 168, needed: { mean: 8, most: 20 }, bounds: { min: 2, max: 20 } },
    ...{ now, limit: at(0, 8), ours },
    tuned: tuned === null ? null : { ...tuned, targetPercent: 62, behaviour: {} },
  };
}

describe('a verdict', () => {
  it.each([
    ['nothing could save 5 %', at(0.1, 10), null, null, 'leave'],
    ['nothing saves 5 %', at(0.1, 10), at(0.4, 9.6), at(0.4, 9.6), 'leave'],
    ['another HPA saves as much as ours', at(0.1, 10), at(0.4, 8.5), at(0.3, 8.2), 'tune'],
    ['ours saves over 5 % more than the best HPA', at(0.1, 10), at(0.4, 9), at(0.3, 8.2), 'enable'],
    ['ours would miss the SLO that another HPA keeps', at(0.1, 10), at(0.4, 9), at(0.6, 7), 'tune'],
    ['it is short, and another HPA is not', at(2, 8), at(0.4, 12), at(0.4, 11.9), 'tune'],
    ['it is short, and no HPA keeps the SLO', at(2, 8), at(0.9, 30), at(0.4, 12), 'enable'],
    ['it is short, and nothing halves that', at(2, 8), at(1.9, 9), at(1.8, 9), 'leave'],
    ['KEDA owns it', at(0.1, 10), at(0.4, 8), null, 'tune'],
  ] as const)('where %s', (_, now, tuned, ours, advice) => {
    expect(verdictOn(JOB, replayed(now, tuned, ours)).advice).toBe(advice);
  });

  it('law: never costs an SLO that is kept, and never more replicas where it is', () => {
    const scored = fc.record({
      shortPct: fc.double({ min: 0, max: 5, noNaN: true }),
      replicas: fc.double({ min: 0.1, max: 50, noNaN: true }),
      changesPerHour: fc.constant(1),
    });
    fc.assert(
      fc.property(scored, fc.option(scored), fc.option(scored), (now, tuned, ours) => {
        const { advice, keptNow, keptThen, then } = verdictOn(JOB, replayed(now, tuned, ours));
        if (advice === 'leave') expect(then).toEqual(now);
        else if (keptNow) expect(keptThen && then.replicas < now.replicas).toBe(true);
        else expect(keptThen || then.shortPct <= now.shortPct / 2).toBe(true);
      }),
    );
  });

  it('ranks what is short before what is saved', () => {
    const verdict = (now: ReturnType<typeof at>, tuned: typeof now) => verdictOn(JOB, replayed(now, tuned, null));
    const [short, dear, cheap] = [
      verdict(at(3, 5), at(0.1, 9)),
      verdict(at(0, 40), at(0.1, 20)),
      verdict(at(0, 10), at(0.1, 5)),
    ];
    expect([cheap, dear, short].sort(byWhatMatters)).toEqual([short, dear, cheap]);
  });
});

describe('bounds', () => {
  const now = { min: 3, max: 10, targetPercent: 70 };
  const needed = (most: number, abovePct: number) => ({ most, above: () => abovePct });

  it('are the HPA’s own, but for a maximum that is in the way', () => {
    expect(boundsFor({ now, hasHpa: true }, needed(9, 0), 0.5)).toEqual({ min: 3, max: 10 });
    expect(boundsFor({ now, hasHpa: true }, needed(14, 2), 0.5)).toEqual({ min: 3, max: 18 });
  });

  it('go down to two where nobody states a minimum', () => {
    expect(boundsFor({ now: { ...now, min: 10 }, hasHpa: false }, needed(9, 0), 0.5)).toEqual({ min: 2, max: 10 });
    expect(boundsFor({ now: { ...now, min: 1 }, hasHpa: false }, needed(9, 0), 0.5)).toEqual({ min: 1, max: 10 });
  });
});

const PATCH: PatchOf = {
  ...{ namespace: 'shop', deployment: 'web', hpa: { name: 'web-hpa', otherMetrics: [], max: 20 }, scaledObject: null },
  ...{
    targetPercent: 62,
    behaviour: { up: { tolerance: 0.02 }, down: { windowSeconds: 900 } },
    bounds: { min: 2, max: 20 },
  },
};

describe('a patch', () => {
  it('states target, behaviour and tolerance, and leaves the bounds alone', () => {
    expect(hpaCommand(PATCH)).toBe(`kubectl -n shop patch hpa web-hpa --type merge --patch-file /dev/stdin <<'EOF'
spec:
  metrics:
    - type: Resource
      resource: { name: cpu, target: { type: Utilization, averageUtilization: 62 } }
  behavior:
    scaleUp:
      stabilizationWindowSeconds: 0
      tolerance: "0.02"  # needs Kubernetes 1.35, or its gate before
      policies:
        - { type: Pods, value: 4, periodSeconds: 15 }
        - { type: Percent, value: 100, periodSeconds: 15 }
    scaleDown:
      stabilizationWindowSeconds: 900
      policies:
        - { type: Percent, value: 100, periodSeconds: 15 }
EOF`);
  });

  it('raises a maximum that is in the way, here and in KEDA’s form', () => {
    const raised = { ...PATCH, bounds: { min: 2, max: 31 } };
    expect(hpaCommand(raised)).toContain('\n  maxReplicas: 31  # 20 was in the way\n');
    expect(kedaCommand({ ...raised, scaledObject: 'web-so' })).toMatch(
      /^kubectl -n shop patch scaledobject web-so .*\n {2}maxReplicaCount: 31 {2}# 20 was in the way\n.*metadata: \{ value: "62" \}/s,
    );
  });

  it('makes an HPA where there is none, and takes no name for a number', () => {
    const made = hpaCommand({ ...PATCH, hpa: null, deployment: '1e3' });
    expect(made).toMatch(/^kubectl apply -f - <<'EOF'\napiVersion: autoscaling\/v2\n/);
    expect(made).toContain('name: "1e3"');
  });

  it('takes no other metric out of the list, and is no command then', () => {
    const hpa = { name: 'web', otherMetrics: ['memory', "x'\nEOF\nrm -rf /"], max: 20 };
    for (const said of [hpaCommand({ ...PATCH, hpa }), kedaCommand({ ...PATCH, hpa })]) {
      expect(said).not.toContain('<<');
      expect(said).not.toContain('rm -rf /');
      expect(said).toContain('edit ');
    }
  });
});

describe('what is typed into kubectl', () => {
  const yamlIn = (command: string) =>
    loadYaml<Record<string, unknown>>(command.replace(/^.*<<'EOF'\n/, '').replace(/EOF$/, ''));
  const rules = (paces: fc.Arbitrary<number>) =>
    fc.record(
      {
        windowSeconds: fc.nat(3600),
        tolerance: fc.constantFrom(0.02, 0.05),
        paces: fc.array(paces.map(pace), { minLength: 1 }),
      },
      { requiredKeys: [] },
    );
  const pace = (value: number) => ({ kind: 'pods', value, periodSeconds: 15 }) as const;

  it('law: is YAML that says the target, in every form', () => {
    const behaviour = fc.record({ up: rules(fc.nat(99)), down: rules(fc.nat(99)) }, { requiredKeys: [] });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 97 }), behaviour, (targetPercent, given) => {
        const of = { ...PATCH, targetPercent, behaviour: given };
        const target = {
          resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: targetPercent } },
        };
        for (const hpa of [of.hpa, null])
          expect(yamlIn(hpaCommand({ ...of, hpa }))).toMatchObject({
            spec: { metrics: [{ type: 'Resource', ...target }] },
          });
        expect(yamlIn(kedaCommand(of))).toMatchObject({
          spec: { triggers: [{ type: 'cpu', metadata: { value: String(targetPercent) } }] },
        });
      }),
    );
  });
});

describe('names', () => {
  it('law: what Kubernetes does not take is none, so that no name ends a line, a text or a command', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[a-z0-9.-]{0,70}$/)), (name) => {
        if (isObjectName(name)) expect(name).toMatch(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/);
        if (isNamespaceName(name)) expect(isObjectName(name) && name.length <= 63).toBe(true);
      }),
    );
    expect(['web', 'v1.web', '-web', 'we b', 'web\n', '$(id)', '', 'Web'].map(isObjectName)).toEqual([
      true,
      true,
      ...Array.from({ length: 6 }, () => false),
    ]);
  });
});

const trace = (cores: (minute: number) => number, days = 4) => ({
  startsAt: NOW - days * DAY,
  intervalSeconds: 60,
  demand: Float64Array.from({ length: days * 1440 }, (_, minute) => cores(minute)),
});
const wave = (minute: number) => 4 + 3 * Math.sin((2 * Math.PI * minute) / 1440);

describe('a replay', () => {
  const job = {
    ...{ label: 'shop/web', capacity: 0.5, startupSeconds: 60, sloPercent: 99.5, timeZone: null },
    ...{ now: { min: 2, max: 40, targetPercent: 40 }, hasHpa: true, isKeda: true },
  };

  it('finds a target that keeps the SLO with fewer replicas', () => {
    const { now, tuned, ours } = replayWorkload({ ...job, trace: trace(wave) });
    expect(ours).toBeNull();
    expect(tuned?.shortPct).toBeLessThanOrEqual(0.5);
    expect(tuned?.replicas).toBeLessThan(0.7 * now.replicas);
    expect(tuned?.targetPercent).toBeGreaterThan(70);
    // The picture shows what the score counts.
    for (const one of [now, tuned]) {
      const short = (one?.chart?.shortages ?? []).reduce((sum, steps, i) => sum + (i % 2 === 1 ? steps : 0), 0);
      expect((100 * short) / (2 * 5760)).toBeCloseTo(one?.shortPct ?? -1, 6);
    }
  });

  it('ends where nobody could save 5 %, and where nothing is needed', () => {
    expect(replayWorkload({ ...job, trace: trace(() => 0.3) })).toMatchObject({ tuned: null, ours: null });
    expect(replayWorkload({ ...job, trace: trace(() => 0) })).toMatchObject({ needed: { mean: 0 }, tuned: null });
  });
});

const FOUND: FoundDeployment = {
  ...{
    namespace: 'shop',
    name: 'web',
    requestCores: 0.5,
    startupSeconds: 40,
    ran: { fewest: 3, most: 9 },
    problem: null,
  },
  hpa: { name: 'web', min: 2, max: 20, cpuTargetPercent: 60, otherMetrics: [], scaledObject: null },
};

function history(cores: (minute: number) => number, days = 5): HistorySource {
  const length = days * 1440;
  return {
    name: 'the test',
    read: async () => ({
      series: {
        at: Float64Array.from({ length }, (_, i) => NOW - (length - i) * 60_000),
        demand: {
          cpu: Float64Array.from({ length }, (_, i) => cores(i)),
          memory: new Float64Array(length).fill(Number.NaN),
        },
        replicas: new Float64Array(length).fill(Number.NaN),
      },
      coresPerReplica: null,
    }),
  };
}

describe('a fleet', () => {
  const settings = { sloPercent: 99.5, days: 5, startupSeconds: null, timeZone: null };
  const pool = {
    threads: 2,
    replay: async () => replayed(at(0.1, 10), at(0.4, 8), null),
    close: async () => undefined,
  };
  const judge = (deployments: readonly FoundDeployment[], source: HistorySource) =>
    judgeFleet({ deployments }, { history: source, pool, settings, now: NOW }, () => undefined);

  it.each([
    ['NaN', FOUND, history(() => Number.NaN), /has 0|under an hour/],
    ['gaps', FOUND, history((i) => (i % 700 < 300 ? Number.NaN : 1)), /gaps of over an hour/],
    ['two days', FOUND, history(wave, 2), /2\.0 days of history .*: a verdict takes 4/],
    ['no request', { ...FOUND, requestCores: null }, history(wave), /no CPU request/],
    ['an absurd load', FOUND, history(() => 1e12), /one of the two cannot be right/],
    ['a server that fails', FOUND, { ...history(wave), read: () => Promise.reject(new Error('503')) }, /503/],
  ] as const)('with one of %s still judges the others', async (_, bad, source, why) => {
    const good = history(wave);
    const both: HistorySource = {
      name: 'the test',
      read: (ref, ...rest) => (ref.name === 'bad' ? source : good).read(ref, ...rest),
    };
    const outcomes = await judge([{ ...bad, name: 'bad' }, FOUND], both);
    expect(outcomes).toEqual([
      { label: 'shop/bad', why: expect.stringMatching(why) },
      expect.objectContaining({ label: 'shop/web', verdict: expect.objectContaining({ advice: 'tune' }) }),
    ]);
  });

  it('types no name that is an attack, and shows it as text', async () => {
    const hostile = ['<script>alert(1)</script>', 'web\u001b[2J', "web'; rm -rf /", 'a\u202eb', '$(id)'];
    const outcomes = await judge([FOUND, ...hostile.map((name) => ({ ...FOUND, name }))], history(wave));
    expect(outcomes.filter(isJudged)).toHaveLength(1);
    const report: FleetReport = {
      ...{ outcomes, lists: listsOf(outcomes), source: 'Prometheus', days: 5, sloPercent: 99.5, notes: ['<b>'] },
      prices: FARGATE_PRICES,
    };
    const page = await fleetHtml(report, NOW);
    expect(page).not.toMatch(/<script|<b>/);
    expect(page).toContain('&lt;script&gt;');
    const text = fleetText(report);
    expect(printable(text)).toBe(text);
    const typed = text.slice(text.indexOf('To tune: what to type'));
    expect(typed).not.toMatch(/rm -rf|\$\(id\)|alert/);
    expect(JSON.parse(fleetJson(report)).workloads).toHaveLength(1);
  });

  it('fits 100 columns, and says first what decides', async () => {
    const outcomes = await judge([FOUND, { ...FOUND, name: 'other', requestCores: null }], history(wave));
    const text = fleetText({
      ...{ outcomes, lists: listsOf(outcomes), source: 'Prometheus', days: 5, sloPercent: 99.5, notes: [] },
      prices: { vcpuHourUsd: 0.05, gibHourUsd: 0 },
    });
    expect(text.replaceAll('\n', ' ')).toMatch(
      /That is [\d,]+ replica-hours and about \$[\d.,]+ a month less: CPU requests alone, at \$0\.05 a vCPU-hour, and on EC2/,
    );
    expect(text).toMatch(/^Of 2 Deployments: leave 0, tune the HPA of 1, enable 0, 1 cannot be judged\./);
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
  });
});

describe('what to type to enable', () => {
  const judged = (found: FoundDeployment, hasHpa: boolean): Judged => {
    const now = { min: 2, max: 20, targetPercent: 60 };
    const replay = replayed(at(2, 8), at(0.9, 30), at(0.4, 12));
    const job = { label: 'shop/web', ...JOB, startupSeconds: 60, timeZone: null, now, hasHpa, isKeda: false };
    return { label: 'shop/web', found, job, replay, verdict: verdictOn(job, replay), days: 14, notes: [] };
  };

  it('is one command where there is no HPA', () => {
    expect(commandsOf(judged({ ...FOUND, hpa: null }, false)).steps).toEqual([
      'npm run ai4k8s -- enable web --namespace shop --min 2 --max 20 --mode scale',
    ]);
  });

  it('works through an HPA that there is: first the floor, then its target as the net', () => {
    const [first, second, ...more] = commandsOf(judged(FOUND, true)).steps;
    expect(first).toMatch(/ --mode hpa-floor$/);
    expect(second).toContain('averageUtilization: 90');
    expect(second).not.toContain('minReplicas');
    expect(more).toEqual([]);
  });
});
