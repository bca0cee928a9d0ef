// What a model takes goes by its family, however its vendor spells it.
import { describe, expect, it } from 'vitest';
import { capabilitiesOf } from '../../../lib/adapters/groq/model-family.ts';

describe('gpt-oss is known', () => {
  it.each([
    'openai/gpt-oss-20b',
    'openai/gpt-oss-120b',
    'gpt-oss:20b',
    'gpt-oss:120b-cloud',
    'gpt-oss:latest',
    'gpt-oss',
    'openai.gpt-oss-20b-1:0',
    'us.openai.gpt-oss-120b-1:0',
    'arn:aws:bedrock:us-west-2::foundation-model/openai.gpt-oss-20b-1:0',
    'groq/openai/gpt-oss-20b',
    'bedrock/converse/openai.gpt-oss-20b-1:0',
    'openai/gpt-oss-20b-maas',
    '@cf/openai/gpt-oss-20b',
    'accounts/fireworks/models/gpt-oss-20b',
    'openrouter/openai/gpt-oss-20b:free',
    'openai/gpt-oss-120b:exacto',
    'hf.co/unsloth/gpt-oss-20b-GGUF:Q4_K_M',
    'databricks-gpt-oss-20b',
    'GPT-OSS-20B',
    'openai_gpt_oss_20b',
    '/models/gpt-oss-20b',
  ])('as %s', (model) => {
    expect(capabilitiesOf(model)).toEqual({ strictSchema: true, reasoningEffort: 'low' });
  });

  it.each(['openai/gpt-oss-safeguard-20b', 'openai.gpt-oss-safeguard-20b', 'gpt-oss-safeguard:20b', 'x/gpt-oss-3b'])(
    'but %s has no strict schema',
    (model) => {
      expect(capabilitiesOf(model)).toEqual({ strictSchema: false, reasoningEffort: 'low' });
    },
  );
});

it.each(['llama-3.1-8b-instant', 'qwen/qwen3-32b', 'my-gpt-ossify', 'xgpt-oss-20b', 'gpt-4o', '', 'oss-20b'])(
  '%s is asked plainly',
  (model) => {
    expect(capabilitiesOf(model)).toEqual({ strictSchema: false, reasoningEffort: null });
  },
);
