// GET: recommendations, status, history. There is no cluster client in this function.
import { handle } from 'hono/aws-lambda';
import { makeQueryApi, type QueryContext } from '../lib/app/api/query-api.ts';
import { readConfig } from '../lib/config.ts';
import { once } from '../lib/wire/once.ts';
import { wireQuery } from '../lib/wire/query.ts';

type Handler = ReturnType<typeof handle>;

export function makeHandler(context: QueryContext): Handler {
  return handle(makeQueryApi(context));
}

const wired = once(async () => makeHandler(await wireQuery(readConfig(process.env))));

export const handler: Handler = async (event, context) => (await wired())(event, context);
