// Signals in a deployment: checked when it is made, and granted no more than they need.
import { randomBytes } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readDeployment } from '../../infra/deployment.ts';
import { SignalSources } from '../../infra/signal-sources.ts';
import { readSignals } from '../../lib/signals-config/read.ts';
import { bareStack } from './bare-stack.ts';
import { propertiesOf, synthesise } from './synthesis.ts';

const CLUSTER = { id: 'prod', eks: { name: 'prod', region: 'eu-west-1' } };
const PROM = { name: 'prom', kind: 'prometheus', url: 'https://prom.example' };
const AMP = 'https://aps-workspaces.eu-west-1.amazonaws.com/workspaces/ws-12ab';
const ALLOW = ['prom.example', 'aps-workspaces.eu-west-1.amazonaws.com'];
const signalsWith = (...sources: readonly object[]) => JSON.stringify({ allow: ALLOW, sources, signals: [] }, null, 2);

function deploy(SIGNALS: string, more: object = {}) {
  const context: Readonly<Record<string, unknown>> = { clusters: [CLUSTER], settings: { SIGNALS, ...more } };
  return readDeployment((key) => context[key]);
}
function granted(text: string | undefined) {
  const stack = bareStack();
  const { statements, environment } = new SignalSources(stack, 'Signals', text).read();
  return { environment, statements: statements.map((one) => stack.resolve(one.toStatementJson())) };
}

it('are put into the settings without blanks, a file read in place', () => {
  const text = signalsWith(PROM);
  const file = join(mkdtempSync(join(tmpdir(), 'ai4k8s-deploy-')), 'signals.json');
  writeFileSync(file, text);
  const short = JSON.stringify(JSON.parse(text));
  expect(deploy(text).settings.SIGNALS).toBe(short);
  expect(deploy(`@${file}`).settings.SIGNALS).toBe(short);
});

it('of LLM serving, as they are shipped, fit into a function, their scaling policy as it is', () => {
  const SIGNALS = deploy('@infra/deployments/signals.json').settings.SIGNALS ?? '';
  expect(granted(SIGNALS).environment).toEqual({ SIGNALS });
  const shipped = readSignals('@infra/deployments/signals.json');
  expect(readSignals(SIGNALS)).toEqual(shipped);
  expect(JSON.stringify(shipped)).toContain('"scaleUpAt":70,"queue":"queue-seconds"');
});

it('are read from a file as editors on Windows write it', () => {
  const file = join(mkdtempSync(join(tmpdir(), 'ai4k8s-deploy-')), 'signals.json');
  writeFileSync(file, `\uFEFF${signalsWith(PROM)}\r\n`);
  expect(deploy(`@${file}`).settings.SIGNALS).toBe(JSON.stringify(JSON.parse(signalsWith(PROM))));
});

it.each([
  ['a mistake', signalsWith({ ...PROM, url: 'http://x' }), 'settings.SIGNALS.sources.0.url: its host x is not on'],
  [
    'a password',
    signalsWith({ ...PROM, url: 'https://me:secret@prom.example' }),
    'settings.SIGNALS.sources.0.url: the password in it',
  ],
  [
    'a token',
    signalsWith({ ...PROM, headers: { Authorization: 'Bearer x' } }),
    'settings.SIGNALS.sources.0.headers.authorization: would be readable',
  ],
  [
    'no workspace',
    signalsWith({ ...PROM, sigv4: { region: 'eu-west-1' } }),
    'settings.SIGNALS.sources.0.url: shows no workspace',
  ],
  [
    'too much of it',
    signalsWith({ ...PROM, headers: { 'x-long': randomBytes(3500).toString('base64') } }),
    'Lambda takes 4096 in all',
  ],
])('with %s are refused in one line when the stack is made', (_, text, message) => {
  expect(() => deploy(text)).toThrow(message);
  expect(() => deploy(text)).toThrow(/^CDK context: [^\n]+$/);
});

it('of no source need nothing', () => {
  expect(granted(undefined)).toEqual({ environment: {}, statements: [] });
  expect(granted(signalsWith(PROM)).statements).toEqual([]);
});

it('are granted the secrets, the workspaces and the numbers that they name, and no others', () => {
  const arn = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:prom-AbCdEf';
  const { statements } = granted(
    signalsWith(
      { ...PROM, tokenSecretId: arn },
      { ...PROM, name: 'b', tokenSecretId: 'by-name' },
      { ...PROM, name: 'amp', url: AMP, sigv4: { region: 'eu-west-1' } },
      { name: 'cw', kind: 'cloudwatch', region: 'eu-west-1' },
    ),
  );
  expect(statements.map(({ Action }) => Action)).toEqual([
    'secretsmanager:GetSecretValue',
    'aps:QueryMetrics',
    'cloudwatch:GetMetricData',
  ]);
  const [secrets, workspaces, numbers] = statements.map(({ Resource }) => JSON.stringify(Resource));
  expect(secrets).toContain(arn);
  expect(secrets).toMatch(/:secret:by-name-\?{6}/);
  expect(workspaces).toMatch(/"arn:aws:aps:eu-west-1:.*:workspace\/ws-12ab"/);
  expect(numbers).toBe('"*"');
});

it('reach the functions that measure, not the one that answers reads', () => {
  const text = signalsWith(PROM, { name: 'cw', kind: 'cloudwatch', region: 'eu-west-1' });
  const { templates, remove } = synthesise(
    { Signals: { clusters: [CLUSTER], settings: { SIGNALS: text } } },
    { bundles: false },
  );
  try {
    const template = templates.Signals;
    if (template === undefined) throw new Error('no template');
    const has = (name: string) =>
      JSON.stringify(propertiesOf(template, 'AWS::Lambda::Function', `${name}Function`)).includes('"SIGNALS"');
    expect(['Tick', 'Command', 'Watchdog', 'Query'].map(has)).toEqual([true, true, true, false]);
  } finally {
    remove();
  }
});
