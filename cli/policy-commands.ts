// What a person says of one workload's policy: enable, disable, apply, pause and resume.
import { Command, InvalidArgumentError, Option } from 'commander';
import type { WorkloadKind } from '../lib/domain/workload/kind.ts';
import { answerText } from './answer-text.ts';
import { askApi } from './api-client.ts';
import { askAtTerminal, enabledText, offered } from './hpa-offer.ts';
import { kindOption } from './kind-option.ts';
import { numberOrText } from './number-option.ts';
import type { Show } from './show.ts';

export interface Where {
  readonly namespace: string;
  readonly kind: WorkloadKind;
}

export function onWorkload(name: string, description: string): Command {
  return new Command(name)
    .argument('<deployment>')
    .description(description)
    .option('-n, --namespace <ns>', 'namespace', 'default')
    .addOption(kindOption());
}

/** @param show asks the API and prints its answer, or what went wrong */
export function policyCommands(show: Show): readonly Command[] {
  const plain = (name: string, description: string) =>
    onWorkload(name, description).action((deployment_name: string, where: Where) =>
      show((target) => askApi(target, `predictive/${name}`, { body: { deployment_name, ...where } })),
    );
  return [
    enableCommand(show),
    plain('disable', 'switches autoscaling off; replicas stay as they are'),
    plain('apply', 'decides now and carries it out once'),
    plain('undo', 'takes the last change back, and pauses its way for an hour'),
    pauseCommand(show),
    onWorkload('resume', 'ends a pause').action((deployment_name: string, where: Where) =>
      show((target) => askApi(target, 'predictive/pause', { body: { deployment_name, ...where, paused: false } })),
    ),
  ];
}

function enableCommand(show: Show): Command {
  return onWorkload('enable', 'switches autoscaling on; in any mode but recommend and propose it acts now')
    .option('--min <n>', 'fewest replicas', numberOrText)
    .option('--max <n>', 'most replicas', numberOrText)
    .option('--mode <mode>', 'auto, recommend, propose (a person approves each change), hpa-floor or scale')
    .option('--slo <percent>', 'share of time with enough capacity', numberOrText)
    .option('--target-cpu <percent>', 'of the CPU request, until a day of history sizes by the SLO', numberOrText)
    .option('--target-memory <percent>', 'of the memory request, or off', numberOrText)
    .option('--cooldown <duration>', '90s, 5m, 1h: before the next scale-down')
    .option('--model-load <duration>', '90s, 5m: until a new replica has its model, which counts as start-up')
    .option('--restart-cost <duration>', '0s, 60s, 5m: what a change of the count is worth, in time of one replica')
    .option(
      '--time-zone <zone>',
      'Europe/Berlin: by whose clocks days are compared, through every change of daylight saving',
    )
    .option('--limit-step <n>', 'most that one change moves by: 2, or 25%')
    .option('--limit-direction <way>', 'up, down or both: which way it goes by itself')
    .option('--limit-hours <hours>', '"mon-fri 09:00-18:00", by the clocks of --time-zone: when it goes by itself')
    .option('--llm <use>', 'on, off, or shadow: asked and shown, not followed')
    .option('--hpa', 'also creates the HPA {deployment}-hpa, which goes on without us, and works through it')
    .addOption(new Option('--create-hpa').hideHelp().implies({ hpa: true }))
    .option('--no-hpa', 'offers no HPA; else a terminal is asked, and a script is shown the YAML')
    .action((deployment_name: string, { namespace, kind, ...given }: Where & Readonly<Record<string, unknown>>) =>
      show(
        async (target) => {
          const enabled = await askApi(target, 'predictive/enable', {
            body: {
              deployment_name,
              namespace,
              kind,
              min_replicas: given.min,
              max_replicas: given.max,
              mode: given.mode,
              slo: given.slo,
              target_cpu: given.targetCpu,
              target_memory: given.targetMemory,
              cooldown: given.cooldown,
              model_load: given.modelLoad,
              restart_cost: given.restartCost,
              time_zone: given.timeZone,
              limit_step: given.limitStep,
              limit_direction: given.limitDirection,
              limit_hours: given.limitHours,
              llm: given.llm,
              create_hpa: given.hpa || undefined,
            },
          });
          return offered(target, enabled, given.hpa === false ? () => Promise.resolve(null) : askAtTerminal);
        },
        { words: given.hpa === false ? answerText : enabledText, asksPerson: true },
      ),
    );
}

interface PauseOptions extends Where {
  readonly way?: string;
  readonly for?: number;
  readonly until?: string;
  readonly reason?: string;
}

function pauseCommand(show: Show): Command {
  return onWorkload('pause', 'keeps autoscaling on, and changes nothing until resumed; or one way only')
    .addOption(new Option('--way <way>', 'only these changes: in an incident, grow and never shrink').choices(WAYS))
    .addOption(new Option('--for <duration>', '90m, 2h, 3d: it ends by itself').argParser(milliseconds))
    .addOption(new Option('--until <time>', '2026-12-01T08:00:00Z: it ends by itself').conflicts('for'))
    .option('--reason <text>', 'why, for whoever asks later')
    .action((deployment_name: string, { way, for: forMs, until, reason, ...where }: PauseOptions) => {
      const end = forMs === undefined ? until : new Date(Date.now() + forMs).toISOString();
      const body = { deployment_name, ...where, paused: way ?? true, until: end, reason };
      return show((target) => askApi(target, 'predictive/pause', { body }));
    });
}

const WAYS = ['scale-in', 'scale-out'];
const UNIT_MS = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

function milliseconds(text: string): number {
  const [, count, unit] = /^([1-9]\d{0,3})([mhd])$/.exec(text) ?? [];
  if (unit !== undefined) return Number(count) * UNIT_MS[unit as keyof typeof UNIT_MS];
  throw new InvalidArgumentError('expected a duration such as 90m, 2h or 3d.');
}
