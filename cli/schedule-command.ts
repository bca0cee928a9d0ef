// `ai4k8s schedule`: a workload's windows as the API has them; the API alone says what is wrong with one.
import { Command } from 'commander';
import { askApi } from './api-client.ts';
import { kindOption } from './kind-option.ts';
import { numberOrText } from './number-option.ts';
import type { Show } from './show.ts';

interface Where {
  readonly namespace: string;
  readonly kind: string;
}

interface AddOptions extends Where {
  readonly zone: string;
  readonly days?: string;
  readonly minutes?: number | string;
  readonly [field: string]: string | number | boolean | undefined;
}

/** @param show asks the API and prints its answer, or what went wrong */
export function scheduleCommand(show: Show): Command {
  const command = new Command('schedule').description(
    'floors, ceilings and sizes at certain times: add, list and delete windows',
  );
  command
    .command('add <deployment>')
    .description('adds a window: --days, --start and --end, or --cron and --minutes; one of --floor, --ceiling, --size')
    .option('-n, --namespace <ns>', 'namespace', 'default')
    .addOption(kindOption())
    .requiredOption('--zone <name>', 'IANA time zone, e.g. Europe/Berlin')
    .option('--days <list>', 'mon,tue,wed,thu,fri,sat,sun')
    .option('--start <HH:MM>', 'first minute')
    .option('--end <HH:MM>', 'first minute after it; 24:00 is midnight')
    .option('--overnight', 'the end is on the next day')
    .option('--cron <fields>', 'minute hour day month weekday')
    .option('--minutes <n>', 'how long a cron start holds', numberOrText)
    .option('--floor <n>', 'at least so many replicas', numberOrText)
    .option('--ceiling <n>', 'at most so many replicas', numberOrText)
    .option('--size <n>', 'exactly so many replicas', numberOrText)
    .option('--from <date>', 'first local date of a start, e.g. 2026-12-01')
    .option('--until <date>', 'last local date of a start')
    .action((deployment_name: string, { zone, days, minutes, ...same }: AddOptions) =>
      show((target) =>
        askApi(target, 'schedule/create', {
          body: {
            deployment_name,
            ...same,
            time_zone: zone,
            days: days?.split(','),
            duration_minutes: minutes,
          },
        }),
      ),
    );
  command
    .command('list [deployment]')
    .description('windows of a Deployment, or of the whole cluster: which are active, when they start and end next')
    .option('-n, --namespace <ns>', 'namespace', 'default')
    .addOption(kindOption())
    .action((deployment: string | undefined, { namespace, kind }: Where) =>
      show((target) =>
        askApi(target, 'schedule', deployment === undefined ? {} : { query: { deployment, namespace, kind } }),
      ),
    );
  command
    .command('delete <deployment> <id>')
    .description('removes a window')
    .option('-n, --namespace <ns>', 'namespace', 'default')
    .addOption(kindOption())
    .action((deployment_name: string, id: string, { namespace, kind }: Where) =>
      show((target) => askApi(target, 'schedule/delete', { body: { deployment_name, namespace, kind, id } })),
    );
  return command;
}
