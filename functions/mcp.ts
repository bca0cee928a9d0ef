// MCP for agents, deployed: POST /mcp reads, POST /mcp/write may also propose and pause. It holds no table and no cluster client: it
// asks the API's own functions, as whoever called it.
import type { HttpApiEvent } from '../lib/app/api/lambda.ts';
import { VERSION } from '../lib/version.ts';
import { wireApiFunctions } from '../lib/wire/api-functions.ts';
import { once } from '../lib/wire/once.ts';
import { type ApiFunctions, type FunctionAnswer, serveMcp } from '../mcp/serve.ts';

type McpHandler = (event: HttpApiEvent) => Promise<FunctionAnswer>;

export function makeHandler(functions: ApiFunctions): McpHandler {
  return (event) => serveMcp(event, functions, VERSION);
}

const wired = once(async () => makeHandler(wireApiFunctions(process.env)));

export const handler: McpHandler = async (event) => (await wired())(event);
