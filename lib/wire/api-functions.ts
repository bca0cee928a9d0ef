// The API's two functions, as another function of the installation calls them: by name, with its own role.
import * as z from 'zod';
import { functionCaller } from '../adapters/lambda.ts';
import { signingIn } from './request-credentials.ts';

const schema = z.object({
  QUERY_FUNCTION: z.string().min(1),
  COMMAND_FUNCTION: z.string().min(1),
  /** Lambda sets it. */
  AWS_REGION: z.string().min(1),
  /** Another Lambda than AWS's. */
  AWS_ENDPOINT_URL_LAMBDA: z.url().optional(),
});
const answered = z.object({ statusCode: z.number(), body: z.string().default('') });

type Called = (event: unknown) => Promise<z.output<typeof answered>>;

/** @throws Error that names each variable that is missing */
export function wireApiFunctions(env: NodeJS.ProcessEnv): { readonly query: Called; readonly command: Called } {
  const parsed = schema.safeParse(env);
  if (!parsed.success) throw new Error(z.prettifyError(parsed.error));
  const { QUERY_FUNCTION, COMMAND_FUNCTION, AWS_REGION, AWS_ENDPOINT_URL_LAMBDA } = parsed.data;
  const signing = signingIn(AWS_REGION);
  const called = (name: string): Called => {
    const call = functionCaller(name, signing, AWS_ENDPOINT_URL_LAMBDA);
    return async (event) => answered.parse(await call(event));
  };
  return { query: called(QUERY_FUNCTION), command: called(COMMAND_FUNCTION) };
}
