#!/usr/bin/env node
// What kubectl asks at Tab behind `kubectl ai4k8s`: it finds us by our name on the path, and reads what shells read of `complete`.
process.argv.splice(2, 0, 'complete', '--');
await import('./bin.ts');

export {};
