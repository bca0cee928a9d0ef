// `ai4k8s verify` against an account in which everything is as it was deployed.
import { describe, expect, it } from 'vitest';
import { isProven } from '../../../cli/check.ts';
import { dataText } from '../../../cli/output.ts';
import { verifyData, verifyText } from '../../../cli/verify/report.ts';
import { type StackToVerify, stackToVerify } from '../../make/verified-stack.ts';

const start = stackToVerify();

async function inOrder(): Promise<StackToVerify> {
  const stack = await start();
  await stack.tick(20);
  return stack;
}

describe('a stack in order', () => {
  it('has every check ok, a line each, and a bill', async () => {
    const stack = await inOrder();
    const verified = await stack.verify();
    const text = verifyText(verified);
    expect(verified.sections.flatMap(({ checks }) => checks).filter(({ status }) => status !== 'ok')).toEqual([]);
    expect(isProven(verified.sections)).toBe(true);
    for (const line of [
      /✓ identity: arn:aws:iam::111122223333:user\/ann, account 111122223333/,
      /✓ stack: UPDATE_COMPLETE since .* in eu-west-1, 1 cluster/,
      /✓ table: ai4k8s is ACTIVE, keys pk HASH, sk RANGE, PAY_PER_REQUEST/,
      /✓ table forgets: TTL is ENABLED on expires_at/,
      /✓ dead letters shards: empty/,
      /✓ secret: .* no value yet/,
      /✓ API refuses strangers \(GET\): without a signature it answers 403/,
      /✓ API refuses strangers \(POST\): without a signature it answers 403/,
      /✓ alarms: \d+ of \d+ are OK/,
      /✓ access entries: tick, evaluate, command, watchdog are let in/,
      /✓ last tick: finished \d+ s ago, says the table; one is due every 60 s/,
      /✓ API status: signed it answers: workloads 2, enabled 1/,
      /✓ function tick: \d+ runs, 430 ms each/,
      /✓ units: 25\.0 written and 26\.0 read a tick/,
      /✓ bill: \$\d+\.\d\d a month, \d+\.\d\d ¢ a workload \(2 seen\)/,
      /The stack works as deployed: \d+ in order, 0 broken, 0 to know\.$/,
    ])
      expect(text).toMatch(line);
    const json = JSON.parse(dataText(verifyData(verified), 'json') ?? '');
    expect(json).toMatchObject({ ok: true, trial: null, measured: { writeUnits: expect.any(Number) } });
    expect(json.checks[0]).toMatchObject({ name: 'identity', status: 'ok', mend: null });
  });

  it('is only read: nothing that was asked changes anything, and no secret is read', async () => {
    const stack = await inOrder();
    await stack.verify();
    expect(
      [...new Set(stack.account.calls)].filter((call) => !/:(Describe|List|Get(?!SecretValue))/.test(call)),
    ).toEqual([]);
  });
});
