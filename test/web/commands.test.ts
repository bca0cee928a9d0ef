// Commands that the page gives to copy: a name of a cluster is one word of a shell, and one text of YAML, whatever is in it.
import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import {
  annotateLine,
  annotationsYaml,
  cliLine,
  floorLine,
  scaleLine,
} from '../../web/app/src/parts/commands/commands.ts';
import { shellLine, shellWord } from '../../web/app/src/parts/commands/shell.ts';
import { yamlText } from '../../web/app/src/parts/commands/yaml.ts';

/** Without the one byte that no argument of a program may hold. */
const TEXT = fc
  .string({ unit: 'grapheme', maxLength: 30 })
  .filter((text) => !text.includes('\0') && text.isWellFormed());
const NASTY = fc.constantFrom(
  "'; rm -rf ~; '",
  '$(id)',
  '`id`',
  '"\n!!\nid\n',
  "\\'",
  '-rf',
  '--url=http://evil',
  '\u001b[201~id\n',
  '\u202egnp',
  '~root',
  '*',
  'a b',
  '',
  '=cmd',
);
const ref = { cluster: 'demo', namespace: 'shop', deployment: 'web', kind: 'Deployment' };

/** What bash makes of a line: its words. */
function wordsOf(line: string): readonly string[] {
  const script = `set -- ${line}\nfor word in "$@"; do printf '%s\\0' "$word"; done`;
  return execFileSync('bash', ['--norc', '-c', script], { encoding: 'utf8' }).split('\0').slice(0, -1);
}

describe('a word of a shell', () => {
  it('is the text again, whatever is in it', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(NASTY, TEXT), { minLength: 20, maxLength: 40 }), (words) => {
        expect(wordsOf(shellLine(words))).toEqual(words);
      }),
      { numRuns: 8 },
    );
  });

  it('has no control character left, so that pasting it runs nothing', () => {
    fc.assert(
      fc.property(fc.oneof(NASTY, TEXT), (text) => {
        expect(shellWord(text)).not.toMatch(/\p{Cc}|[\u2028-\u202e\u2066-\u2069]/u);
      }),
    );
  });

  it('is bare where that is plain', () => {
    expect(shellLine(['ai4k8s', '--cluster=demo', 'web-1'])).toBe('ai4k8s --cluster=demo web-1');
  });
});

describe('commands', () => {
  it('are those that their programs take', () => {
    expect(cliLine('http://127.0.0.1:8080', 'apply', ref)).toBe(
      'ai4k8s --url=http://127.0.0.1:8080 --cluster=demo apply --namespace=shop web',
    );
    expect(cliLine(null, 'enable', { ...ref, kind: 'StatefulSet' }, ['--max=9'])).toBe(
      'ai4k8s --cluster=demo enable --namespace=shop --kind=StatefulSet --max=9 web',
    );
    expect(annotateLine(ref, { paused: 'true' })).toBe(
      'kubectl --namespace=shop annotate deployment/web --overwrite ai4k8s.io/paused=true',
    );
    expect(scaleLine(ref, 4)).toBe('kubectl --namespace=shop scale deployment/web --replicas=4');
    expect(floorLine(ref, 'web', 4)).toBe(
      `kubectl --namespace=shop patch hpa/web --type=merge '--patch={"spec":{"minReplicas":4}}'`,
    );
  });

  it('of a workload whose name looks like an option are still of that workload', () => {
    const hostile = { ...ref, namespace: '--all', deployment: '--all' };
    expect(wordsOf(annotateLine(hostile, { paused: 'true' }))).toEqual([
      'kubectl',
      '--namespace=--all',
      'annotate',
      'deployment/--all',
      '--overwrite',
      'ai4k8s.io/paused=true',
    ]);
    expect(wordsOf(cliLine(null, 'undo', hostile)).slice(-2)).toEqual(['--', '--all']);
  });
});

describe('YAML', () => {
  it('reads back as it was', () => {
    const text = fc.oneof(NASTY, TEXT, fc.constantFrom('true', 'no', '1e3', 'null', '- a', '\u0085\u2028\ufeff'));
    const map = fc.dictionary(text, fc.oneof(text, fc.integer(), fc.boolean()), {
      minKeys: 1,
      maxKeys: 4,
      noNullPrototype: true,
    });
    fc.assert(
      fc.property(map, (one) => {
        expect(load(yamlText({ metadata: one }))).toEqual({ metadata: one });
      }),
    );
  });

  it('of annotations has each as a text', () => {
    expect(annotationsYaml({ 'max-replicas': '20', mode: 'scale' })).toBe(
      'metadata:\n  annotations:\n    ai4k8s.io/max-replicas: "20"\n    ai4k8s.io/mode: "scale"',
    );
  });
});
