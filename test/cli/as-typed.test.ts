// Whoever installed the command line is told commands that they can type, from texts that are written for a clone.
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asTyped, asTypedBy } from '../../cli/as-typed.ts';

const ROOT = join(import.meta.dirname, '../..');
const installed = (text: string) => asTypedBy(text, 'kubectl ai4k8s', '/opt/ai4k8s/dist/infra/manifests/');

describe('a text of ours, where it was installed', () => {
  it.each([
    ['try: npm run ai4k8s -- status', 'try: kubectl ai4k8s status'],
    ['npm run -s ai4k8s -- -o json forecast', 'kubectl ai4k8s -o json forecast'],
    ['start it with "npm start", or set --url', 'start it with "kubectl ai4k8s local", or set --url'],
    ['npm start -- --data DIR', 'kubectl ai4k8s local --data DIR'],
    ['Usage: npm start -- [options]', 'Usage: kubectl ai4k8s local [options]'],
    ['kubectl apply -f infra/manifests/rbac.yaml', 'kubectl apply -f /opt/ai4k8s/dist/infra/manifests/rbac.yaml'],
    ['/srv/infra/manifests/rbac.yaml', '/srv/infra/manifests/rbac.yaml'],
    ['npm run ai4k8s-other', 'npm run ai4k8s-other'],
  ])('%s', (text, told) => expect(installed(text)).toBe(told));

  it('is left alone where it names nothing of that, and once it is told', () => {
    fc.assert(
      fc.property(fc.string(), (text) => void expect(installed(text)).toBe(text)),
      { examples: [['$& $1']] },
    );
    const pieces = fc.constantFrom('npm start', 'npm run ai4k8s -- ', 'infra/manifests/', ' ', 'x', '$&', '\n');
    fc.assert(
      fc.property(fc.array(pieces), (words) => {
        const told = installed(words.join(''));
        expect(installed(told)).toBe(told);
      }),
    );
  });

  it('names no script of a clone, wherever the command line and the embedded mode speak of one', () => {
    const files = globSync(['cli/**/*.ts', 'local/*.ts', 'local/simulated-cluster/**/*.ts'], { cwd: ROOT });
    const told = files
      .filter((file) => !file.endsWith('as-typed.ts'))
      .flatMap((file) => readFileSync(join(ROOT, file), 'utf8').split('\n'))
      .filter((line) => /npm (run|start)\b/.test(line) && !/^\s*(\/\/|\/?\*)/.test(line));
    expect(told.length).toBeGreaterThan(30);
    expect(told.filter((line) => /npm (run|start)\b/.test(installed(line).replace(/ \/\/ .*$/, '')))).toEqual([]);
  });

  it('stays as it is in a clone', () => {
    expect(asTyped('npm run ai4k8s -- status')).toBe('npm run ai4k8s -- status');
  });
});
