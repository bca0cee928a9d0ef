// What the environment may say, and what is said back where it may not.
import { describe, expect, it } from 'vitest';
import { DEFAULT_SCALING_POLICY } from '../../lib/domain/complexity/scaling-policy.ts';
import { isOwnHost } from '../../lib/exporter/host-check.ts';
import { readSettings } from '../../lib/exporter/settings.ts';
import { chooseUpstream, liteLlmAddress, ollamaAddress, originOf } from '../../lib/exporter/upstream-address.ts';

const mistakesOf = (environment: Record<string, string>) => {
  const read = readSettings(environment);
  return 'mistakes' in read ? read.mistakes : [];
};

describe('settings', () => {
  it("without a word are safe: this machine only, in front of Ollama, with the seed's policy", () => {
    expect(readSettings({})).toMatchObject({
      bind: '127.0.0.1',
      proxyPort: 11_435,
      metricsPort: 9090,
      upstreams: [{ hostname: '127.0.0.1', port: 11_434 }],
      policy: DEFAULT_SCALING_POLICY,
      state: null,
      upstreamMetrics: null,
      processMetrics: false,
    });
  });

  it('name variables of their prefix that mean nothing, but for those that Kubernetes makes of Services', () => {
    expect(readSettings({ LITEBRAIN_PROXY_PRT: '3', LITEBRAIN_STATE: 'x', PATH: '/' })).toMatchObject({
      unknown: ['LITEBRAIN_PROXY_PRT'],
    });
    const links = {
      LITEBRAIN_METRICS_SERVICE_HOST: '10.0.0.1',
      LITEBRAIN_METRICS_SERVICE_PORT: '80',
      LITEBRAIN_METRICS_PORT: 'tcp://10.0.0.1:80',
      LITEBRAIN_METRICS_PORT_80_TCP_ADDR: '10.0.0.1',
    };
    expect(readSettings(links)).toMatchObject({ unknown: [], metricsPort: 9090 });
  });

  it.each([
    [
      { LITEBRAIN_METRICS_PORT: '70000' },
      'LITEBRAIN_METRICS_PORT: it is "70000"; expected a whole number from 0 to 65535',
    ],
    [
      { LITEBRAIN_METRICS_PORT: '11435' },
      'LITEBRAIN_METRICS_PORT: it is 11435, as LITEBRAIN_PROXY_PORT is; expected another port',
    ],
    [
      { LITEBRAIN_TIMEOUT_SECONDS: '-1' },
      'LITEBRAIN_TIMEOUT_SECONDS: it is "-1"; expected a whole number from 1 to 86400',
    ],
    [{ OLLAMA_HOST: 'ftp://x' }, 'OLLAMA_HOST: it is "ftp://x"; expected a host such as 127.0.0.1:11434'],
    [
      { OLLAMA_HOST: '0.0.0.0:11435' },
      'OLLAMA_HOST: it is "0.0.0.0:11435"; expected the model server; port 11435 of this machine is',
    ],
    [
      { LITELLM_BASE_URL: 'litellm:4000' },
      'LITELLM_BASE_URL: it is "litellm:4000"; expected a URL such as http://litellm:4000',
    ],
    [{ LITELLM_BASE_URL: 'http://me:hunter2@litellm' }, 'LITELLM_BASE_URL: it is "http://…@litellm"; expected a URL'],
    [{ LITEBRAIN_MODELS: 'a,b c' }, 'LITEBRAIN_MODELS: it is "a,b c"; expected at most 50 names'],
    [{ LITEBRAIN_BIND: 'a b' }, 'LITEBRAIN_BIND: it is "a b"; expected an address to listen on'],
    [{ LITEBRAIN_UPSTREAM_METRICS: 'yes' }, 'LITEBRAIN_UPSTREAM_METRICS: it is "yes"; expected auto, or a URL'],
    [{ LITEBRAIN_PROCESS_METRICS: '1' }, 'LITEBRAIN_PROCESS_METRICS: it is "1"; expected true or false'],
    [
      { LITEBRAIN_POLICY: '{"complexityThresholds":{"low":30,"medium":90,"high":80}}' },
      'LITEBRAIN_POLICY: complexityThresholds.high is 80, and medium is 90: the two overlap',
    ],
    [{ LITEBRAIN_POLICY: '@/no/such/file' }, 'LITEBRAIN_POLICY: /no/such/file cannot be read'],
    [{ LITEBRAIN_POLICY: 'x' }, 'LITEBRAIN_POLICY: expected JSON such as'],
  ])('%o: the variable, what it was, and what is expected', (environment, expected) => {
    const mistakes = mistakesOf(environment as unknown as Record<string, string>);
    expect(mistakes).toHaveLength(1);
    expect(mistakes[0]?.startsWith(expected)).toBe(true);
  });

  it('tell every mistake at once, and none is of a variable that is empty', () => {
    expect(mistakesOf({ LITEBRAIN_BODY_KB: 'x', LITEBRAIN_BODIES_MB: 'y', LITEBRAIN_MODELS: '' })).toHaveLength(2);
  });

  it("take the policy's own models, and the metrics of the server in front of which it stands", () => {
    const read = readSettings({
      LITEBRAIN_POLICY: '{"modelResourceWeights":{"llama3":3}}',
      OLLAMA_HOST: 'vllm:8000',
      LITEBRAIN_UPSTREAM_METRICS: 'auto',
    });
    expect(read).toMatchObject({
      policy: { modelResourceWeights: { llama3: 3 } },
      upstreamMetrics: 'http://vllm:8000/metrics',
    });
  });
});

describe('an address', () => {
  it.each([
    ['ollama', 'http://ollama:11434'],
    ['ollama:8000', 'http://ollama:8000'],
    [':8000', 'http://127.0.0.1:8000'],
    ['0.0.0.0', 'http://127.0.0.1:11434'],
    ['0.0.0.0:80', 'http://127.0.0.1'],
    ['::1', 'http://[::1]:11434'],
    ['[::1]:8000', 'http://[::1]:8000'],
    ['[::]', 'http://[::1]:11434'],
    ['http://ollama', 'http://ollama'],
    ['https://ollama', 'https://ollama'],
    ['https://ollama:1/', 'https://ollama:1'],
    ['"ollama"', 'http://ollama:11434'],
  ])('OLLAMA_HOST=%s is %s, as Ollama reads it', (text, origin) => {
    const address = ollamaAddress(text);
    expect(address && originOf(address)).toBe(origin);
  });

  it('of LiteLLM may end in /v1, which every request has itself', () => {
    expect(liteLlmAddress('http://litellm:4000/v1/')?.path).toBe('');
    expect(liteLlmAddress('http://gate/llm/v1')?.path).toBe('/llm');
  });

  it('of two is chosen by whose words are spoken', () => {
    const both = [ollamaAddress('a'), liteLlmAddress('http://b')].filter((address) => address !== null);
    expect(chooseUpstream(both, '/v1/chat/completions')?.hostname).toBe('b');
    expect(chooseUpstream(both, '/api/chat')?.hostname).toBe('a');
    expect(chooseUpstream(both.slice(1), '/api/chat')?.hostname).toBe('b');
  });
});

describe('a name under which this machine is asked', () => {
  it.each([
    ['localhost:11435', true],
    ['127.0.0.1', true],
    ['[::1]:11435', true],
    ['10.0.0.7:1', true],
    ['box.local', true],
    [undefined, true],
    ['evil.example:11435', false],
    ['localhost.evil.example', false],
    ['127.0.0.1.evil.example', false],
  ])('%s: %s', (host, isOwn) => {
    expect(isOwnHost(host)).toBe(isOwn);
  });
});
