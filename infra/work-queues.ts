// The queues of the tick: shards that are to be evaluated within it, shards whose history is to be fitted anew, looks after it.
import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { Encryption } from './encryption.ts';
import type { AutoscalerFunction } from './functions.ts';
import type { Pace } from './pace.ts';
import { WorkQueue } from './work-queue.ts';

/** It stops fitting after 90 s (lib/app/tick/learn-messages.ts), then ends the workload it is at and writes. */
export const LEARN_TIMEOUT_SECONDS = 150;
/** A look is dropped ten seconds after its time, and begins no write four seconds later (lib/app/look/run-look.ts). */
export const LOOK_TIMEOUT_SECONDS = 15;
/** As AWS advises where a message must not be had twice: room for the poller's own tries. */
const TIMEOUTS_HIDDEN = 6;

/** Shards a message loop takes at once, and loops: eight leave a young account (ten invocations in all) two for tick and API. */
const EVALUATE = { batch: 4, atOnce: 8 };
/** The least that Lambda takes. Learning has a day. */
const LEARN = { batch: 1, atOnce: 2 };
const LOOK = { batch: 1, atOnce: 2 };
/** Longer than SQS holds a message back. */
const LOOK_KEPT = Duration.minutes(20);

export class WorkQueues extends Construct {
  readonly shards: WorkQueue;
  readonly learning: WorkQueue;
  readonly looks: WorkQueue;

  constructor(scope: Construct, id: string, { pace, encryption }: { readonly pace: Pace; encryption: Encryption }) {
    super(scope, id);
    this.shards = new WorkQueue(this, 'Shards', {
      urlVariable: 'SHARD_QUEUE_URL',
      // One tick, not AWS's six time-outs: a shard that comes back is past its fence and is dropped, since the next tick has taken
      // it up. Two consumers of one shard are told apart by the table, and the poller is never throttled (`atOnce`).
      hiddenFor: pace.tick,
      // Three tries, so that a function that cannot start puts its messages aside before they are gone.
      keptFor: pace.ticks(5),
      encryption,
    });
    this.learning = new WorkQueue(this, 'Learning', {
      urlVariable: 'LEARN_QUEUE_URL',
      hiddenFor: Duration.seconds(TIMEOUTS_HIDDEN * LEARN_TIMEOUT_SECONDS),
      keptFor: Duration.hours(1),
      encryption,
    });
    this.looks = new WorkQueue(this, 'Looks', {
      urlVariable: 'LOOK_QUEUE_URL',
      // None comes again: what fails is the next look's, or the tick's.
      hiddenFor: Duration.seconds(TIMEOUTS_HIDDEN * LOOK_TIMEOUT_SECONDS),
      keptFor: LOOK_KEPT,
      encryption,
      // One queue to look at, and one alarm to pay for: neither is missed before the next tick. A message says what it is.
      putAside: this.learning.putAside,
    });
  }

  feed({ evaluate, learn, look }: Readonly<Record<'evaluate' | 'learn' | 'look', AutoscalerFunction>>): void {
    this.shards.feed(evaluate.lambda, EVALUATE);
    this.learning.feed(learn.lambda, LEARN);
    this.looks.feed(look.lambda, LOOK);
  }
}
