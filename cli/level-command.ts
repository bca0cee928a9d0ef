// `ai4k8s policy`: what is said of all of a namespace, or of the whole cluster.
import { Command } from 'commander';
import { askApi } from './api-client.ts';
import { setWithin } from './cap-warning.ts';
import { UsageError } from './exit-codes.ts';
import { askAtTerminal } from './hpa-offer.ts';
import type { Show } from './show.ts';

interface Where {
  readonly namespace?: string;
}

/** @param show asks the API and prints its answer, or what went wrong */
export function levelCommand(show: Show): Command {
  const command = new Command('policy').description(
    'defaults and caps of all workloads of a namespace, or of the whole cluster: get, set and unset',
  );
  of(command, 'get', 'what is said at each level, by whom and when').action(({ namespace }: Where) =>
    show((target) => askApi(target, 'policy', namespace === undefined ? {} : { query: { namespace } })),
  );
  of(command, 'set', 'says it: max-replicas=20 is a default, cap-max-replicas=50 and cap-mode=propose hold for all')
    .argument('<key=value...>')
    .option('-y, --yes', 'asks nothing, where workloads run above a new cap-max-replicas')
    .action((pairs: readonly string[], { namespace, yes }: Where & { readonly yes?: true }) => {
      const change = { namespace, set: Object.fromEntries(pairs.map(pairOf)) };
      return show((target) => setWithin(target, change, yes !== true, askAtTerminal), { asksPerson: true });
    });
  of(command, 'unset', 'takes it back')
    .argument('<key...>')
    .action((keys: readonly string[], { namespace }: Where) =>
      show((target) => askApi(target, 'policy', { body: { namespace, unset: keys.map(fieldOf) } })),
    );
  return command;
}

function of(parent: Command, name: string, description: string): Command {
  return parent
    .command(name)
    .description(description)
    .option('-n, --namespace <ns>', 'of this namespace; without it of the cluster');
}

/** @throws UsageError where it is none */
function pairOf(text: string): readonly [string, string] {
  const [, key, value] = /^([a-z_-]+)=(.*)$/s.exec(text) ?? [];
  if (key === undefined || value === undefined)
    throw new UsageError(`${JSON.stringify(text)} is no key=value: write max-replicas=20`);
  return [fieldOf(key), value];
}

/** As the API calls a key. */
function fieldOf(key: string): string {
  return key.replaceAll('-', '_');
}
