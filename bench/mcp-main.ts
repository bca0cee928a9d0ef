// `npm run bench:mcp`.
import { mcpCalls } from './mcp.ts';

await mcpCalls();
process.exit(0);
