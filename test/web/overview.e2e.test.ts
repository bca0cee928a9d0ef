// The overview, the proposals and the schedules in a real browser: on real handlers, and with many rows on a stand-in for the API.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Embedded, simulated, startEmbedded } from '../make/embedded.ts';
import { startManyWorkloads } from '../stand-ins/many-workloads.ts';
import { accessibilityFaults, openTab, startBrowser, type Tab } from './browser.ts';

const LONG = `w${'x'.repeat(62)}`;
const WIDTHS = [420, 900, 1440];
const SCHEMES = ['light', 'dark'] as const;

let browser: Browser;
let system: Embedded;

beforeAll(async () => {
  system = await startEmbedded([
    simulated({ name: 'web', load: () => 4 }),
    simulated({ name: 'idle', load: () => 0.4 }),
    simulated({ name: LONG, namespace: 'other' }),
  ]);
  await system.tick(2);
  browser = await startBrowser();
});
afterAll(async () => {
  await browser.close();
  await system.close();
});

async function opened(path: string, options: Parameters<typeof openTab>[2] = {}): Promise<Tab> {
  const tab = await openTab(browser, system.url, options);
  await tab.page.goto(`${system.url}${path}`);
  return tab;
}

/** Chromium says of every refusal that a resource failed; the page said it too. */
const ours = (faults: readonly string[]) => faults.filter((text) => !text.startsWith('Failed to load resource'));
/** What is in sight of the table is drawn. */
const IS_FILLED = `(() => {
  const rows = [...document.querySelectorAll('tbody tr')].map((row) => row.getBoundingClientRect());
  const end = document.querySelector('tbody').getBoundingClientRect().bottom;
  return rows[0].top <= innerHeight && rows.at(-1).bottom >= Math.min(innerHeight, end) - 1;
})()`;
const rowsOf = (page: Page) => page.locator('tbody tr');
const namesOf = (page: Page) => page.locator('tbody th a').allInnerTexts();

