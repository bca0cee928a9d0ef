// What a browser is shown besides the API: the page, the API's reference, and what the page may do here.
import type { IncomingMessage } from 'node:http';
import { pageFile } from './page.ts';
import { type Page, referencePage } from './reference.ts';

interface Shown extends Page {
  /** 200 where absent. */
  readonly status?: number;
}

const FIRST = '/autoscaling';
/** What the page asks first: the answer is whoever's who serves it. */
export const SESSION_PATH = '/autoscaling/-/session';

/** What the page may do, and on which API. */
export interface Session {
  readonly served_by: 'local' | 'proxy';
  readonly read_only: boolean;
  readonly url: string;
}

/** Null for what is the API's, and for the session. */
export async function shownPage({ method, url = '/' }: IncomingMessage): Promise<Shown | null> {
  if (method !== 'GET') return null;
  const [path = '/'] = url.split('?', 1);
  if (path === '/') return { status: 302, headers: { location: FIRST }, body: '' };
  if (path === SESSION_PATH) return null;
  return (await referencePage(path)) ?? (await pageFile(path));
}

export function sessionPage(session: Session): Shown {
  return { headers: { 'content-type': 'application/json' }, body: JSON.stringify(session) };
}
