// What `--data` takes, and what it refuses by name before anything is started.
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkedDataFolder } from '../../local/data-folder.ts';
import { endpointIn } from '../../local/embedded-endpoint.ts';

let base: string;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'ai4k8s-folder-'));
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

function aFile(): string {
  const file = join(base, 'file');
  writeFileSync(file, '');
  return file;
}

describe('a data folder', () => {
  it.each<[string, () => string, RegExp]>([
    ['no name', () => '', /--data "" .*names no folder/],
    ['a blank name', () => '  ', /names no folder/],
    ['a NUL byte', () => `${base}/a\0b`, /NUL byte/],
    ['a file', aFile, /it is a file, not a folder/],
    ['a path through a file', () => join(aFile(), 'deeper', 'still'), /a part of its path is a file/],
    ['a place where nothing can be made', () => '/proc/ai4k8s/data', /it cannot be made there|cannot be written/],
    ['a name that is too long', () => join(base, 'x'.repeat(300)), /its name is too long/],
    [
      'a link that leads nowhere',
      () => {
        symlinkSync(join(base, 'gone', 'there'), join(base, 'link'));
        return join(base, 'link');
      },
      /a link that leads nowhere/,
    ],
    [
      'a circle of links',
      () => {
        symlinkSync(join(base, 'b'), join(base, 'a'));
        symlinkSync(join(base, 'a'), join(base, 'b'));
        return join(base, 'a', 'data');
      },
      /circle of links/,
    ],
    [
      'a folder with other people’s files',
      () => {
        for (const name of ['report.docx', 'photo.jpg', 'package.json', 'z']) writeFileSync(join(base, name), '');
        return base;
      },
      /other files \(package\.json, photo\.jpg, report\.docx …\) and no table of ours/,
    ],
    [
      'a folder whose CURRENT is not LevelDB’s',
      () => {
        writeFileSync(join(base, 'CURRENT'), 'issue of the month');
        writeFileSync(join(base, 'notes.txt'), '');
        return base;
      },
      /other files \(notes\.txt\)/,
    ],
  ])('refuses %s in one line that names it', (_what, make, why) => {
    const given = make();
    expect(() => checkedDataFolder(given)).toThrow(why);
    expect(() => checkedDataFolder(given)).toThrow(/^--data "[^\n]*$/);
  });

  it.skipIf(process.getuid?.() === 0)('refuses one that may not be written', () => {
    chmodSync(base, 0o500);
    expect(() => checkedDataFolder(base)).toThrow(/permission denied/);
  });

  it('takes a new one, an empty one, one of an earlier start however that ended, and one with notes beside the table', () => {
    expect(checkedDataFolder(join(base, 'new', 'deep'))).toBe(join(base, 'new', 'deep'));
    mkdirSync(join(base, 'killed'));
    for (const name of ['LOCK', 'LOG', 'MANIFEST-000002', '000003.log', 'world.json.new', 'endpoint.json'])
      writeFileSync(join(base, 'killed', name), '');
    expect(checkedDataFolder(join(base, 'killed'))).toBe(join(base, 'killed'));
    mkdirSync(join(base, 'noted'));
    writeFileSync(join(base, 'noted', 'CURRENT'), 'MANIFEST-000004\n');
    writeFileSync(join(base, 'noted', 'README'), '');
    expect(checkedDataFolder(join(base, 'noted'))).toBe(join(base, 'noted'));
  });

  it('is not taken for open because a process that was killed once said so', () => {
    const told = { endpoint: 'http://127.0.0.1:1', tableName: 'ai4k8s' };
    writeFileSync(join(base, 'endpoint.json'), JSON.stringify({ ...told, pid: 2 ** 22 + 1 }));
    expect(endpointIn(base)).toBeNull();
    writeFileSync(join(base, 'endpoint.json'), JSON.stringify({ ...told, pid: process.pid }));
    expect(endpointIn(base)).toMatchObject(told);
    // As older releases wrote it.
    writeFileSync(join(base, 'endpoint.json'), JSON.stringify(told));
    expect(endpointIn(base)).toMatchObject(told);
  });
});
