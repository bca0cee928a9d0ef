// The writes of the API: policies, schedules and HPAs.
import * as z from 'zod';
import { type CommandContext, makeCommandApi } from '../lib/app/api/command-api.ts';
import { type ApiHandler, lambdaHandler } from '../lib/app/api/lambda.ts';
import { readConfig } from '../lib/config.ts';
import { wireCommand } from '../lib/wire/command.ts';
import { once } from '../lib/wire/once.ts';

/** Where API Gateway puts the caller whose signature it checked. */
const signedCaller = z.object({
  requestContext: z.object({ authorizer: z.object({ iam: z.object({ userArn: z.string() }) }) }),
});

export function makeHandler(context: Omit<CommandContext, 'requestedBy'>): ApiHandler {
  return lambdaHandler(makeCommandApi({ ...context, requestedBy: callerOf }));
}

function callerOf(env: unknown): string | null {
  const parsed = signedCaller.safeParse(env);
  return parsed.success ? parsed.data.requestContext.authorizer.iam.userArn : null;
}

const wired = once(async () => makeHandler(await wireCommand(readConfig(process.env))));

export const handler: ApiHandler = async (event, context) => (await wired())(event, context);
