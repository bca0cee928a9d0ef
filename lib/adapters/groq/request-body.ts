// What is asked of a model: as much as its family takes, less what its server has refused.
import type { ChatCompletionCreateParamsNonStreaming } from 'groq-sdk/resources/chat/completions';
import type { ModelRequest, OptionalParameter } from '../../app/ports/world.ts';
import { capabilitiesOf } from './model-family.ts';

/** Deterministic enough for advice that should not waver (seed 2 §3.3). */
const TEMPERATURE = 0.3;
const MAX_COMPLETION_TOKENS = 1_000;

export function requestBody({
  model,
  system,
  user,
  schema,
  without = [],
}: ModelRequest): ChatCompletionCreateParamsNonStreaming {
  const { strictSchema, reasoningEffort } = capabilitiesOf(model);
  const may = (parameter: OptionalParameter) => !without.includes(parameter);
  const format = strictSchema && may('json_schema') ? strict(schema) : ({ type: 'json_object' } as const);
  return {
    model,
    messages: [
      { role: 'system', content: system },
      { role: 'user', content: user },
    ],
    ...(may('temperature') && { temperature: TEMPERATURE }),
    // Reasoning counts against the completion cap. Older servers know it by its older name only.
    ...(may('max_completion_tokens')
      ? { max_completion_tokens: MAX_COMPLETION_TOKENS }
      : may('max_tokens') && { max_tokens: MAX_COMPLETION_TOKENS }),
    ...(reasoningEffort !== null && may('reasoning_effort') && { reasoning_effort: reasoningEffort }),
    ...(may('response_format') && { response_format: format }),
  };
}

/** Which of the optional parameters this body has. */
export function parametersOf(body: ChatCompletionCreateParamsNonStreaming): readonly OptionalParameter[] {
  const sent: OptionalParameter[] = [];
  if (body.response_format?.type === 'json_schema') sent.push('json_schema');
  if (body.response_format) sent.push('response_format');
  if (body.reasoning_effort) sent.push('reasoning_effort');
  if (body.temperature !== undefined) sent.push('temperature');
  if (body.max_completion_tokens !== undefined) sent.push('max_completion_tokens');
  if (body.max_tokens !== undefined) sent.push('max_tokens');
  return sent;
}

function strict({ name, schema }: ModelRequest['schema']) {
  return { type: 'json_schema', json_schema: { name, strict: true, schema } } as const;
}
