// Writes the OpenAPI document. argv: where to.
import { writeFileSync } from 'node:fs';
import { openApiText } from '../../lib/app/api/openapi-document.ts';
import { VERSION } from '../../lib/version.ts';

writeFileSync(String(process.argv[2]), openApiText(VERSION));
