// What users may write on their objects: it costs their own workload at most, by name, and the others are scaled as ever.
import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { type Embedded, simulated, startEmbedded } from '../../make/embedded.ts';

const annotated = (keys: Record<string, string>) =>
  Object.fromEntries(Object.entries(keys).map(([key, value]) => [`ai4k8s.io/${key}`, value]));
const SCALED = annotated({ 'predictive-autoscaling-enabled': 'true', mode: 'scale', 'max-replicas': '40' });
const junk = (bytes: number) =>
  randomBytes(Math.ceil(bytes * 0.75))
    .toString('base64')
    .slice(0, bytes);
const CONFIG = 'predictive-autoscaling-config';
const STATUS_MAX_BYTES = 200_000;

/** What one Deployment may hold: 256 KiB, of which no two are alike. */
const BOMBS: Readonly<Record<string, () => Record<string, string>>> = {
  'one unknown key of 240 kB': () => annotated({ x: junk(240_000) }),
  '500 unknown keys of 400 bytes': () =>
    annotated(Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`k${i}-${junk(30)}`, junk(400)]))),
  'a known key of 200 kB': () => annotated({ mode: junk(200_000) }),
  'every known key of 20 kB': () =>
    annotated({
      mode: junk(20_000),
      slo: junk(20_000),
      cooldown: junk(20_000),
      llm: junk(20_000),
    }),
  'a known key of 200 kB of blanks before its value': () => annotated({ 'min-replicas': `${' '.repeat(200_000)}2` }),
  'a config of 200 kB': () => annotated({ [CONFIG]: JSON.stringify({ mode: junk(200_000) }) }),
  'a config that is 100,000 levels deep': () => annotated({ [CONFIG]: `${'['.repeat(100_000)}${']'.repeat(100_000)}` }),
  'a config of 20,000 keys': () =>
    annotated({
      [CONFIG]: JSON.stringify(Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [`k${i}`, 1]))),
    }),
  'emoji, control characters and halves of pairs': () =>
    annotated({
      mode: '😀\u0000\u001b[31m\u202e'.repeat(20_000),
      [CONFIG]: '\ud83d'.repeat(60_000),
      ['😀\ud83d\u001b[2J'.repeat(50)]: '💣'.repeat(1000),
    }),
  'our own notes of 240 kB': () => annotated({ 'last-decision': junk(240_000) }),
  'the manifest as kubectl keeps it': () => ({ 'kubectl.kubernetes.io/last-applied-configuration': junk(240_000) }),
};
/** They are no policy of anybody's: what they are on is scaled as if they were not there. */
const HARMLESS = new Set([
  'our own notes of 240 kB',
  'the manifest as kubectl keeps it',
  'a known key of 200 kB of blanks before its value',
]);

let system: Embedded;
afterEach(() => system.close());

describe('annotations of', () => {
  it.each(Object.entries(BOMBS))('%s on ten Deployments cost nobody else anything', async (what, bomb) => {
    const bombs = Array.from({ length: 10 }, (_, i) =>
      simulated({ name: `bomb-${i}`, load: () => 5, annotations: { ...SCALED, ...bomb() } }),
    );
    system = await startEmbedded([...bombs, simulated({ load: () => 5, annotations: SCALED })], {
      env: { BLAST_RADIUS_REPLICAS: '1000' },
    });
    await system.tick(2);
    expect(system.cluster.replicas('shop/web')).toBe(15);
    const { body } = await system.get('/api/autoscaling/status/demo');
    expect(body.workloads).toHaveLength(11);
    expect(JSON.stringify(body).length).toBeLessThan(STATUS_MAX_BYTES);
    const said = body.problems.filter((problem: string) => problem.startsWith('shop/bomb-3: '));
    expect(said.length > 0).toBe(!HARMLESS.has(what));
    expect(system.cluster.replicas('shop/bomb-3')).toBe(HARMLESS.has(what) ? 15 : 10);
    expect(JSON.stringify(body)).not.toMatch(/\\u001b|\\u202e|\u202e|\\ud83d[^\\]/);
    const history = await system.get('/api/autoscaling/history/demo?deployment=bomb-3&namespace=shop');
    expect(JSON.stringify(history.body).length).toBeLessThan(STATUS_MAX_BYTES);
    const events = JSON.stringify(system.events);
    expect(events.length).toBeLessThan(STATUS_MAX_BYTES);
  });

  it('500 unknown keys are told by the first of them and their number', async () => {
    const bomb = BOMBS['500 unknown keys of 400 bytes']?.();
    system = await startEmbedded([simulated({ annotations: { ...SCALED, ...bomb } })]);
    await system.tick();
    const { body } = await system.get('/api/autoscaling/status/demo');
    expect(body.problems).toEqual([
      expect.stringMatching(
        /^shop\/web: annotations ai4k8s\.io\/\S+, ai4k8s\.io\/\S+, ai4k8s\.io\/\S+ and 497 more are not known: known are /,
      ),
    ]);
    expect(body.workloads[0].problems).toEqual([expect.stringContaining('and 497 more are not known')]);
    const recommended = await system.get('/api/autoscaling/recommendations/demo?deployment=web&namespace=shop');
    expect(recommended.body.policy.problems).toEqual([expect.stringContaining('and 497 more are not known')]);
  });

  it('more workloads with problems than can be named are counted', async () => {
    const wrong = Array.from({ length: 120 }, (_, i) =>
      simulated({ name: `wrong-${i}`, replicas: 1, annotations: annotated({ mode: 'yolo' }) }),
    );
    system = await startEmbedded(wrong);
    await system.tick();
    const { body } = await system.get('/api/autoscaling/status/demo');
    expect(body.problems).toHaveLength(101);
    expect(body.problems.at(-1)).toBe('and 20 more problems');
    const finished = system.events.find(({ type }) => type === 'TickFinished');
    expect(finished?.detail).toMatchObject({ problems: 120 });
  });
});

describe('whatever is written on a cluster', () => {
  const SANE = simulated({ name: 'sane', load: () => 5, annotations: SCALED });

  it('law: every tick finishes, and every workload whose own data is sane is decided', async () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.integer({ min: 0, max: 60_000 }).map(junk),
      fc.integer({ min: 0, max: 20_000 }).map((count) => '💣\u0007'.repeat(count)),
    );
    const key = fc.oneof(
      fc.constantFrom('mode', 'min-replicas', 'max-replicas', 'slo', CONFIG, 'last-decision', 'original-min-replicas'),
      fc.string({ unit: 'binary', minLength: 1, maxLength: 70 }),
    );
    const annotations = fc.dictionary(key, text, { maxKeys: 30 }).map(annotated);
    await fc.assert(
      fc.asyncProperty(fc.array(annotations, { minLength: 1, maxLength: 6 }), async (bombs) => {
        system = await startEmbedded(
          [...bombs.map((one, i) => simulated({ name: `bomb-${i}`, annotations: { ...SCALED, ...one } })), SANE],
          { env: { BLAST_RADIUS_REPLICAS: '1000' } },
        );
        await system.tick();
        const { body } = await system.get('/api/autoscaling/status/demo');
        const sane = body.workloads.find((one: { deployment: string }) => one.deployment === 'sane');
        const size = JSON.stringify(body).length;
        const replicas = system.cluster.replicas('shop/sane');
        await system.close();
        expect(sane).toMatchObject({ outcome: 'applied', target_replicas: 15 });
        expect(replicas).toBe(15);
        expect(size).toBeLessThan(STATUS_MAX_BYTES);
      }),
      { numRuns: 6 },
    );
    system = await startEmbedded([SANE]);
  }, 120_000);
});