describe('the overview', () => {
  it('finds, sorts, keeps that in the address, and opens by keys', async () => {
    const { page, faults } = await opened('/autoscaling');
    await page.locator('tbody th a').first().waitFor();
    expect(await rowsOf(page).count()).toBe(3);
    await page.keyboard.press('/');
    await page.keyboard.type('SHOP');
    await expect.poll(() => namesOf(page)).toEqual(['web', 'idle']);
    await expect.poll(() => page.url()).toContain('q=SHOP');
    await page.getByRole('button', { name: 'Replicas', exact: true }).click();
    expect(await page.locator('th[aria-sort]').getAttribute('aria-sort')).toBe('descending');
    await page.getByRole('button', { name: 'Workload', exact: true }).click();
    await page.getByRole('button', { name: 'Workload', exact: true }).click();
    expect(await namesOf(page)).toEqual(['web', 'idle']);
    await expect.poll(() => page.url()).toContain('sort=workload&order=down');
    await page.reload();
    await expect.poll(() => namesOf(page)).toEqual(['web', 'idle']);
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await expect.poll(() => page.evaluate('document.activeElement.textContent')).toBe('idle');
    await page.keyboard.press('Enter');
    await expect.poll(() => new URL(page.url()).pathname).toBe('/autoscaling/demo/shop/idle');
    await page.goBack();
    await expect.poll(() => namesOf(page)).toEqual(['web', 'idle']);
    expect(faults).toEqual([]);
    await page.close();
  });

  it('stops all changes in two steps, with a reason, and lets them go on', async () => {
    const { page, faults } = await opened('/autoscaling/demo');
    await page.getByRole('button', { name: 'Stop all changes' }).click();
    await page.getByRole('button', { name: 'Stop them' }).click();
    expect((await system.get('/api/autoscaling/kill-switch/demo')).body.switches[0].state).toBe('off');
    await page.getByLabel('Reason').fill('INC-42');
    await page.getByRole('button', { name: 'Stop them' }).click();
    await page.locator('.problems', { hasText: 'INC-42' }).waitFor();
    expect((await system.get('/api/autoscaling/kill-switch/demo')).body.switches[0].state).toBe('on');
    await page.getByRole('button', { name: 'Allow changes' }).click();
    await page.getByLabel('Reason').fill('over');
    await page.getByRole('button', { name: 'Allow them' }).click();
    await page.getByRole('button', { name: 'Stop all changes' }).waitFor();
    expect((await system.get('/api/autoscaling/kill-switch/demo')).body.switches[0].state).toBe('off');
    expect(faults).toEqual([]);
    await page.close();
  });

  it('says that the API is away, keeps what it had, marked old, and recovers', async () => {
    const { page, faults } = await opened('/autoscaling');
    await page.locator('tbody th a').first().waitFor();
    await page.route('**/api/autoscaling/**', (route) => route.abort());
    await page.evaluate('document.dispatchEvent(new Event("visibilitychange"))');
    await page.getByRole('alert').filter({ hasText: 'the API cannot be reached' }).waitFor();
    expect(await page.locator('.old-mark').innerText()).toMatch(/^Old: as it was at \d/);
    expect(await rowsOf(page).count()).toBe(3);
    await page.unroute('**/api/autoscaling/**');
    await page.getByRole('button', { name: 'Try again' }).click();
    await expect.poll(() => page.getByRole('alert').count()).toBe(0);
    expect(ours(faults)).toEqual([]);
    await page.close();
  });

  it('says that it loads while a slow API takes its time', async () => {
    const { page } = await openTab(browser, system.url);
    await page.route('**/api/autoscaling/status/**', async (route) => {
      await new Promise((resolve) => setTimeout(resolve, 500));
      await route.continue();
    });
    await page.goto(`${system.url}/autoscaling`);
    await page.getByRole('status').filter({ hasText: 'Loading the workloads' }).waitFor();
    await page.locator('tbody th a').first().waitFor();
    expect(await page.getByRole('status').count()).toBe(0);
    await page.close();
  });

  it('shows hostile names and texts as text', async () => {
    const hostile = ['<img src=x onerror=alert(1)>', '\u202Egnp.exe\u2066', `${'n'.repeat(253)}`];
    const { page, faults } = await openTab(browser, system.url);
    await page.route('**/api/autoscaling/status/**', async (route) => {
      const answer = await (await route.fetch()).json();
      const [row] = answer.workloads;
      answer.workloads = hostile.map((text) => ({
        ...row,
        deployment: text,
        reason: text,
        why_not: { code: 'x', message: text },
      }));
      answer.problems = hostile;
      await route.fulfill({ json: answer });
    });
    await page.goto(`${system.url}/autoscaling`);
    await page.locator('tbody th a').first().waitFor();
    expect((await page.locator('tbody th a').allTextContents()).toSorted()).toEqual(hostile.toSorted());
    expect(await page.locator('img').count()).toBe(0);
    const isWider = () => page.evaluate('document.documentElement.scrollWidth > innerWidth');
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 900 });
      await expect.poll(isWider).toBe(false);
    }
    expect(ours(faults)).toEqual([]);
    await page.close();
  });
});

describe('proposals', () => {
  async function proposed(): Promise<{ id: string; target_replicas: number }> {
    const where = { deployment_name: 'idle', namespace: 'shop' };
    await system.post('/api/autoscaling/predictive/enable/demo', { ...where, mode: 'propose', max_replicas: 20 });
    for (let i = 0; i < 40; i++) {
      await system.tick();
      const [first] = (await system.get('/api/autoscaling/proposals/demo')).body.proposals;
      if (first !== undefined) return first;
    }
    throw new Error('no tick proposed a change');
  }

  it('of two tabs that approve at once one wins, and the other is told', async () => {
    const { target_replicas: target } = await proposed();
    const tabs = [await opened('/autoscaling/-/proposals'), await opened('/autoscaling/-/proposals')];
    for (const { page } of tabs) {
      await page.getByText(/saves \$|costs \$/).waitFor();
      await page.getByRole('button', { name: /^Approve: shop\/idle/ }).click();
    }
    await Promise.all(tabs.map(({ page }) => page.getByRole('button', { name: /^Approve \d/ }).click()));
    const said = await Promise.all(tabs.map(({ page }) => page.locator('.said .notice').innerText()));
    expect(said.filter((text) => /approved/.test(text) && !/Already answered/.test(text))).toHaveLength(1);
    expect(said.filter((text) => /^(Already answered|No such proposal)/.test(text))).toHaveLength(1);
    const { workloads } = (await system.get('/api/autoscaling/status/demo')).body;
    expect(workloads.find(({ deployment }: { deployment: string }) => deployment === 'idle').replicas).toBe(target);
    for (const { page, faults } of tabs) {
      await page.getByText('Nothing waits').waitFor();
      expect(ours(faults)).toEqual([]);
      await page.close();
    }
  });
});

