// `ai4k8s dashboard`: the page for an API that is deployed, signed for here, so that nothing public is deployed.
import { once } from 'node:events';
import { defaultProvider } from '@aws-sdk/credential-provider-node';
import { Command } from 'commander';
import type { ApiTarget } from '../api-client.ts';
import { whole } from '../number-option.ts';
import { say } from '../terminal.ts';
import { openInBrowser } from './open.ts';
import { startDashboard } from './server.ts';
import { addressWith, newToken } from './token.ts';

interface Given {
  readonly port: number;
  readonly readOnly?: true;
  readonly open?: true;
}

/** @param targetOf the API that is meant, once all options are read */
export function dashboardCommand(targetOf: () => ApiTarget): Command {
  return new Command('dashboard')
    .description('the page, for this machine alone: its calls are signed with your credentials')
    .option('--port <n>', 'on 127.0.0.1; 0 takes any that is free', whole(0, 65_535), 8090)
    .option('--read-only', 'shows, and lets nothing be changed')
    .option('--open', 'opens it in the browser')
    .addHelpText(
      'after',
      `
The address that it prints ends in a token of this start. Whoever has it acts with your credentials: keep it to yourself.
Only programs of this machine reach it, and no page of another site. Ctrl-C ends it, and the token with it.`,
    )
    .action(async ({ port, readOnly, open }: Given) => {
      const target = { ...targetOf(), credentials: defaultProvider() };
      const token = newToken();
      const { url, close } = await startDashboard(port, { target, isReadOnly: readOnly === true, token });
      const address = addressWith(url, token);
      say(`The page of ${target.url}${readOnly ? ', read-only' : ''}: ${address}`);
      if (open && !(await openInBrowser(address))) say('No browser was found: open the address by hand.');
      say('Ctrl-C ends it.');
      await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM'), once(process, 'SIGHUP')]);
      await close();
    });
}
