// What a browser is shown of npm start: the page, the API's reference, and what the page may do here.
import type { IncomingMessage } from 'node:http';
import { pageFile } from '../web/page.ts';
import { type Page, referencePage } from './reference.ts';

export interface LocalPage extends Page {
  /** 200 where absent. */
  readonly status?: number;
}

const FIRST = '/autoscaling';
const SESSION = '/autoscaling/-/session';

/** Null for what is the API's. */
export async function localPage({ url = '/', headers }: IncomingMessage): Promise<LocalPage | null> {
  const [path = '/'] = url.split('?', 1);
  if (path === '/') return { status: 302, headers: { location: FIRST }, body: '' };
  if (path === SESSION) return sessionOf(`http://${headers.host}`);
  return (await referencePage(path)) ?? (await pageFile(path));
}

function sessionOf(url: string): LocalPage {
  const session = { served_by: 'local', read_only: false, url };
  return { headers: { 'content-type': 'application/json' }, body: JSON.stringify(session) };
}
