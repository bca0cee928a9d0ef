// `ai4k8s status`, `recommend` and `history`: what is, what would be done, and what was.
import { Command } from 'commander';
import { allStatusText, askAllStatus } from './all-status.ts';
import { type AnswerBody, answerText } from './answer-text.ts';
import { askApi } from './api-client.ts';
import { kubeconfigOption, type Straight } from './place.ts';
import { onWorkload, type Where } from './policy-commands.ts';
import { type Show, watchOption } from './show.ts';
import { askWholeStatus } from './whole-status.ts';

interface Watching {
  readonly watch?: number;
}

interface StatusOptions extends Watching, Straight {
  readonly all?: true;
  readonly namespace?: string;
}

export function readCommands(show: Show): readonly Command[] {
  return [
    new Command('status')
      .description('workloads, how many are enabled, the last tick')
      .option('-n, --namespace <ns>', 'only of this namespace')
      .option('--all', 'of every cluster of the installation')
      .addOption(kubeconfigOption())
      .addOption(watchOption())
      .action(({ all, watch, kubeconfig, namespace }: StatusOptions) => {
        const query = namespace === undefined ? {} : { namespace };
        return show((target) => (all ? askAllStatus(target, query) : askWholeStatus(target, query)), {
          words: all ? allStatusText : (body, layout) => noneText(body, namespace) ?? answerText(body, layout),
          everySeconds: watch,
          kubeconfig,
        });
      }),
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

/** A table of nothing would not say which name is not known. */
function noneText({ cluster, workloads }: AnswerBody, namespace: string | undefined): string | null {
  if (namespace === undefined || !Array.isArray(workloads) || workloads.length > 0) return null;
  return `cluster ${cluster}: no tick has seen a workload in namespace ${namespace}`;
}
