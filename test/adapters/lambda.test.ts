// A function that calls another: signed as AWS checks it, and what fails is told in words.
import { expect, it } from 'vitest';
import { functionCaller } from '../../lib/adapters/lambda.ts';
import { startLambdaEndpoint } from '../stand-ins/lambda-endpoint.ts';

const SECRET = 'a-secret-key';
const ARN = 'arn:aws:lambda:eu-west-1:111122223333:function:query';

async function callOf(name: string, secretAccessKey = SECRET) {
  const endpoint = await startLambdaEndpoint(SECRET, {
    [ARN]: async (event: { who: string }) => ({ hello: event.who }),
    throwing: () => Promise.reject(new Error('no table')),
  });
  const signing = {
    region: 'eu-west-1',
    credentials: async () => ({ accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey, sessionToken: 'session' }),
  };
  const call = functionCaller(name, signing, endpoint.url);
  return call({ who: 'söhne' }).finally(() => endpoint.close());
}

it('hands an event on and gives what the function returned', async () => {
  expect(await callOf(ARN)).toEqual({ hello: 'söhne' });
});

it.each([
  ['throwing', SECRET, 'throwing failed (Unhandled); its log has the cause', true],
  ['absent', SECRET, 'the call of absent got status 404', false],
  ['throwing', 'another', 'got status 403', false],
])('says what went wrong: %s', async (name, secret, message, retryable) => {
  await expect(callOf(name, secret)).rejects.toMatchObject({
    name: 'AdapterError',
    source: 'lambda',
    message: expect.stringContaining(message),
    retryable,
  });
});

it('says that nobody is there', async () => {
  const credentials = async () => ({ accessKeyId: 'a', secretAccessKey: 'b' });
  const call = functionCaller('query', { region: 'eu-west-1', credentials }, 'http://127.0.0.1:9');
  await expect(call({})).rejects.toMatchObject({ message: '127.0.0.1:9 does not answer', retryable: true });
});
