// Where a base URL leads: the host, /openai, /v1 or the whole address, however it is written.
import { describe, expect, it } from 'vitest';
import { endpointsOf, shownUrl } from '../../../lib/adapters/groq/endpoint.ts';

const leadsTo = (baseUrl?: string) => endpointsOf(baseUrl)?.map(String);

describe('a base URL', () => {
  it.each([
    [undefined, 'https://api.groq.com/openai/v1/chat/completions'],
    ['https://api.groq.com', 'https://api.groq.com/openai/v1/chat/completions'],
    ['https://api.groq.com/openai/v1/', 'https://api.groq.com/openai/v1/chat/completions'],
    ['https://api.groq.com/openai', 'https://api.groq.com/openai/v1/chat/completions'],
    ['http://localhost:11434/v1', 'http://localhost:11434/v1/chat/completions'],
    ['http://localhost:11434/v1///', 'http://localhost:11434/v1/chat/completions'],
    ['  http://vllm:8000/V1 ', 'http://vllm:8000/V1/chat/completions'],
    [
      'https://bedrock-runtime.us-west-2.amazonaws.com/openai/v1',
      'https://bedrock-runtime.us-west-2.amazonaws.com/openai/v1/chat/completions',
    ],
    ['https://bedrock-mantle.eu-west-1.api.aws/v1', 'https://bedrock-mantle.eu-west-1.api.aws/v1/chat/completions'],
    ['http://litellm:4000/v1/chat/completions', 'http://litellm:4000/v1/chat/completions'],
    ['http://litellm:4000/chat/completions/', 'http://litellm:4000/chat/completions'],
    [
      'https://x.openai.azure.com/openai/v1?api-version=preview',
      'https://x.openai.azure.com/openai/v1/chat/completions?api-version=preview',
    ],
    ['http://gate/team-a/v1?k=v#top', 'http://gate/team-a/v1/chat/completions?k=v'],
    [
      'https://generativelanguage.googleapis.com/v1beta/openai',
      'https://generativelanguage.googleapis.com/v1beta/openai/chat/completions',
    ],
    ['https://open.bigmodel.cn/api/paas/v4', 'https://open.bigmodel.cn/api/paas/v4/chat/completions'],
  ])('%s leads to %s', (baseUrl, url) => {
    expect(leadsTo(baseUrl)).toEqual([url]);
  });

  it.each(['http://litellm:4000', 'http://litellm:4000/', 'http://gate/team-a'])(
    '%s leaves the path open: the SDK’s own first, then the usual ones',
    (baseUrl) => {
      const base = baseUrl.replace(/\/$/, '');
      expect(leadsTo(baseUrl)).toEqual(['/openai/v1', '/v1', ''].map((root) => `${base}${root}/chat/completions`));
    },
  );

  it.each(['localhost:11434', 'ftp://host/v1', 'v1', '', 'http://user:secret@host/v1', 'http://token@host/v1'])(
    '%s cannot be called',
    (baseUrl) => {
      expect(endpointsOf(baseUrl)).toBeNull();
    },
  );
});

describe('what is shown of an address', () => {
  it.each([
    ['http://user:secret@host/v1?key=secret#secret', 'http://host/v1'],
    ['no address', 'no URL'],
    [`http://host/${'x'.repeat(500)}`, `http://host/${'x'.repeat(108)}`],
  ])('of %s', (url, shown) => {
    expect(shownUrl(url)).toBe(shown);
  });
});
