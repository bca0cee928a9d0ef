// Says what to do when the Node that runs this is too old to run TypeScript as it is; plain JavaScript, so that it can. What is
// compiled once is kept, in a folder that is this project's own: a command starts in half the time.
import module from 'node:module';
import { fileURLToPath } from 'node:url';

if (Number(process.versions.node.split('.')[0]) < 24) {
  console.error(
    `Node ${process.versions.node} is too old: this project brings its own Node 24 as the npm package "node".\n` +
      'Run "npm ci" (without --ignore-scripts) and start through npm, for example "npm start".',
  );
  process.exit(1);
}
module.enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/node', import.meta.url)));
