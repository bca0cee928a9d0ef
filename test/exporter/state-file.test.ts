// What was learned outlives a restart, and a file that is anything else costs a warning and nothing more.
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { freshLearned } from '../../lib/domain/complexity/learned.ts';
import { loadLearned, saveLearned } from '../../lib/exporter/state-file.ts';
import { ask, expectNothingInFlight, type Running, startRunning } from './running-exporter.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'litebrain-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const PROMPT = JSON.stringify({ model: 'codellama', prompt: 'x' });
const run = async (file: string): Promise<Running> => {
  const running = await startRunning(undefined, { LITEBRAIN_STATE: file });
  await ask(`${running.url}/api/generate`, PROMPT);
  await expectNothingInFlight(running.exporter);
  await running.stop();
  return running;
};

describe('what was learned', () => {
  it('is kept at the end, for its owner alone and with nothing beside it, and goes on from there', async () => {
    const file = join(folder, 'learned.json');
    for (const outcomes of [1, 2]) {
      const { logged } = await run(file);
      expect(logged.join()).not.toContain('warn');
      expect(JSON.parse(readFileSync(file, 'utf8')).models.codellama.outcomes).toBe(outcomes);
    }
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['learned.json']);
  });

  it.each([
    ['is cut short', '{"version":1,"mod'],
    ['is of another version', '{"version":2,"models":{}}'],
    ['is no JSON', 'planted-secret'],
    ['is empty', ''],
    ['is far too large', 'x'.repeat(17 * 1024 * 1024)],
  ])('in a file that %s is told once and begun anew', async (_, text) => {
    const file = join(folder, 'learned.json');
    writeFileSync(file, text);
    const { logged } = await run(file);
    const warnings = logged.filter((line) => line.includes('cannot be read'));
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain('LITEBRAIN_STATE');
    expect(warnings[0]).not.toContain('planted');
    expect(JSON.parse(readFileSync(file, 'utf8')).models.codellama.outcomes).toBe(1);
  });

  it('where it cannot be written is told, and requests go on', async () => {
    const { logged } = await run(join(folder, 'no/such/folder.json'));
    expect(logged.filter((line) => line.includes('cannot be kept'))).toHaveLength(1);
    expect(logged.join()).toContain('ENOENT');
  });

  it('is the old or the new whole, whenever somebody reads', async () => {
    const file = join(folder, 'learned.json');
    await saveLearned(file, freshLearned());
    const writing = Promise.all([saveLearned(file, freshLearned())]);
    expect(loadLearned(file, (reason) => expect.fail(reason))).toEqual(freshLearned());
    await writing;
  });
});
