// `ai4k8s status`, `recommend` and `history`: what is, what would be done, and what was.
import { Command } from 'commander';
import { allStatusText, askAllStatus } from './all-status.ts';
import { askApi } from './api-client.ts';
import { kubeconfigOption, type Straight } from './place.ts';
import { onWorkload, type Where } from './policy-commands.ts';
import { type Show, watchOption } from './show.ts';
import { askWholeStatus } from './whole-status.ts';

interface Watching {
  readonly watch?: number;
}

export function readCommands(show: Show): readonly Command[] {
  return [
    new Command('status')
      .description('workloads, how many are enabled, the last tick')
      .option('--all', 'of every cluster of the installation')
      .addOption(kubeconfigOption())
      .addOption(watchOption())
      .action(({ all, watch, kubeconfig }: Watching & Straight & { all?: true }) =>
        show(all ? askAllStatus : (target) => askWholeStatus(target), {
          ...(all && { words: allStatusText }),
          everySeconds: watch,
          kubeconfig,
        }),
      ),
    onWorkload('recommend', 'what every source would do with a Deployment; changes nothing')
      .addOption(kubeconfigOption())
      .addOption(watchOption())
      .action((deployment: string, { watch, kubeconfig, ...where }: Where & Watching & Straight) =>
        show((target) => askApi(target, 'recommendations', { query: { deployment, ...where } }), {
          everySeconds: watch,
          kubeconfig,
        }),
      ),
    onWorkload('history', 'decisions on a Deployment, newest first')
      .option('--limit <n>', 'how many', '20')
      .action((deployment: string, { limit, ...where }: Where & { limit: string }) =>
        show((target) => askApi(target, 'history', { query: { deployment, ...where, limit } })),
      ),
  ];
}
