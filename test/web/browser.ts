// A real browser for tests of the page: Chromium, as npm brings it.
import AxeBuilder from '@axe-core/playwright';
import chromium from '@sparticuz/chromium';
import { type Browser, type BrowserContextOptions, type Page, chromium as playwright } from 'playwright-core';

export interface Tab {
  readonly page: Page;
  /** What the page complained of, and what it asked of other servers: both are faults. */
  readonly faults: readonly string[];
}

/** Made for functions that trust every page: here pages are held to what a browser holds them to. */
const LAX = ['--disable-web-security', '--allow-running-insecure-content'];

/** Without 3D graphics, which a processor would have to draw. */
export async function startBrowser(): Promise<Browser> {
  chromium.setGraphicsMode = false;
  const args = chromium.args.filter((arg) => !LAX.includes(arg));
  return playwright.launch({ args, executablePath: await chromium.executablePath(), headless: true });
}

/** @param origin of the page; whatever it asks elsewhere is noted */
export async function openTab(browser: Browser, origin: string, options: BrowserContextOptions = {}): Promise<Tab> {
  const context = await browser.newContext({ locale: 'en-US', viewport: { width: 1200, height: 900 }, ...options });
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
  page.on('request', (request) => {
    if (!request.url().startsWith(`${origin}/`) && !request.url().startsWith('data:')) faults.push(request.url());
  });
  return { page, faults };
}

/** What stands against WCAG 2.2 AA, a line each. */
export async function accessibilityFaults(page: Page): Promise<readonly string[]> {
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
    .analyze();
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target, html }) => `${id}: ${target} ${html}`));
}
