// What is not mutated: sentences. Words are only ever shown, so a test of each would be a copy of it.
import { declareValuePlugin, PluginKind } from '@stryker-mutator/api/plugin';

interface Node {
  readonly type: string;
  readonly value?: unknown;
  readonly quasis?: readonly { readonly value: { readonly raw: string } }[];
}

export const strykerPlugins = [
  declareValuePlugin(PluginKind.Ignore, 'words', {
    shouldIgnore: (path) => (isSentence((path as unknown as { node: Node }).node) ? 'words' : undefined),
  }),
];

/** Text with a blank in it; a code, a key or a name has none. */
function isSentence(node: Node): boolean {
  return (
    (node.type === 'StringLiteral' && String(node.value).includes(' ')) ||
    (node.type === 'TemplateLiteral' && (node.quasis ?? []).some(({ value }) => value.raw.includes(' ')))
  );
}