describe('schedules', () => {
  it('are made, with what is wrong at its field, and deleted', async () => {
    const { page, faults } = await opened('/autoscaling/-/schedules');
    await page.getByLabel('Workload').fill('shop/web');
    await page.getByLabel('Replicas', { exact: true }).fill('3');
    await page.getByLabel('End').fill('25:00');
    await page.getByRole('button', { name: 'Create the window' }).click();
    await page.locator('.wrong').waitFor();
    const told = await page.getByLabel('End').getAttribute('aria-describedby');
    expect(await page.locator(`[id="${told}"]`).innerText()).toContain('a time from 00:00 to 24:00');
    await page.getByLabel('End').fill('20:00');
    await page.getByRole('button', { name: 'Create the window' }).click();
    await page.locator('.said', { hasText: 'has a new window' }).waitFor();
    await page.getByText('at least 3').waitFor();
    await page.getByRole('button', { name: /^Delete/ }).click();
    await page.getByRole('button', { name: 'Delete it' }).click();
    await page.getByText('There is no window yet').waitFor();
    expect((await system.get('/api/autoscaling/schedule/demo')).body.windows).toEqual([]);
    expect(ours(faults)).toEqual([]);
    await page.close();
  });
});

describe.each(SCHEMES)('in %s', (colorScheme) => {
  it.each(WIDTHS)('nothing stands against WCAG at %i pixels', async (width) => {
    const { page, faults } = await opened('/autoscaling', { colorScheme, viewport: { width, height: 900 } });
    for (const path of ['/autoscaling', '/autoscaling/-/proposals', '/autoscaling/-/schedules']) {
      await page.goto(`${system.url}${path}`);
      await page.locator('tbody, h2').first().waitFor();
      expect(await accessibilityFaults(page)).toEqual([]);
      expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    }
    expect(faults).toEqual([]);
    await page.close();
  });
});

describe('with 2,000 workloads', () => {
  it('has sixty rows at most, wherever it is scrolled, and asks for four pictures at once', async () => {
    const patterns = (await system.get('/api/autoscaling/patterns/demo?deployment=web&namespace=shop&hours=6')).body;
    const many = await startManyWorkloads(
      { status: (await system.get('/api/autoscaling/status/demo')).body, patterns },
      2000,
    );
    const { page, faults } = await openTab(browser, many.url);
    await page.goto(`${many.url}/autoscaling`);
    await page.getByText('2,000 workloads').first().waitFor();
    for (const share of [0, 0.3, 0.7, 1]) {
      await page.evaluate(`scrollTo(0, document.documentElement.scrollHeight * ${share})`);
      await expect.poll(() => page.evaluate(IS_FILLED)).toBe(true);
      expect(await rowsOf(page).count()).toBeLessThanOrEqual(60);
      expect(await rowsOf(page).count()).toBeGreaterThan(10);
    }
    expect(await page.locator('tbody tr').last().getAttribute('aria-rowindex')).toBe('2001');
    await page.getByLabel('Search workloads').fill('-1999');
    await expect.poll(() => rowsOf(page).count()).toBe(1);
    expect(many.mostAtOnce()).toBeLessThanOrEqual(4);
    await expect.poll(() => many.mostAtOnce()).toBeGreaterThan(0); // once nobody scrolls
    expect(faults).toEqual([]);
    await page.close();
    many.close();
  });
});
