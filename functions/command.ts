// POST: every write of the API.
import { type CallerShare, makeCallerShare } from '../lib/app/api/caller-share.ts';
import { type CommandContext, makeCommandApi } from '../lib/app/api/command-api.ts';
import { type ApiHandler, lambdaHandler } from '../lib/app/api/lambda.ts';
import type { Caller } from '../lib/app/api/rights.ts';
import { readConfig } from '../lib/config.ts';
import { wireCommand } from '../lib/wire/command.ts';
import { invoked } from '../lib/wire/invoked.ts';
import { once } from '../lib/wire/once.ts';

type Context = Omit<CommandContext, 'requestedBy'> & { readonly callerOf: (env: unknown) => Caller };

export function makeHandler(context: Context, share: CallerShare = makeCallerShare(Date.now)): ApiHandler {
  const { callerOf } = context;
  const app = makeCommandApi({ ...context, requestedBy: (env) => callerOf(env).name });
  return lambdaHandler(app, { callerOf, share });
}

const wired = once(async () => makeHandler(await wireCommand(readConfig(process.env))));

export const handler: ApiHandler = invoked(async (event, context) => (await wired())(event, context));
