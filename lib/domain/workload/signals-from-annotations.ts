// The signals that a workload names, from its policy's values: what cannot be read is a problem, and nothing is half-applied.
import { cleanText } from '../text/clean-text.ts';
import type { Policy, SignalPolicy } from './policy.ts';
import { ANNOTATION_PREFIX } from './policy-fields.ts';
import { type PerSignal, RESOURCES, type Resource, type SignalDefinition, type SignalName } from './signal.ts';
import { expectedOf, MOST_OF_A_KIND, readResourcePolicy, readSignalPolicy, signalOfKey } from './signal-annotation.ts';

/** @param values by the policy's keys, those of signals among them; attacker input */
export function withSignals(
  policy: Policy,
  values: Readonly<Record<string, string>>,
  definitions: PerSignal<SignalDefinition>,
  problems: string[],
): Policy {
  const signals: Record<string, SignalPolicy> = {};
  const resources: Partial<Record<Resource, Pick<SignalPolicy, 'missing' | 'direction'>>> = {};
  for (const [key, text] of Object.entries(values)) {
    const name = signalOfKey(key);
    if (name === null) continue;
    const resource = RESOURCES.find((one) => one === name);
    const said = resource === undefined ? saidOf(name, text, definitions, signals) : readResourcePolicy(text);
    if ('problem' in said)
      problems.push(
        `annotation ${ANNOTATION_PREFIX}${key} is ${JSON.stringify(cleanText(text, 60))}: ${said.problem}.`,
      );
    else if (resource !== undefined) resources[resource] = said;
    else signals[name] = said as SignalPolicy;
  }
  return {
    ...policy,
    ...(Object.keys(signals).length > 0 && { signals }),
    ...(Object.keys(resources).length > 0 && { resources }),
  };
}

function saidOf(
  name: SignalName,
  text: string,
  definitions: PerSignal<SignalDefinition>,
  before: PerSignal<SignalPolicy>,
): SignalPolicy | { readonly problem: string } {
  const definition = Object.hasOwn(definitions, name) ? definitions[name] : undefined;
  if (definition === undefined)
    return { problem: 'this installation has no signal of that name; `ai4k8s doctor` lists those it has (SIGNALS)' };
  const said = readSignalPolicy(text, definition);
  if ('problem' in said) return { problem: `${said.problem}; expected ${expectedOf(definition)}` };
  const others = Object.values(before).filter(({ kind }) => kind === said.kind).length;
  const most = MOST_OF_A_KIND[said.kind];
  if (others >= most) return { problem: `a workload may name ${most} ${said.kind}s, and this is one more` };
  return said;
}
