// Plays the scripted hour on the clock of this machine: load, ticks, hands and looks, each at its time.
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppsV1Api, KubeConfig } from '@kubernetes/client-node';
import { STEP_SECONDS } from '../../../lib/app/backtest/policy.ts';
import type { ControlPlane } from '../control-plane/start.ts';
import { actsAround, HANDS_FROM_MINUTE } from './acts.ts';
import { type Autoscaler, timeOf } from './autoscaler.ts';
import { type HourLoad, MEMORY_USED_MIB } from './load.ts';
import { type Sample, takeSample } from './score.ts';
import type { Transcript } from './transcript.ts';
import { NAMESPACE, WORKLOADS } from './workloads.ts';

export const HOUR_MINUTES = 60;
const LOAD_STEP_MS = 5000;
/** A tick of three workloads is over by then. */
const ACT_AFTER_MS = 30_000;
/** Bringing the past into the table takes less. */
const HEADSTART_MS = 20_000;

export interface Hour {
  readonly cluster: ControlPlane;
  readonly autoscaler: Autoscaler;
  readonly load: HourLoad;
  readonly transcript: Transcript;
  /** A shorter run plays the beginning of the load, and the whole script in its time. */
  readonly minutes: number;
}

/**
 * Begins at the next full minute but a few seconds, and ends with the script, or when `interrupted` aborts.
 * @param samples is added to every 15 s: what was seen is there also where the hour fails
 */
export async function playHour(
  { cluster, autoscaler, load, transcript, minutes }: Hour,
  samples: Sample[],
  interrupted: AbortSignal,
): Promise<void> {
  const began = Math.ceil((Date.now() + HEADSTART_MS) / 60_000) * 60_000;
  const secondsNow = () => (Date.now() - began) / 1000;
  await autoscaler.remember(load.past(began));
  const config = new KubeConfig();
  config.loadFromFile(cluster.kubeconfig);
  const apps = config.makeApiClient(AppsV1Api);
  await until(began - 1000, interrupted);
  await together(interrupted, [
    autoscaler.tickEachMinute,
    (signal) => every(LOAD_STEP_MS, began, signal, () => setUsage(cluster, load.coresAt(secondsNow()))),
    (signal) =>
      every(STEP_SECONDS * 1000, began, signal, async () => {
        const seconds = secondsNow();
        if (seconds < minutes * 60) samples.push(await takeSample(apps, seconds, load.coresAt(seconds)));
      }),
    async (signal) => {
      for (const { minute, title, commands } of actsAround(load.peakMinute)) {
        const at = began + inShort(minute, minutes) * 60_000 + ACT_AFTER_MS;
        await until(at, signal);
        if (signal.aborted) return;
        transcript.heading(`minute ${inShort(minute, minutes)} (${timeOf(at)}): ${title}`);
        for (const command of commands) await transcript.run(command);
      }
    },
  ]);
}

/** When hands first move in a run of so many minutes. */
export function handsFromSeconds(minutes: number): number {
  return inShort(HANDS_FROM_MINUTE, minutes) * 60 + ACT_AFTER_MS / 1000;
}

/** Total cores, spread by the stand-in over the pods that run; renamed into place, so that nobody reads half of it. */
export function setUsage({ folder }: ControlPlane, cores: number): void {
  const usage = { totalCpuMilli: Math.round(cores * 1000), memoryMi: MEMORY_USED_MIB };
  const file = join(folder, 'usage.json');
  writeFileSync(
    `${file}.new`,
    JSON.stringify(Object.fromEntries(WORKLOADS.map((name) => [`${NAMESPACE}/${name}`, usage]))),
  );
  renameSync(`${file}.new`, file);
}

function inShort(minute: number, minutes: number): number {
  return Math.floor((minute * minutes) / HOUR_MINUTES);
}

/** The first that ends or fails ends the others. */
async function together(interrupted: AbortSignal, tasks: readonly ((signal: AbortSignal) => Promise<void>)[]) {
  const over = new AbortController();
  const signal = AbortSignal.any([over.signal, interrupted]);
  await Promise.all(tasks.map((task) => task(signal).finally(() => over.abort())));
}

async function every(ms: number, from: number, signal: AbortSignal, act: () => unknown): Promise<void> {
  for (let at = from; !signal.aborted; at += ms) {
    await until(at, signal);
    if (!signal.aborted) await act();
  }
}

/** Never before: timers may fire a millisecond early, and what is seen then would count in the minute before. */
async function until(at: number, signal: AbortSignal): Promise<void> {
  while (!signal.aborted && Date.now() < at) await sleep(at - Date.now(), undefined, { signal }).catch(() => undefined);
}
