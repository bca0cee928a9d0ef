// `ai4k8s status`, `recommend` and `history`: what is, what would be done, and what was.
import { Command } from 'commander';
import { allStatusText, askAllStatus } from './all-status.ts';
import { askApi } from './api-client.ts';
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
      .addOption(watchOption())
      .action(({ all, watch }: Watching & { all?: true }) =>
        show(
          all ? askAllStatus : (target) => askWholeStatus(target),
          all ? { words: allStatusText, everySeconds: watch } : { everySeconds: watch },
        ),
      ),
    onWorkload('recommend', 'what every source would do with a Deployment; changes nothing')
      .addOption(watchOption())
      .action((deployment: string, { watch, ...where }: Where & Watching) =>
        show((target) => askApi(target, 'recommendations', { query: { deployment, ...where } }), {
          everySeconds: watch,
        }),
      ),
    onWorkload('history', 'decisions on a Deployment, newest first')
      .option('--limit <n>', 'how many', '20')
      .action((deployment: string, { limit, ...where }: Where & { limit: string }) =>
        show((target) => askApi(target, 'history', { query: { deployment, ...where, limit } })),
      ),
  ];
}
