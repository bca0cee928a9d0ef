// Nothing that anybody asks or is answered is kept, logged or told: a secret planted everywhere is found nowhere.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { readSettings } from '../../lib/exporter/settings.ts';
import { line, OLLAMA_FIGURES } from '../stand-ins/model-server.ts';
import { ask, begin, expectNothingInFlight, type Running, startRunning } from './running-exporter.ts';

const SECRET = 'xyzzy-plugh-31337';
let running: Running;
const folder = mkdtempSync(join(tmpdir(), 'litebrain-'));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('a secret in prompts, headers, names of models, paths and answers', () => {
  it('is in no log, no metric, no state and no error of ours', async () => {
    running = await startRunning(
      (request, response) => {
        if (request.url?.includes('hang')) return;
        if (request.url?.includes('break')) return void request.socket.destroy();
        request.resume();
        response.writeHead(request.url?.includes('refuse') ? 500 : 200, { 'content-type': 'application/x-ndjson' });
        response.end(line({ response: SECRET, done: true, ...OLLAMA_FIGURES, [SECRET]: 1 }));
      },
      {
        LITEBRAIN_STATE: join(folder, 'state.json'),
        LITEBRAIN_TIMEOUT_SECONDS: '1',
        LITEBRAIN_PROCESS_METRICS: 'true',
      },
    );
    const body = JSON.stringify({
      model: SECRET,
      prompt: SECRET,
      messages: [{ role: SECRET, content: SECRET }],
      [SECRET]: SECRET,
    });
    const headers = { authorization: `Bearer ${SECRET}`, [`x-${SECRET}`]: SECRET };
    const answers: string[] = [];
    const paths = ['/api/chat', '/api/generate', '/v1/chat/completions'];
    const all = [
      ...paths,
      ...paths.map((path) => `/break${path}`),
      '/v1/hang/chat/completions',
      `/break/${SECRET}`,
      '/refuse/v1/completions',
    ];
    for (const path of all)
      for (const sent of [body, body.slice(0, -3), SECRET]) {
        const { answer, body: said } = await ask(`${running.url}${path}?q=${SECRET}`, sent, {
          headers: { ...headers, 'content-encoding': sent === SECRET ? SECRET : 'identity' },
        });
        if ([502, 504].includes(answer.statusCode ?? 0)) answers.push(said);
      }
    const gone = begin(`${running.url}/v1/hang/completions`, { method: 'POST', headers });
    gone.sent.write(body);
    gone.sent.destroy();
    await expectNothingInFlight(running.exporter);
    const metrics = await running.exporter.metrics();
    await running.model.close();
    answers.push((await ask(`${running.url}/${SECRET}`, body, { headers })).body);
    answers.push((await ask(`${running.url}/`, body, { headers: { host: `${SECRET}.example` } })).body);
    await running.exporter.stop();
    const state = readdirSync(folder).map((file) => readFileSync(join(folder, file), 'utf8'));
    expect(state).toHaveLength(1);
    expect(state[0]).toContain('"other"');
    expect(answers.length).toBeGreaterThan(10);
    for (const text of [metrics, ...running.logged, ...state, ...answers]) {
      expect(text).not.toContain(SECRET);
      expect(text).not.toMatch(/xyzzy|plugh|31337/);
    }
  });

  it('that is a password in an address is not shown when the address is refused', () => {
    const read = readSettings({
      OLLAMA_HOST: `user:${SECRET}@host:1`,
      LITELLM_BASE_URL: `https://${SECRET}@host`,
      LITEBRAIN_UPSTREAM_METRICS: `http://u:${SECRET}@h/metrics`,
    });
    expect(JSON.stringify(read)).not.toContain(SECRET);
    expect('mistakes' in read && read.mistakes).toHaveLength(3);
  });
});
