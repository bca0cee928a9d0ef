// `npm run bench:page`.
import { benchPage } from './page.ts';

process.exitCode = (await benchPage()) ? 0 : 1;
