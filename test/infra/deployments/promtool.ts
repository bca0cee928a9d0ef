// Prometheus' own checker, where it is installed (`.ci/with-prometheus npm run rules` brings it).
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Said once where it is not there. */
export function hasPromtool(): boolean {
  const there = spawnSync('promtool', ['--version']).status === 0;
  if (!there)
    process.stderr.write('promtool is not installed: rules are not checked (.ci/with-prometheus npm run rules).\n');
  return there;
}

interface Sample {
  readonly labels: string;
  readonly value: number;
}

export interface Question {
  readonly expr: string;
  /** When, such as `10m` after the beginning of the series. */
  readonly eval_time: string;
  readonly exp_samples: readonly Sample[];
}

/** @param series values by series, in Prometheus' notation, a minute apart. @throws Error with what promtool said */
export function expectAnswers(series: Readonly<Record<string, string>>, questions: readonly Question[]): void {
  const input = Object.entries(series).map(([name, values]) => ({ series: name, values }));
  const tests = [{ interval: '1m', input_series: input, promql_expr_test: questions }];
  withFile({ evaluation_interval: '1m', tests }, (file) => run(['test', 'rules', file]));
}

/** @throws Error with what promtool said of one that does not parse */
export function checkExpressions(expressions: Readonly<Record<string, string>>): void {
  const rules = Object.values(expressions).map((expr, i) => ({ record: `expression:number:${i}`, expr }));
  withFile({ groups: [{ name: 'all', rules }] }, (file) => run(['check', 'rules', file]));
}

/** @throws Error with what promtool said */
export function run(args: readonly string[]): string {
  try {
    return execFileSync('promtool', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(`promtool ${args.join(' ')}: ${stderr}${stdout}`);
  }
}

/** JSON is YAML. */
function withFile(content: object, use: (file: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), 'ai4k8s-promtool-'));
  try {
    const file = join(folder, 'file.yaml');
    writeFileSync(file, JSON.stringify(content));
    use(file);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
