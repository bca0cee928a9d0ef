// `ai4k8s release --all`: gives every HPA its own minReplicas back, before AI4K8s is taken away.
import { Command, Option } from 'commander';

interface Target {
  readonly url: string;
  readonly cluster: string;
}

/** @param show asks the API and prints its answer, or what went wrong */
export function releaseCommand(show: (ask: (target: Target) => Promise<Response>) => Promise<void>): Command {
  return new Command('release')
    .description(
      'gives every HPA its own minReplicas back, and raises none for an hour; what is back is not named again',
    )
    .addOption(new Option('--all', 'every workload of the cluster').makeOptionMandatory())
    .option('--hold <minutes>', 'so long no floor is raised again; 0 ends an earlier hold', Number)
    .action(({ hold }: { hold?: number }) =>
      show(({ url, cluster }) =>
        fetch(`${url}/api/autoscaling/release/${encodeURIComponent(cluster)}`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ hold_minutes: hold }),
        }),
      ),
    );
}
