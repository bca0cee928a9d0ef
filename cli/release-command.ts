// `ai4k8s release --all`: gives every HPA its own minReplicas back, before AI4K8s is taken away.
import { Command, Option } from 'commander';
import { askApi } from './api-client.ts';
import { numberOrText } from './number-option.ts';
import type { Show } from './show.ts';

/** @param show asks the API and prints its answer, or what went wrong */
export function releaseCommand(show: Show): Command {
  return new Command('release')
    .description(
      'gives every HPA its own minReplicas back, and raises none for an hour; what is back is not named again',
    )
    .addOption(new Option('--all', 'every workload of the cluster').makeOptionMandatory())
    .option('--hold <minutes>', 'so long no floor is raised again; 0 ends an earlier hold', numberOrText)
    .action(({ hold }: { hold?: number | string }) =>
      show((target) => askApi(target, 'release', { body: { hold_minutes: hold } })),
    );
}
