// The reads of the API. There is no cluster client in this function.
import { type CallerShare, makeCallerShare } from '../lib/app/api/caller-share.ts';
import { type ApiHandler, lambdaHandler } from '../lib/app/api/lambda.ts';
import { makeQueryApi, type QueryContext } from '../lib/app/api/query-api.ts';
import type { Caller } from '../lib/app/api/rights.ts';
import { readConfig } from '../lib/config.ts';
import { invoked } from '../lib/wire/invoked.ts';
import { once } from '../lib/wire/once.ts';
import { wireQuery } from '../lib/wire/query.ts';

type Context = QueryContext & { readonly callerOf: (env: unknown) => Caller };

export function makeHandler(context: Context, share: CallerShare = makeCallerShare(Date.now)): ApiHandler {
  return lambdaHandler(makeQueryApi(context), { callerOf: context.callerOf, share });
}

const wired = once(async () => makeHandler(await wireQuery(readConfig(process.env))));

export const handler: ApiHandler = invoked(async (event, context) => (await wired())(event, context));
