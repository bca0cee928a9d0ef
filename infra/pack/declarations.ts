// What the type checker of an app of one's own reads of the stack: made file by file, since each says the types of what it exports.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';

/**
 * Writes `stack.d.ts` for `stack.ts`.
 * @throws Error where an export has no type of its own
 */
export function declare(root: string, files: readonly string[], outdir: string): void {
  for (const file of files) {
    const { outputText, diagnostics = [] } = ts.transpileDeclaration(readFileSync(join(root, file), 'utf8'), {
      fileName: file,
      reportDiagnostics: true,
      compilerOptions: { module: ts.ModuleKind.NodeNext, verbatimModuleSyntax: true },
    });
    const [problem] = diagnostics;
    if (problem !== undefined)
      throw new Error(`${file}: ${ts.flattenDiagnosticMessageText(problem.messageText, '\n')}`);
    const to = join(outdir, file.replace(/\.ts$/, '.d.ts'));
    mkdirSync(dirname(to), { recursive: true });
    writeFileSync(to, outputText.replace(/(from '\.[^']*)\.ts'/g, "$1.js'"));
  }
}
