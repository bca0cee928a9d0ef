// `npm run bench:api`.
import { apiReads } from './api-reads.ts';

await apiReads();
process.exit(0);
