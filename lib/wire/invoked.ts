// The outermost layer of a function: log lines of an invocation say which one they are of.
import { beginInvocation } from '../adapters/log.ts';
import { requestIdOf } from '../app/api/request-id.ts';

/** What Lambda tells a function of its invocation. */
interface InvocationContext {
  readonly awsRequestId?: string;
}

export function invoked<Event, Context, Answer>(
  handler: (event: Event, context: Context) => Promise<Answer>,
): (event: Event, context: Context) => Promise<Answer> {
  return (event, context) => {
    beginInvocation((context as InvocationContext | undefined)?.awsRequestId, requestIdOf(event));
    return handler(event, context);
  };
}
