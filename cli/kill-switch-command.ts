// `ai4k8s stop`, `go` and `kill-switch`: every change of a cluster, or of all, stopped at once and let go on.
import { Argument, Command, Option } from 'commander';
import { type ApiTarget, askApi } from './api-client.ts';
import { UsageError } from './exit-codes.ts';
import type { Show } from './show.ts';

/** @param show asks the API and prints its answer, or what went wrong */
export function killSwitchCommands(show: Show): readonly Command[] {
  return [
    turning(
      show,
      'stop',
      'on',
      'turns the kill switch on: at once nothing is changed any more; decisions are made and shown',
    ),
    turning(show, 'go', 'off', 'turns the kill switch off: the next tick acts again'),
    of('kill-switch', 'whether it is on, since when, by whom and why').action((cluster, { all }) => {
      const where = within(cluster, all);
      return show((target) => askApi(where(target), 'kill-switch'));
    }),
  ];
}

function turning(show: Show, name: string, state: 'on' | 'off', description: string): Command {
  return of(name, description)
    .addOption(new Option('--reason <text>', 'why, for whoever asks later').makeOptionMandatory())
    .action((cluster, { all, reason }) => {
      const where = within(cluster, all);
      return show((target) => askApi(where(target), 'kill-switch', { body: { state, reason } }));
    });
}

function of(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .addArgument(new Argument('[cluster]', 'as the installation names it; without it that of --cluster'))
    .option('--all', 'every cluster of the installation');
}

/** @throws UsageError where one and all are asked for */
function within(cluster: string | undefined, isAll: boolean | undefined): (target: ApiTarget) => ApiTarget {
  if (cluster !== undefined && isAll) throw new UsageError(`give a cluster (${cluster}) or --all, not both`);
  return (target) => ({ ...target, cluster: isAll ? null : (cluster ?? target.cluster) });
}
