// Escapes planted in everything that is printed: none of them reaches a terminal, and JSON loses nothing.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { answerText } from '../../cli/answer-text.ts';
import type { JobResult } from '../../cli/backtest/job.ts';
import { backtestJson, backtestTable } from '../../cli/backtest/report.ts';
import { broken } from '../../cli/check.ts';
import { doctorData, doctorText } from '../../cli/doctor/report.ts';
import { dataText } from '../../cli/output.ts';
import { jsonText, oneLine, oneLined, printable } from '../../cli/terminal.ts';
import { makeConsoleEvents, makeConsoleLog } from '../../local/console-log.ts';
import { hints } from '../../local/hints.ts';

const ESC = String.fromCharCode(27);
const CSI = String.fromCharCode(0x9b);
const RTL = String.fromCharCode(0x202e);
/** Clears the screen, sets a title, hides a link, goes back a line, overwrites, turns text round, hides a space. */
const EVIL = [
  `${ESC}[2J`,
  `${ESC}]0;owned\u0007`,
  `${ESC}]8;;http://evil.example\u0007ok${ESC}]8;;\u0007`,
  `${CSI}2J\u009d0;owned\u009c`,
  `a\rb\u0008\u007f`,
  `${RTL}gpj.exe`,
  'in\u200bvisible\ufeff',
  'a\u2028b\u2029c\ud800',
].join('');
const OBEYED = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

function expectClean(text: string): void {
  expect(text.replaceAll('\n', '')).not.toMatch(OBEYED);
}

const nasty = fc.array(fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom(...EVIL, '\n', '\t', '🙂')), {
  maxLength: 20,
});
const text = nasty.map((parts) => parts.join(''));

describe('what is written to a terminal', () => {
  it('holds nothing that a terminal obeys or that is not seen, whatever came in', () => {
    fc.assert(
      fc.property(text, (any) => {
        expectClean(printable(any).replaceAll('\t', ''));
        expect(oneLine(any)).not.toMatch(OBEYED);
        expectClean(jsonText({ [any]: [any] }, 2));
        expect(JSON.stringify(oneLined({ [any]: [any, { any }] }))).not.toMatch(OBEYED);
      }),
    );
  });

  it('is what came in where that is harmless, and JSON always', () => {
    fc.assert(
      fc.property(text, fc.stringMatching(/^[ -~äöü→█🙂\n]*$/u), (any, harmless) => {
        expect(JSON.parse(jsonText({ [any]: any }, 2))).toEqual({ [any]: any });
        expect(printable(harmless)).toBe(harmless);
      }),
    );
  });
});

