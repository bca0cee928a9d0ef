// Programs of the control plane that die while tests run: they are named, with what their log says of it.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { startProgram } from './control-plane/programs.ts';

const folder = mkdtempSync(join(tmpdir(), 'programs-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let logs = 0;
/** Says `ready` by a file; tells into `deaths`. */
async function started(script: string) {
  logs += 1;
  const ready = join(folder, `ready-${logs}`);
  const program = startProgram('/bin/sh', ['-c', `touch ${ready}; ${script}`], join(folder, `${logs}.log`));
  await program.ready(async () => existsSync(ready));
  const deaths: string[] = [];
  program.onDeath((death) => deaths.push(death));
  return { program, deaths };
}

// Other systems have no setpriv, and bring a cluster of their own.
describe.runIf(process.platform === 'linux')('a program', () => {
  it('that ends by itself is told of once, with its code and the end of its log', async () => {
    const { program, deaths } = await started('seq 100; exit 3');
    await expect.poll(() => deaths).toHaveLength(1);
    await program.stop();
    await sleep(100);
    expect(deaths).toEqual(['sh ended unexpectedly (code 3); the end of its log:\n93\n94\n95\n96\n97\n98\n99\n100']);
  });

  it('that is killed is told of with the signal; what names a crash comes before its goroutines', async () => {
    const { deaths } = await started('echo good; echo "fatal error: fault"; seq 10000; kill -KILL $$');
    await expect.poll(() => deaths).toHaveLength(1);
    expect(deaths[0]).toMatch(/^sh ended unexpectedly \(SIGKILL\); the end of its log:\nfatal error: fault\n1\n2\n/);
  });

  it('that is stopped is not told of', async () => {
    const { program, deaths } = await started('exec sleep 60');
    await program.stop();
    await sleep(100);
    expect(deaths).toEqual([]);
  });

  it('that ends before it is ready fails its start, by a signal as well', async () => {
    const program = startProgram('/bin/sh', ['-c', 'echo bad flag; kill -TERM $$'], join(folder, 'start.log'));
    await expect(program.ready(async () => false)).rejects.toThrow('sh ended at its start:\nbad flag');
  });
});
