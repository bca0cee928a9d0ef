// Enabling on a terminal and off it: an HPA is offered, and made where somebody says so.
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { AnswerBody } from '../../cli/answer-text.ts';
import { askApi } from '../../cli/api-client.ts';
import { type AskPerson, enabledText, offered } from '../../cli/hpa-offer.ts';
import { oneLined } from '../../cli/terminal.ts';
import { type Embedded, simulated, startEmbedded } from '../make/embedded.ts';

let system: Embedded;
beforeAll(async () => {
  system = await startEmbedded(['a', 'b', 'c'].map((name) => simulated({ name })));
  await system.tick();
});
afterAll(() => system.close());

async function enabling(deployment_name: string, ask: AskPerson, mode = 'auto') {
  const target = { url: system.url, cluster: 'demo' };
  const body = { deployment_name, namespace: 'shop', mode };
  const answer = await offered(target, await askApi(target, 'predictive/enable', { body }), ask);
  const whole = (await answer.json()) as AnswerBody;
  const hpas = await system.ports.hpas.list('demo', 'shop');
  const text = enabledText(oneLined(whole), 'text', whole) ?? '';
  return { text, isMade: hpas.some(({ name }) => name === `${deployment_name}-hpa`), whole };
}

it('a script makes none, and prints it for Git with the command that makes it', async () => {
  const { text, isMade } = await enabling('a', async () => null);
  expect(isMade).toBe(false);
  expect(text).toMatch(/^shop\/a is enabled in mode auto/);
  expect(text.replaceAll(/\s+/g, ' ')).toContain('made at once by "npm run ai4k8s -- enable a -n shop --hpa"');
  expect(text).toContain('\n\napiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata:\n  name: a-hpa\n');
});

it.each([
  ['b', 'n', false],
  ['b', 'No', false],
  ['b', 'what?', false],
  ['b', '', true],
  ['c', 'Yes', true],
])('of %s a person who types %j', async (name, typed, isMade) => {
  let asked = '';
  const made = await enabling(name, async (question) => {
    asked = question;
    return typed;
  });
  expect(asked).toMatch(/\nCreate it now\? \[Y\/n\] $/);
  expect(made.isMade).toBe(isMade);
  expect(made.text).not.toContain('apiVersion');
  expect(made.text.replaceAll(/\s+/g, ' ').includes(`HPA ${name}-hpa created: cpu at 70 %, memory at 80 %`)).toBe(
    isMade,
  );
});

it('in mode recommend nobody is asked', async () => {
  const never = () => Promise.reject(new Error('asked'));
  const { text } = await enabling('a', never, 'recommend');
  expect(text).toContain('For Git, once it is to act:');
});
