// The page with everything behind it, in one process: real handlers on an embedded world, a stand-in for the LLM, a browser.
import type { Browser } from 'playwright-core';
import { type Embedded, simulated, startEmbedded } from '../make/embedded.ts';
import { adviceText } from '../stand-ins/groq-answers.ts';
import { completion } from '../stand-ins/groq-replies.ts';
import { readScenario } from '../stand-ins/groq-scenario.ts';
import { startGroqServer } from '../stand-ins/groq-server.ts';
import { openTab, startBrowser, type Tab } from './browser.ts';

export interface PageWorld {
  readonly system: Embedded;
  readonly browser: Browser;
  /** Of every workload, in total. */
  readonly demand: { cores: number };
  open(path: string, options?: Parameters<typeof openTab>[2]): Promise<Tab>;
  close(): Promise<void>;
}

/** What a model says that was told to take the page over. */
export const HOSTILE =
  '<script>document.title="taken"</script><img src=x onerror="document.title=1"> **bold** [a](javascript:alert(1))';

/** One workload that nobody has enabled, one whose annotations are hostile, and one that an HPA drives. */
export async function startPageWorld(): Promise<PageWorld> {
  const groq = await startGroqServer((request) => {
    const scenario = readScenario(request.user);
    return completion(adviceText(scenario, scenario.current, HOSTILE, 0.9));
  });
  const demand = { cores: 2.5 };
  const load = () => demand.cores;
  const system = await startEmbedded(
    [
      simulated({ load }),
      simulated({
        name: 'odd',
        load,
        annotations: { 'ai4k8s.io/predictive-autoscaling-enabled': 'true', 'ai4k8s.io/mode': HOSTILE },
      }),
      simulated({ name: 'held', load, hpa: { minReplicas: 2, maxReplicas: 12, targetCpuPercent: 70 } }),
    ],
    { env: { GROQ_BASE_URL: groq.url, GROQ_API_KEY: 'gsk_test', GROQ_MODELS: 'openai/gpt-oss-20b' } },
  );
  const browser = await startBrowser();
  const world: PageWorld = {
    system,
    browser,
    demand,
    async open(path, options) {
      const tab = await openTab(browser, system.url, options);
      await tab.page.goto(`${system.url}${path}`);
      return tab;
    },
    async close() {
      await browser.close();
      await system.close();
      await groq.close();
    },
  };
  await system.tick(12);
  return world;
}
