// Ticks and the looks after them, in one process: in place of a queue that holds messages back, whoever has the clock asks for
// each look at its time.
import { makeHandler } from '../functions/tick.ts';
import { makeLookStore } from '../lib/adapters/dynamo/look-store.ts';
import { type LookReport, runLook } from '../lib/app/look/run-look.ts';
import type { LookTask } from '../lib/app/ports/look-task.ts';
import type { wireTick } from '../lib/wire/tick.ts';

export interface TickAndLook {
  /**
   * @param event as the schedule sends it
   * @returns the looks that are to follow
   * @throws Error where the tick failed, or the event cannot be read
   */
  tick(event: unknown): Promise<readonly LookTask[]>;
  /** Looks once, now. @throws AdapterError where the cluster or the table is away */
  look(task: LookTask): Promise<LookReport>;
}

export function tickAndLook({ ports, settings }: Awaited<ReturnType<typeof wireTick>>): TickAndLook {
  const looking = { ...ports, looks: makeLookStore(ports.table) };
  return {
    async tick(event) {
      const looks: LookTask[] = [];
      const send = (tasks: readonly LookTask[]) => {
        looks.push(...tasks);
        return Promise.resolve([]);
      };
      await makeHandler({ ports: { ...ports, lookQueue: { send } }, settings })(event);
      return looks;
    },
    look: (task) => runLook(looking, settings, task),
  };
}
