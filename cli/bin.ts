#!/usr/bin/env node
// What `ai4k8s` and `kubectl ai4k8s` start once the package is installed. Only this file is read by a Node that is too old.
import module from 'node:module';

const OLDEST = 24;

if (Number(process.versions.node.split('.')[0]) < OLDEST) {
  process.stderr.write(`error: ai4k8s needs Node ${OLDEST} or newer, and this is ${process.versions.node}\n`);
  process.exit(1);
}
// What is compiled once is kept, where NODE_COMPILE_CACHE says or beside other temporary files.
module.enableCompileCache();
await import('./main.ts');
