// A packed setting is the text it was, and shorter where it repeats itself; a plain one is left as it is.
import { randomBytes } from 'node:crypto';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { functionEnvironment } from '../infra/function-environment.ts';
import { readConfig } from '../lib/config.ts';
import { packed, unpacked } from '../lib/packed-setting.ts';

it('comes back as the text it was', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 5000 }), (text) => unpacked(packed(text)) === text));
});

it('a plain text is left as it is', () => {
  fc.assert(fc.property(fc.json(), (text) => unpacked(text) === text));
});

it.each(['br:', 'br:xyz', `br:${Buffer.from('no brotli').toString('base64')}`])(
  '%s, which is not what it says, is refused by the name of its variable',
  (CLUSTERS) => {
    expect(() => readConfig({ TABLE_NAME: 'table', CLUSTERS })).toThrow('CLUSTERS: expected JSON such as');
  },
);

it('that would be huge when unpacked is not unpacked', () => {
  expect(() => unpacked(packed(' '.repeat(2 * 1024 ** 2)))).toThrow();
});

const clusterOf = (i: number) => ({ id: `c${i}`, eks: { name: `cluster-${i}`, region: 'eu-west-1' } });

it('is packed only where it has to be', () => {
  const few = JSON.stringify(Array.from({ length: 10 }, (_, i) => clusterOf(i)));
  const many = JSON.stringify(Array.from({ length: 80 }, (_, i) => clusterOf(i)));
  expect(functionEnvironment({ CLUSTERS: few }).CLUSTERS).toBe(few);
  const { CLUSTERS = '' } = functionEnvironment({ CLUSTERS: many });
  expect(readConfig({ TABLE_NAME: 'table', CLUSTERS }).CLUSTERS).toHaveLength(80);
});

it.each([
  ['CLUSTERS', 'CDK context: clusters: it has', 'deploy a second stack for some of the clusters'],
  ['SIGNALS', 'CDK context: settings.SIGNALS: it has', 'shorten queries'],
  ['LLM_PRICES', 'CDK context: settings.LLM_PRICES: it has', 'shorten it'],
])('%s that does not fit even so is refused by name, with the limit and what to do', (name, field, remedy) => {
  const random = randomBytes(6000).toString('base64');
  const refuse = () => functionEnvironment({ [name]: random });
  expect(refuse).toThrow(field);
  expect(refuse).toThrow('Lambda takes 4096 in all');
  expect(refuse).toThrow(remedy);
});
