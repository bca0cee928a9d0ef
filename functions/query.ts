// The reads of the API. There is no cluster client in this function.
import { type ApiHandler, lambdaHandler } from '../lib/app/api/lambda.ts';
import { makeQueryApi, type QueryContext } from '../lib/app/api/query-api.ts';
import { readConfig } from '../lib/config.ts';
import { once } from '../lib/wire/once.ts';
import { wireQuery } from '../lib/wire/query.ts';

export function makeHandler(context: QueryContext): ApiHandler {
  return lambdaHandler(makeQueryApi(context));
}

const wired = once(async () => makeHandler(await wireQuery(readConfig(process.env))));

export const handler: ApiHandler = async (event, context) => (await wired())(event, context);
