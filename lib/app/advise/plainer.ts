// What each model's server has refused of our parameters: asked once more without, and never with it again in this process.
import type { ModelReply, OptionalParameter } from '../ports/world.ts';

/** A request with fewer parameters, after one was refused. */
export interface PlainerTry {
  readonly without: readonly OptionalParameter[];
  /** Known to be at fault only once the model answers without them. */
  readonly suspects: readonly OptionalParameter[];
}

interface Plainer {
  /** What to leave out for this model from the start. */
  without(model: string): readonly OptionalParameter[];
  /** Remembers what the server named. Null where the refusal is about nothing that can be left out. */
  after(model: string, reply: ModelReply): PlainerTry | null;
  /** The model answered that try. */
  answered(model: string, tried: PlainerTry): void;
}

/** Servers name one parameter at a time, and there is one more try: it goes without all in which vendors differ. */
const DIFFERS: readonly OptionalParameter[] = ['response_format', 'reasoning_effort'];

export function makePlainer(): Plainer {
  const refused = new Map<string, ReadonlySet<OptionalParameter>>();
  const without = (model: string) => [...(refused.get(model) ?? [])];
  const remember = (model: string, parameters: readonly OptionalParameter[]) => {
    refused.set(model, new Set([...without(model), ...parameters]));
  };

  return {
    without,
    after(model, reply) {
      const found = reply.kind === 'failure' ? reply.refused : undefined;
      if (found === undefined || found.parameters.length === 0) return null;
      if (found.named) remember(model, found.parameters);
      return {
        without: [...new Set([...without(model), ...found.parameters, ...DIFFERS])],
        suspects: found.named ? [] : found.parameters,
      };
    },
    answered: (model, { suspects }) => remember(model, suspects),
  };
}
