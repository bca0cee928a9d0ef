// The references that are made from the code, by the file each is written to.
import { join } from 'node:path';
import { openApiText } from '../../lib/app/api/openapi-document.ts';
import { apiReference } from './api-reference.ts';
import { cliReference } from './cli-reference.ts';

const FOLDER = join(import.meta.dirname, '../../docs/reference');

export const REFERENCES = [
  { file: join(FOLDER, 'api.md'), make: () => apiReference(JSON.parse(openApiText('any'))) },
  { file: join(FOLDER, 'cli.md'), make: cliReference },
] as const;
