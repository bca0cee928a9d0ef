// No key leaves the adapter, however a server spells it and wherever the text is cut; nothing else is blotted out.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { withoutKeys } from '../../../lib/adapters/groq/redaction.ts';

const KEY = 'ABk/9x+Zq2==Lm-4_tW7yR.v:8uPz0';
const base64 = (text: string) => Buffer.from(text).toString('base64');
const base64url = (text: string) => Buffer.from(text).toString('base64url');
const escaped = (text: string, spell: (code: string) => string) =>
  [...text].map((letter) => spell(letter.charCodeAt(0).toString(16).padStart(2, '0'))).join('');
const signs = (text: string, spell: (sign: string) => string) => text.replace(/\W/g, spell);

const SPELLINGS: readonly (readonly [string, string])[] = [
  ['plain', KEY],
  ['in capitals', KEY.toUpperCase()],
  ['in small letters', KEY.toLowerCase()],
  ['JSON-escaped', JSON.stringify(KEY).slice(1, -1)],
  ['with PHP’s slashes', KEY.replaceAll('/', '\\/')],
  ['with escaped signs', signs(KEY, (sign) => `\\u00${escaped(sign, (code) => code)}`)],
  ['twice escaped', signs(KEY, (sign) => `\\\\u00${escaped(sign, (code) => code)}`)],
  ['all of it escaped', escaped(KEY, (code) => `\\u00${code}`)],
  ['URL-encoded', encodeURIComponent(KEY)],
  ['URL-encoded in small letters', encodeURIComponent(KEY).toLowerCase()],
  ['twice URL-encoded', encodeURIComponent(encodeURIComponent(KEY))],
  ['all of it URL-encoded', escaped(KEY, (code) => `%${code}`)],
  ['as HTML', signs(KEY, (sign) => `&#${sign.charCodeAt(0)};`)],
  ['as HTML in hexadecimal', signs(KEY, (sign) => `&#x${escaped(sign, (code) => code)};`)],
  ['in hexadecimal', Buffer.from(KEY).toString('hex')],
  ['in base64', base64(KEY)],
  ['in base64 behind Bearer', base64(`Bearer ${KEY}`)],
  ['in base64 behind a user', base64(`user:${KEY}`)],
  ['in base64 before a colon', base64(`${KEY}:`)],
  ['in base64 within JSON', base64(JSON.stringify({ a: 1, authorization: `Bearer ${KEY}`, b: 2 }))],
  ['in base64url', base64url(KEY)],
  ['in base64url behind Bearer', base64url(`Bearer ${KEY}`)],
  ['cut at its end', KEY.slice(0, 20)],
  ['cut at its start', KEY.slice(9)],
  ['cut on both sides', KEY.slice(5, 17)],
];

/** The longest run of the key's letters that still stands. */
function standing(text: string): number {
  for (let length = KEY.length; length > 0; length--)
    for (let start = 0; start + length <= KEY.length; start++)
      if (text.toLowerCase().includes(KEY.slice(start, start + length).toLowerCase())) return length;
  return 0;
}

describe('the key', () => {
  it.each(SPELLINGS)('%s is gone, and what stands around it is not', (_, spelled) => {
    const shown = withoutKeys(`denied for [${spelled}] today`, KEY, 300);
    expect(shown).toMatch(/^denied for \[[^\]]*\*\*\*[^\]]*\] today$/);
    expect(standing(shown)).toBeLessThan(8);
  });

  it('is gone before the text is cut', () => {
    for (let before = 270; before <= 300; before++)
      expect(standing(withoutKeys(`${'.'.repeat(before)}${KEY}`, KEY, 300))).toBeLessThan(8);
  });

  it('is gone where a text is longer than what is looked at, and made of keys', () => {
    const shown = withoutKeys(KEY.repeat(5_000), KEY, 2_000);
    expect(standing(shown)).toBeLessThan(8);
  });

  it('is gone where it holds an escape, and is under eight characters once that is read', () => {
    for (const key of ['!!!!!\\!!', 'ab%41cd%42', '&#65;&#66;'])
      expect(withoutKeys(`the key ${key} is wrong`, key, 200)).toBe('the key *** is wrong');
  });

  it('is gone where it ends in a sign that is read together with what follows', () => {
    const key = '!!!!""!%';
    const once = encodeURIComponent(key);
    for (const spelled of [key, once, encodeURIComponent(once)])
      expect(withoutKeys(`the key ${spelled}00 is wrong`, key, 200)).toBe('the key ***00 is wrong');
  });

  it('of eight characters and more never stands in any text, in any spelling', () => {
    const keys = fc.string({
      unit: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)),
      minLength: 8,
      maxLength: 60,
    });
    const spell = fc.constantFrom(
      (key: string) => key,
      encodeURIComponent,
      base64url,
      (key: string) => base64(`Bearer ${key}`),
      (key: string) => JSON.stringify(key).slice(1, -1),
    );
    fc.assert(
      fc.property(keys, fc.string(), fc.string(), spell, (key, before, after, spelled) => {
        const shown = withoutKeys(`${before}${spelled(key)}${after}`, key, 5_000);
        const whole = spelled(key);
        if (!before.includes(whole) && !after.includes(whole) && whole.length > 12 && shown.includes(whole))
          throw new Error(shown);
        if (shown.includes(key)) throw new Error(shown);
      }),
    );
  });
});

describe('what is no key stays', () => {
  it.each(['a', 'x', 'ollama', 'sk-1234'])(
    'where the key is %s: shorter than eight characters it is no secret',
    (key) => {
      const said = 'a model "x" was not found on ollama, sk-1234 says';
      expect(withoutKeys(said, key, 300)).toBe(said);
    },
  );

  it('where there is no key', () => {
    expect(withoutKeys('model "x" not found', '', 300)).toBe('model "x" not found');
  });

  it('in ordinary words', () => {
    const said = 'The model `openai/gpt-oss-20b` does not exist (100%25 sure) \\u00e4 &#228; %C3%A4.';
    expect(withoutKeys(said, KEY, 300)).toBe(said);
  });
});

describe('keys of others', () => {
  it.each([
    'gsk_AbCdEf0123456789',
    'sk-proj-abcdefgh12345678',
    'ABSKQmVkcm9ja0FQSUtleS1hYmNkZWZnaA==',
    'bedrock-api-key-YmVkcm9jay5hbWF6b25hd3MuY29t',
    'Bearer eyJhbGciOi.abc-def',
    'bearer eyJhbGciOi.abc-def',
  ])('such as %s are gone too', (key) => {
    expect(withoutKeys(`denied: "${key}" is wrong`, '', 300)).toMatch(/^denied: "(?:bearer )?\*\*\*" is wrong$/i);
  });
});
