// `/docs`: the API's reference for people, made in the browser from /openapi.json by a script that is served from here. Nothing of it
// is in a deployed function, and the page can load nothing from elsewhere.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';

export interface Page {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

const PATH = '/docs';
/** RapiDoc (MIT): one file of 863 kB that needs no other. It alone is packed (infra/pack/contents.ts); its package would bring others. */
const SCRIPT = 'rapidoc-min.js';
const SCRIPT_PATH = `${PATH}/${SCRIPT}`;

const HTML = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>AI4K8s: API reference</title>
<script type="module" src="${SCRIPT_PATH}"></script>
</head>
<body>
<rapi-doc spec-url="/openapi.json" render-style="read" theme="light" primary-color="#2457a6" load-fonts="false"
  regular-font="system-ui, sans-serif" mono-font="ui-monospace, monospace" schema-style="table" show-header="false"
  allow-authentication="false" allow-server-selection="false" show-curl-before-try="true" use-path-in-nav-bar="true"
  show-method-in-nav-bar="as-colored-text">
</rapi-doc>
<noscript>The reference is made by a script. The document itself is /openapi.json.</noscript>
</body>
</html>
`;

/** Scripts and requests go to this server alone; the component styles itself in place. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'unsafe-inline'",
  "connect-src 'self'",
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Null for a path that is none of it. @param path without its query */
export async function referencePage(path: string): Promise<Page | null> {
  if (path === PATH || path === `${PATH}/`)
    return { headers: { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': POLICY }, body: HTML };
  if (path !== SCRIPT_PATH) return null;
  return { headers: { 'content-type': 'text/javascript; charset=utf-8' }, body: await readFile(scriptFile()) };
}

/** In the package it lies beside this file; in a checkout it is where npm has put it. */
function scriptFile(): string {
  const packed = join(import.meta.dirname, SCRIPT);
  return existsSync(packed) ? packed : createRequire(import.meta.url).resolve('rapidoc/dist/rapidoc-min.js');
}
