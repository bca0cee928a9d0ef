// `npm run docs`: writes docs/reference from the code.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { REFERENCES } from './references.ts';

for (const { file, make } of REFERENCES) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, make());
  process.stdout.write(`${file}\n`);
}
