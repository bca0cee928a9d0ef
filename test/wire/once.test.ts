import { afterEach, expect, it, vi } from 'vitest';
import { once } from '../../lib/wire/once.ts';

afterEach(() => vi.unstubAllEnvs());

it('is made at the first call, and kept', async () => {
  const make = vi.fn(async () => 'wired');
  const get = once(make);
  expect(make).not.toHaveBeenCalled();
  expect([await get(), await get()]).toEqual(['wired', 'wired']);
  expect(make).toHaveBeenCalledTimes(1);
});

it('that failed is tried again by the next call', async () => {
  const make = vi.fn<() => Promise<string>>().mockRejectedValueOnce(new Error('away')).mockResolvedValue('wired');
  const get = once(make);
  await expect(get()).rejects.toThrow('away');
  expect(await get()).toBe('wired');
});

it('in Lambda is made with the import, where its failure is left to the first call', async () => {
  vi.stubEnv('AWS_LAMBDA_FUNCTION_NAME', 'tick');
  const make = vi.fn(async () => {
    throw new Error('TABLE_NAME: missing');
  });
  const get = once(make);
  expect(make).toHaveBeenCalledTimes(1);
  await expect(get()).rejects.toThrow('TABLE_NAME');
});
