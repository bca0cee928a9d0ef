// What is done with a workload, in the colours that the field knows: down green, hold blue, up orange, at its limit red.

const WORDS: Readonly<Record<string, string>> = {
  scale_up: 'Scale up',
  scale_down: 'Scale down',
  maintain: 'Maintain',
  at_max: 'At max',
};

export function ActionBadge({ action }: { readonly action: string }) {
  return <span class={`badge ${Object.hasOwn(WORDS, action) ? action : 'maintain'}`}>{WORDS[action] ?? action}</span>;
}

export const actionWords = (action: string) => WORDS[action] ?? action;
