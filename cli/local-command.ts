// `ai4k8s local`: what `npm start` is in a clone. It reads its own options.
import { Command } from 'commander';

export function localCommand(): Command {
  return new Command('local')
    .description('runs the autoscaler here with everything embedded: a table, a simulated cluster, the API and ticks')
    .argument('[options...]', 'see ai4k8s local --help')
    .helpOption(false)
    .allowUnknownOption()
    .action(async (given: readonly string[]) => {
      const { runLocal } = await import('../local/run.ts');
      await runLocal(given);
    });
}
