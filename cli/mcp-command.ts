// `ai4k8s mcp`: the API as tools for an agent that starts this as a process. Standard output is the protocol's alone.
import { once } from 'node:events';
import { defaultProvider } from '@aws-sdk/credential-provider-node';
import { Command } from 'commander';
import { VERSION } from '../lib/version.ts';
import { type Answered, type Ask, bodyIn, requestOf } from '../mcp/ask.ts';
import { mcpServer } from '../mcp/server.ts';
import { type ApiTarget, sendTo } from './api-client.ts';
import { unreachableText } from './no-answer.ts';
import { complain, messageOf } from './terminal.ts';

const PATIENCE_MS = 29_000;

/** @param targetOf the API that is meant, once all options are read */
export function mcpCommand(targetOf: () => ApiTarget): Command {
  return new Command('mcp')
    .description('the API as tools for an AI agent (Model Context Protocol, over stdio); it reads, unless it may write')
    .option('--allow-writes', 'also propose_change, which a person answers, and pause, which ends by itself')
    .addHelpText(
      'after',
      `
An agent's program starts it; docs/agents.md has the lines that tell it to. It acts with your credentials on the API of --url,
and answers for the cluster of --cluster where no other is named.`,
    )
    .action(async ({ allowWrites }: { allowWrites?: true }) => {
      const target = { ...targetOf(), credentials: defaultProvider() };
      const { serveStdio } = await import('@modelcontextprotocol/server/stdio');
      const options = {
        isWriting: allowWrites === true,
        version: VERSION,
        ...(target.cluster !== null && { cluster: target.cluster }),
      };
      const ask = askAt(target);
      const { close } = serveStdio(() => mcpServer(ask, options), { onerror: (error) => complain(messageOf(error)) });
      await Promise.race([once(process.stdin, 'close'), once(process, 'SIGINT'), once(process, 'SIGTERM')]);
      await close();
    });
}

/** Asks the API as every command does. */
function askAt(target: ApiTarget): Ask {
  return async (question): Promise<Answered> => {
    const { method, path, query, body } = requestOf(question);
    const address = new URL(path, target.url);
    address.search = query;
    const typed = body === null ? {} : { headers: { 'content-type': 'application/json' }, body };
    try {
      const answer = await sendTo(target, address, { method, ...typed, signal: AbortSignal.timeout(PATIENCE_MS) });
      return { status: answer.status, body: bodyIn(await answer.text()) };
    } catch (error) {
      throw new Error(unreachableText(target, error));
    }
  };
}
