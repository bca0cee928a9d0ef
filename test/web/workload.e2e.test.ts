// The views of one workload in a real browser: found, enabled, seen to scale, asked why and why not, paused, disabled.
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accessibilityFaults } from './browser.ts';
import { HOSTILE, type PageWorld, startPageWorld } from './world.ts';

const WEB = '/autoscaling/demo/shop/web';
const ODD = '/autoscaling/demo/shop/odd';
const HELD = '/autoscaling/demo/shop/held';
let world: PageWorld;
beforeAll(async () => {
  world = await startPageWorld();
});
afterAll(() => world.close());

const text = (page: Page) => page.locator('main').innerText();
const badge = (page: Page, name: string) => page.locator('.workload-head .badge', { hasText: name });

describe('from not enabled to off again', () => {
  it('is only recommended for, is enabled by the form, scales, and says why in a decision', async () => {
    const { page, faults } = await world.open(WEB);
    await page.getByText('Recommendation only: enable to apply.').first().waitFor();
    await badge(page, 'rung: look').waitFor();
    await page.locator('.actions').getByRole('link', { name: 'Enable' }).click();
    await page.getByRole('radio', { name: /^Auto Changes/ }).check();
    await page.getByLabel('Max replicas').fill('0');
    await page.getByText('expected a whole number from 1 to 10000').waitFor();
    expect(await page.getByRole('button', { name: 'Enable', exact: true }).isDisabled()).toBe(true);
    await page.getByLabel('Max replicas').fill('30');
    await page.getByLabel('Min replicas').fill('31');
    await page.getByLabel('Mode', { exact: true }).selectOption('scale');
    await page.getByLabel('LLM').selectOption('off');
    await page.getByRole('button', { name: 'Enable', exact: true }).click();
    await page.getByRole('button', { name: 'Yes, enable web' }).click();
    // The API's own word at the field: the page does not hold one against the other.
    await page.locator('.form-field', { hasText: 'Min replicas' }).getByText('above max_replicas 30').waitFor();
    await page.getByLabel('Min replicas').fill('3');
    const command = `ai4k8s --url=${world.system.url} --cluster=demo enable --namespace=shop --mode=scale --min=3 --max=30 --llm=off web`;
    expect(await page.locator('.elsewhere pre').allTextContents()).toEqual([
      command,
      expect.stringContaining('ai4k8s.io/max-replicas=30'),
      expect.stringContaining('ai4k8s.io/mode: "scale"'),
    ]);
    await page.getByRole('button', { name: 'Yes, enable web' }).click();
    await page.getByRole('link', { name: 'See web' }).waitFor();
    world.demand.cores = 6;
    await world.system.tick(4);
    await page.getByRole('link', { name: 'See web' }).click();
    await badge(page, 'rung: auto').waitFor();
    await page
      .getByText(/^As a table, with \d+ decisions?$/)
      .first()
      .click();
    await page
      .locator('.as-table')
      .first()
      .getByRole('link', { name: /^scaled 10 → / })
      .first()
      .click();
    await page.getByRole('heading', { name: 'What was known' }).waitFor();
    expect(page.url()).toMatch(/\/autoscaling\/demo\/shop\/web\/decisions\/2026-03-04T/);
    const story = await text(page);
    expect(story).toMatch(/scaled 10 → \d+ replicas\./);
    expect(story).toContain('decided by');
    expect(story).toContain('What was forecast, and what came');
    expect(faults.filter((fault) => !fault.includes('400'))).toEqual([]);
    await page.close();
  });

  it('marks each change on the chart, to be clicked', async () => {
    const { page, faults } = await world.open(WEB);
    const chart = page.locator('.plot.tall .u-over');
    const box = await chart.boundingBox();
    if (box === null) throw new Error('there is no chart');
    // Its marks are drawn on a canvas: the pointer finds one.
    for (let x = box.width; x > 0 && !(await chart.evaluate((over) => over.classList.contains('pointed'))); x -= 6)
      await page.mouse.move(box.x + x, box.y + box.height / 2);
    expect(await page.locator('.legend .marked').first().innerText()).toMatch(/scaled \d+ → \d+ replicas/);
    await page.mouse.down();
    await page.mouse.up();
    await page.getByRole('heading', { name: 'What was known' }).waitFor();
    expect(faults).toEqual([]);
    await page.close();
  });

  it('says why not: what holds it, and what would do', async () => {
    world.demand.cores = 1;
    await world.system.tick(2);
    const { page, faults } = await world.open(WEB);
    await page.getByRole('heading', { name: 'Why, and why not more' }).waitFor();
    const held = page.locator('.verdicts li', { hasText: 'what was wanted just now' });
    expect(await held.innerText()).toMatch(/^held \d+ → \d+/);
    await page.getByText('Rule-based recommendation').waitFor();
    await page.getByText('No LLM was asked: its policy says so').waitFor();
    expect(await page.locator('.stand').innerText()).toMatch(/Held at \d+, where \d+ would do/);
    await page.getByText(/\d+ guardrails let it pass/).click();
    await page.getByText('minimum and maximum').waitFor();
    expect(faults).toEqual([]);
    await page.close();
  });

  it('is paused one way with a reason, goes on, is disabled; each in two steps, told in words', async () => {
    const { page, faults } = await world.open(WEB);
    await page.getByRole('button', { name: 'Pause', exact: true }).click();
    await page.getByLabel('Pause', { exact: true }).selectOption('scale-in');
    await page.getByRole('button', { name: 'Pause: web' }).click();
    await page.getByLabel('Reason, if there is one').fill(HOSTILE.slice(0, 60));
    await page.getByRole('button', { name: 'Pause it' }).click();
    await badge(page, 'paused: scale-in').waitFor();
    expect(await page.locator('.stand').innerText()).toContain('Scaling in is paused until it is resumed: ');
    expect((await world.system.get('/api/autoscaling/status/demo')).body.workloads.find(isWeb)).toMatchObject({
      paused: 'scale-in',
      paused_reason: HOSTILE.slice(0, 60),
    });
    await page.getByRole('button', { name: 'Resume', exact: true }).click();
    await page.getByRole('button', { name: 'Resume: web' }).click();
    await page.getByRole('button', { name: 'Resume it' }).click();
    await badge(page, 'paused').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByText(/The last change that was written down: \d+ → \d+, .* UTC, by \w+\. Back is \d+\./).waitFor();
    await page.getByRole('button', { name: 'Disable' }).click();
    await page.getByRole('button', { name: 'Cancel' }).click();
    expect((await world.system.get('/api/autoscaling/status/demo')).body.workloads.find(isWeb).enabled).toBe(true);
    await page.getByRole('button', { name: 'Disable' }).click();
    await page.getByRole('button', { name: 'Yes, disable' }).click();
    await badge(page, 'rung: look').waitFor();
    expect(await page.locator('.said').innerText()).toContain('disabled');
    expect(faults).toEqual([]);
    await page.close();
  });

  it('has it all in its history, which is filtered as one types', async () => {
    const { page, faults } = await world.open(`${WEB}/history`);
    const rows = page.locator('.history tbody tr');
    await rows.first().waitFor();
    const all = await rows.count();
    await page.getByLabel('changes only').check();
    const changes = await rows.count();
    expect(changes).toBeGreaterThan(0);
    expect(changes).toBeLessThan(all);
    await page.getByLabel('text').fill('no such words');
    expect(await rows.count()).toBe(0);
    await page.getByLabel('text').fill('SCALED 10');
    await rows.first().getByRole('link').click();
    await page.getByRole('heading', { name: 'What was known' }).waitFor();
    expect(faults).toEqual([]);
    await page.close();
  });
});

