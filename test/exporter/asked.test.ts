// What a body asks, in each of the shapes that Ollama and OpenAI's endpoints take.
import { describe, expect, it } from 'vitest';
import { readAsked } from '../../lib/exporter/asked.ts';
import { dialectOf, endpointOf } from '../../lib/exporter/endpoint.ts';

const asked = (body: unknown) => {
  const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  return readAsked(bytes, bytes.length);
};
const NOTHING = { model: '', task: '', context: [], images: 0, maxTokens: null, unseenBytes: 0 };

describe('what a body asks', () => {
  it.each([
    [
      '/api/generate',
      {
        model: 'm',
        prompt: 'do it',
        system: 'be good',
        images: ['AAAA', 'BBBB'],
        context: [1, 2],
        options: { num_predict: 9 },
      },
      { model: 'm', task: 'do it', context: ['be good'], images: 2, maxTokens: 9 },
    ],
    [
      '/api/chat',
      {
        model: 'm',
        messages: [
          { role: 'system', content: 's' },
          { role: 'user', content: 'u', images: ['A'] },
          { role: 'assistant', content: 'a' },
        ],
      },
      { model: 'm', task: 'u', context: ['s', 'a'], images: 1 },
    ],
    ['/api/embed', { model: 'm', input: ['a', 'b'] }, { model: 'm', task: 'a\nb' }],
    ['no limit, as Ollama writes it', { prompt: 'p', options: { num_predict: -1 } }, { task: 'p' }],
    [
      '/v1/chat/completions',
      {
        model: 'm',
        max_completion_tokens: 50,
        messages: [
          {
            content: [
              { type: 'text', text: 'look' },
              { type: 'image_url', image_url: { url: 'data:x', detail: 'low' } },
            ],
            role: 'user',
          },
        ],
      },
      { model: 'm', task: 'look', images: 1, maxTokens: 50 },
    ],
    [
      '/v1/completions',
      { model: 'm', prompt: ['a', 'b'], suffix: 'z', max_tokens: 0 },
      { model: 'm', task: 'a\nb', context: ['z'], maxTokens: 0 },
    ],
    ['tokens for a prompt', { model: 'm', prompt: [1, 2, 3] }, { model: 'm' }],
    [
      '/v1/responses',
      {
        model: 'm',
        instructions: 'i',
        input: [{ role: 'user', content: [{ type: 'input_text', text: 't' }] }],
        max_output_tokens: 5,
      },
      { model: 'm', task: 't', context: ['i'], maxTokens: 5 },
    ],
    [
      '/v1/messages',
      {
        model: 'm',
        max_tokens: 7,
        system: [{ type: 'text', text: 's' }],
        messages: [
          {
            role: 'user',
            content: [
              { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AAAA' } },
              { type: 'text', text: 't' },
            ],
          },
        ],
      },
      { model: 'm', task: 't', context: ['s'], images: 1, maxTokens: 7 },
    ],
    [
      'tools',
      {
        model: 'm',
        messages: [{ role: 'user', content: 'u' }],
        tools: [{ type: 'function', function: { name: 'f', description: 'd' } }],
      },
      { model: 'm', task: 'u', context: ['f', 'd'] },
    ],
    ['the same key twice: the last, as servers have it', '{"model":"a","model":"b"}', { model: 'b' }],
    ['a body cut within its prompt', '{"model":"m","prompt":"half of a thou', { model: 'm', task: 'half of a thou' }],
    ['a list', [1, 'x'], {}],
    ['no JSON', 'model=m&prompt=x', {}],
  ])('%s', (_, body, expected) => {
    expect(asked(body)).toEqual({ ...NOTHING, ...expected });
  });

  it('counts what it did not see by its length', () => {
    expect(readAsked(Buffer.from('{"model":"m"'), 5000)).toEqual({ ...NOTHING, model: 'm', unseenBytes: 4988 });
  });
});

describe('an endpoint', () => {
  it.each([
    ['POST', '/api/generate', { dialect: 'ollama', kind: 'text' }],
    ['POST', '/api/chat?x=1', { dialect: 'ollama', kind: 'text' }],
    ['POST', '/api/embed', { dialect: 'ollama', kind: 'embedding' }],
    ['POST', '/v1/chat/completions', { dialect: 'openai', kind: 'text' }],
    ['POST', '/chat/completions/', { dialect: 'openai', kind: 'text' }],
    ['POST', '/openai/deployments/gpt/embeddings?api-version=1', { dialect: 'openai', kind: 'embedding' }],
    ['POST', '/v1/messages', { dialect: 'openai', kind: 'text' }],
    ['GET', '/v1/chat/completions', null],
    ['POST', '/api/pull', null],
    ['POST', '/v1/threads/1/messages', null],
    ['POST', '/api/generate/x', null],
    ['POST', '/constructor', null],
  ])('%s %s', (method, url, expected) => {
    expect(endpointOf(method, url)).toEqual(expected);
  });

  it('that is not known is answered in the words of its path', () => {
    expect(['/v1/models', '/api/tags', '/', undefined].map(dialectOf)).toEqual([
      'openai',
      'ollama',
      'ollama',
      'ollama',
    ]);
  });
});
