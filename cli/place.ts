// Where a command asks: the API of --url, or one in this process that reads the cluster of a kubeconfig once.
import { Option } from 'commander';
import type { ApiTarget } from './api-client.ts';
import { EXIT, UsageError } from './exit-codes.ts';
import { NoAnswer } from './no-answer.ts';
import { complain, messageOf } from './terminal.ts';
import { wrapped } from './wrapped.ts';

/** Of commands that can be asked of a cluster where nothing is installed. */
export interface Straight {
  /** true: the default kubeconfig. */
  readonly kubeconfig?: string | true | undefined;
}

export interface Place {
  readonly target: ApiTarget;
  /** What is waited for, as in "waiting for http://… to answer". */
  readonly waiting: string;
  /** Before each question. @throws NoAnswer where there is nothing to ask */
  ready(): Promise<void>;
  close(): Promise<void>;
}

export type PlaceOf = (straight: Straight) => Promise<Place>;

export function kubeconfigOption(): Option {
  return new Option(
    '--kubeconfig [file]',
    'asks no API: reads the cluster of this kubeconfig once, and changes nothing (default: KUBECONFIG, ~/.kube/config)',
  );
}

/**
 * @param targetOf throws where nothing may be asked there
 * @param isGiven whether somebody typed it
 */
export function makePlaceOf(targetOf: () => ApiTarget, isGiven: (option: 'url' | 'cluster') => boolean): PlaceOf {
  return async ({ kubeconfig }) => {
    if (kubeconfig === undefined) return apiAt(targetOf());
    const other = (['url', 'cluster'] as const).find(isGiven);
    if (other !== undefined)
      throw new UsageError(`--${other} is of an API that runs, --kubeconfig of none: give one of the two`);
    // Table, ticks and API come with it: loaded where they are needed.
    const { openStraight } = await import('../local/straight.ts');
    const { url, cluster, look, close } = await openStraight(kubeconfig);
    let isSaid = false;
    return {
      target: { url, cluster },
      waiting: `reading cluster ${cluster}`,
      async ready() {
        await look().catch((error: unknown) => {
          throw new NoAnswer(`cluster ${cluster} cannot be read: ${messageOf(error)}`, EXIT.unreachable);
        });
        if (!isSaid) complain(noteOn(cluster));
        isSaid = true;
      },
      close,
    };
  };
}

const WITHOUT_HISTORY =
  'was read once, and nothing was changed. There is no history: no forecast yet, and no sizing by the SLO; the present load ' +
  'is held against the CPU target.';

function noteOn(cluster: string): string {
  return [
    ...wrapped(WITHOUT_HISTORY, `note: cluster ${cluster} `, 2),
    '  From weeks in Prometheus:   npm run ai4k8s -- backtest --all --prometheus URL',
    '  From now on, as it comes:   npm start -- --kubeconfig',
  ].join('\n');
}

function apiAt(target: ApiTarget): Place {
  const nothing = () => Promise.resolve();
  return { target, waiting: `waiting for ${target.url} to answer`, ready: nothing, close: nothing };
}
