// Where a base URL leads: people give the host, the host with /openai, the API's root in /v1, or the whole address.

const GROQ_URL = 'https://api.groq.com';
const CALL = '/chat/completions';
/** The SDK's own path; servers that take Groq's place answer it. */
const GROQ_ROOT = '/openai/v1';
const SHOWN_MAX_CHARS = 120;

/**
 * The addresses to post to, in this order, until one is there; more than one only where the base URL leaves it open.
 * @returns null where it is no http(s) URL, or has a user and password in it
 */
export function endpointsOf(baseUrl: string = GROQ_URL): readonly URL[] | null {
  const base = URL.canParse(baseUrl.trim()) ? new URL(baseUrl.trim()) : null;
  if (base === null || !/^https?:$/.test(base.protocol) || base.username !== '' || base.password !== '') return null;
  const path = base.pathname.replace(/\/+$/, '');
  return pathsOf(path, base.origin === GROQ_URL).map((pathname) => {
    const url = new URL(base);
    url.pathname = pathname;
    url.hash = '';
    return url;
  });
}

function pathsOf(path: string, isGroq: boolean): readonly string[] {
  if (path.endsWith(CALL)) return [path];
  // `/v1`, `/openai/v1`, `/api/paas/v4`; Gemini's root is `/v1beta/openai`.
  if (/\/v\d+(?:(?:alpha|beta)\d*)?(?:\/openai)?$/i.test(path)) return [path + CALL];
  if (/\/openai$/i.test(path)) return [`${path}/v1${CALL}`];
  const groq = path + GROQ_ROOT + CALL;
  return isGroq ? [groq] : [groq, `${path}/v1${CALL}`, path + CALL];
}

/** As it may be shown: a query or a user may hold a key. */
export function shownUrl(url: URL | string): string {
  if (!URL.canParse(String(url))) return 'no URL';
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`.slice(0, SHOWN_MAX_CHARS);
}
