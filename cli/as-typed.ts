// A command in a text of ours is spelled as it is typed from a clone: here it becomes what whoever reads it would type.
import { basename, join } from 'node:path';

/** kubectl takes a program of this name for a command of its own. */
const PLUGIN = 'kubectl-ai4k8s';
const IN_CLONE = {
  command: /npm run (?:-s )?ai4k8s(?![\w-])(?: --(?=\s|$))?/g,
  local: /npm start\b(?: --(?=\s|$))?/g,
  manifests: /(?<![\w./-])infra\/manifests\//g,
};

/** The name of the program, in its help; from a clone as well. */
export const PROGRAM = basename(process.argv[1] ?? '') === PLUGIN ? 'kubectl ai4k8s' : 'ai4k8s';

/**
 * @param text of ours
 * @param program how the command line is started
 * @param manifests the folder in which they are, with a slash at its end
 */
export function asTypedBy(text: string, program: string, manifests: string): string {
  return text
    .replace(IN_CLONE.command, () => program)
    .replace(IN_CLONE.local, () => `${program} local`)
    .replace(IN_CLONE.manifests, () => manifests);
}

/** The same, by how this process was started: a clone runs TypeScript. */
export function asTyped(text: string): string {
  if (import.meta.filename.endsWith('.ts')) return text;
  return asTypedBy(text, PROGRAM, join(import.meta.dirname, '../infra/manifests/'));
}