describe('escapes in', () => {
  afterEach(() => vi.restoreAllMocks());

  it('log fields and events of the cluster end at the console', async () => {
    let out = '';
    const write = (chunk: unknown) => {
      out += String(chunk);
      return true;
    };
    vi.spyOn(process.stdout, 'write').mockImplementation(write);
    vi.spyOn(process.stderr, 'write').mockImplementation(write);
    makeConsoleLog(true).warn(`observation incomplete${EVIL}\n`, { problem: `web${EVIL}\nforged line` });
    const detail = {
      namespace: EVIL,
      name: `a\nb${EVIL}`,
      current: 1,
      target: 2,
      source: EVIL,
      reason: EVIL,
      outcome: '',
    };
    await makeConsoleEvents().publish([{ type: 'DecisionApplied', at: 0, detail }]);
    expectClean(out);
    expect(out.split('\n')).toHaveLength(3);
  });

  it('a change is told in a hundred columns, in plain words', async () => {
    const detail = {
      namespace: 'default',
      name: 'checkout',
      current: 16,
      target: 18,
      source: 'predictive',
      reason:
        'cpu needs 18 replicas: what may come before new pods serve, a missing replica weighed as 36 idle ones, and no fewer than were wanted in the last 5 minutes',
      outcome: 'o'.repeat(150),
    };
    let out = '';
    vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
      out += String(chunk);
      return true;
    });
    await makeConsoleEvents().publish([{ type: 'DecisionApplied', at: 0, detail }]);
    await makeConsoleEvents().publish([{ type: 'DecisionProposed', at: 0, detail }]);
    const [first = '', second = ''] = out.split('\n');
    expect(first).toBe(
      '01-01 00:00  default/checkout  16 → 18  (cpu needs 18 replicas for what may come while pods start)',
    );
    expect([first.length, second.length]).toEqual([98, 100]);
  });

  it('answers of the API end at the command line, whatever their shape', () => {
    const line = { timestamp: EVIL, current_replicas: 1, target_replicas: 2, source: EVIL, reason: `${EVIL}\nforged` };
    const bodies = [
      { decisions: [{ ...line, outcome: EVIL, outcome_message: EVIL }] },
      { message: EVIL, given_back: [EVIL], failed: [EVIL] },
      {
        decision: {
          ...line,
          outcome: EVIL,
          outcome_message: EVIL,
          verdicts: [{ effect: EVIL, guardrail: EVIL, message: EVIL }],
        },
        recommendations: { [EVIL]: { success: true, reasoning: EVIL } },
      },
    ];
    for (const body of bodies) {
      const said = answerText(oneLined(body)) ?? '';
      expectClean(said);
      expect(said).not.toMatch(/^forged/m);
    }
  });

  it('findings of the doctor, and names of traces, end in their reports', () => {
    const sections = [{ title: `cluster ${EVIL}`, checks: [broken(EVIL, `${EVIL}\nforged`, `kubectl ${EVIL}`)] }];
    expectClean(doctorText(sections));
    for (const format of ['json', 'yaml'] as const)
      expectClean(printable(dataText(doctorData(sections), format) ?? ''));
    const result = {
      label: `${EVIL}\nforged`,
      policy: 'hpa',
      violationPct: 1,
      cost: 1,
      changesPerHour: 1,
      unservedPct: 0,
      capacity: 1,
      scoredFrom: 0,
      scoredHours: 1,
      tookSeconds: 1,
      advice: null,
    } as unknown as JobResult;
    expectClean(backtestTable([result], 99, [`${EVIL}.csv: bad`]));
    expectClean(backtestJson([result], 99, new Map()));
    expect(JSON.parse(backtestJson([result], 99, new Map())).trace).toBe(`${EVIL}\nforged`);
  });

  it('a name are one word to the shell that the lines are copied into', () => {
    const row = { namespace: 'a', deployment: `x'; echo owned; '` } as Parameters<typeof hints>[3];
    const lines = hints('http://127.0.0.1:1', 'demo', `/tmp/it's/kubeconfig`, row).split('\n').slice(1);
    const told = 'told() { printf "[%s]" "$@"; }; alias npm=told; alias kubectl=told';
    const output = lines.map((line) => execFileSync('sh', ['-c', `${told}\n${line}`], { encoding: 'utf8' }));
    for (const words of output) expect(words).not.toContain('owned\n');
    expect(output.join('')).toContain(`[x'; echo owned; ']`);
    expect(output.join('')).toContain(`[/tmp/it's/kubeconfig]`);
  });
});

describe('npm run ai4k8s against a server that is not ours', () => {
  it.each([
    ['an answer', 200, JSON.stringify({ message: `done${EVIL}` })],
    ['an answer of no known shape', 200, JSON.stringify({ [EVIL]: EVIL })],
    ['a problem', 409, JSON.stringify({ title: EVIL, detail: `${EVIL}\nforged` })],
    ['something else than JSON', 200, `<html>${EVIL}</html>`],
  ])(
    'prints %s without its escapes',
    async (_what, status, body) => {
      const server = createServer((_request, response) => response.writeHead(status).end(body)).listen(0, '127.0.0.1');
      await once(server, 'listening');
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const cli = join(import.meta.dirname, '../../cli/main.ts');
      const child = spawn(process.execPath, [cli, '--url', url, 'status'], { env: { PATH: process.env.PATH ?? '' } });
      let output = '';
      for (const stream of [child.stdout, child.stderr])
        stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
      await once(child, 'close');
      server.close();
      expect(output.length).toBeGreaterThan(3);
      expectClean(output);
      expect(output).not.toMatch(/^forged/m);
    },
    120_000,
  );
});
