// Many ask for a share of the same thing at once: they are asked for together, so that one write serves them all.

/**
 * Serves one batch at a time: who asks in the same turn goes along, who asks while a batch is under way goes with the next.
 * @param serve answers in the order of what was asked; where it throws, all who waited for it get the error
 */
export function together<Ask, Answer>(
  serve: (asks: readonly Ask[]) => Promise<readonly Answer[]>,
): (ask: Ask) => Promise<Answer> {
  let waiting: Waiter<Ask, Answer>[] = [];
  let isServing = false;

  async function serveAll(): Promise<void> {
    isServing = true;
    while (waiting.length > 0) {
      await endOfTurn();
      const batch = waiting;
      waiting = [];
      try {
        const answers = await serve(batch.map(({ ask }) => ask));
        for (const [i, { resolve }] of batch.entries()) resolve(answers[i] as Answer);
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    isServing = false;
  }

  return (ask) =>
    new Promise((resolve, reject) => {
      waiting.push({ ask, resolve, reject });
      if (!isServing) void serveAll();
    });
}

interface Waiter<Ask, Answer> {
  readonly ask: Ask;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

function endOfTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
