// What this page may do, as whoever serves it says.
import { answerOf, send } from './client.ts';

export interface Session {
  /** `local`: npm start. `proxy`: calls are signed with the credentials of who started it. */
  readonly served_by: 'local' | 'proxy';
  /** Nothing can be changed from here. */
  readonly read_only: boolean;
  /** Where the API is, for commands to copy. */
  readonly url: string;
}

export async function readSession(signal: AbortSignal): Promise<Session> {
  return (await answerOf(await send('/autoscaling/-/session', { signal }))) as Session;
}
