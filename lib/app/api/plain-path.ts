// A path that says the same to everybody: what IAM or a proxy judged must be the path that is routed, letter by letter.

const ESCAPE = /%([0-9a-f]{2})?/gi;
/** Letters that need no escape (RFC 3986, 2.3), and those that part a path: escaped, they hide it. */
const HIDING = /[\w.~\-/\\%]/;

/** Whether no reader of URLs could take the path for another one: no dots to resolve, no escapes that need not be. */
export function isPlainPath(path: string): boolean {
  return reread(path) === path && [...path.matchAll(ESCAPE)].every(([, code]) => code !== undefined && !hides(code));
}

function reread(path: string): string | null {
  const url = URL.parse(`https://host${path}`);
  return url === null || url.host !== 'host' ? null : url.pathname;
}

function hides(code: string): boolean {
  return HIDING.test(String.fromCharCode(Number.parseInt(code, 16)));
}