describe('what comes from a cluster or an LLM', () => {
  it('is words and never markup, and leads nowhere', async () => {
    const { page, faults } = await world.open(ODD);
    await page.getByText('LLM-Powered Recommendation').waitFor();
    const shown = await text(page);
    expect(shown).toContain(HOSTILE);
    expect(shown).toContain('90 % confidence');
    expect(await page.locator('main script, main img').count()).toBe(0);
    expect(await page.title()).toBe('AI4K8s');
    expect(await page.locator('a[href^="javascript"]').count()).toBe(0);
    expect(shown).toContain('ai4k8s.io/mode');
    expect(faults).toEqual([]);
    await page.close();
  });

  it('under an HPA says what that holds', async () => {
    const { page, faults } = await world.open(HELD);
    await page.getByText(/HPA held holds \d+, between 2 and 12/).waitFor();
    await page.getByText("HPA's target, 70 %").first().waitFor();
    expect(faults).toEqual([]);
    await page.close();
  });
});

describe('where less may be done, or nothing answers', () => {
  it('a page that may only look has commands and no buttons that change anything', async () => {
    const { page } = await world.open('/autoscaling');
    const session = JSON.stringify({ served_by: 'local', read_only: true, url: world.system.url });
    await page.route('**/autoscaling/-/session', (route) =>
      route.fulfill({ body: session, contentType: 'application/json' }),
    );
    await page.goto(`${world.system.url}${ODD}`);
    await page.getByRole('button', { name: 'Disable' }).click();
    expect(await page.locator('.actions .main').count()).toBe(0);
    await page.getByText('The same by command, or in Git').click();
    expect(await page.locator('.elsewhere pre').nth(1).innerText()).toContain('predictive-autoscaling-enabled=false');
    await page.close();
  });

  it('an API that is away leaves what was there, marked old', async () => {
    const { page } = await world.open(ODD);
    await page.getByText('LLM-Powered Recommendation').waitFor();
    await page.route('**/api/**', (route) => route.abort());
    await page.getByLabel('6 h').check();
    await page.getByText(/There are none of the charts to show/).waitFor();
    expect(await text(page)).toContain('LLM-Powered Recommendation');
    await page.close();
  });
});

describe('for everybody', () => {
  it.each([
    [1280, 'light'],
    [1280, 'dark'],
    [768, 'light'],
    [768, 'dark'],
    [420, 'light'],
    [420, 'dark'],
  ] as const)('at %i pixels, %s, nothing stands against WCAG AA and nothing is cut off', async (width, colorScheme) => {
    const { page, faults } = await world.open(ODD, { viewport: { width, height: 900 }, colorScheme });
    const decisions = (await world.system.get('/api/autoscaling/history/demo?deployment=odd&namespace=shop')).body
      .decisions;
    const story = `${ODD}/decisions/${encodeURIComponent(decisions[0].id)}`;
    for (const path of [ODD, `${ODD}/enable`, `${ODD}/history`, story]) {
      await page.goto(`${world.system.url}${path}`);
      await page.locator('h1').waitFor();
      await page
        .locator(path.endsWith('history') ? 'tbody' : path.endsWith('enable') ? '.fields' : '.u-over')
        .first()
        .waitFor();
      // A table of a chart is the same on every page: one is enough.
      const folds = page.locator(path === story ? 'main details' : 'main details:not(.as-table)');
      await folds.evaluateAll((all) => {
        for (const fold of all) fold.setAttribute('open', '');
      });
      expect([path, await accessibilityFaults(page)]).toEqual([path, []]);
      expect([path, await page.locator('html').evaluate((root) => root.scrollWidth)]).toEqual([path, width]);
    }
    expect(faults).toEqual([]);
    await page.close();
  });
});

const isWeb = ({ deployment }: { deployment: string }) => deployment === 'web';
