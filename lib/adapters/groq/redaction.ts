// Keys do not leave this adapter: servers like to quote the key they refuse, in whatever spelling they have it at hand.
import { cleanText } from '../../domain/text/clean-text.ts';

/** What is shown is far shorter; the rest of a page is not looked at. */
const LOOKED_AT_CHARS = 16_000;
/**
 * So many characters of a key in a row are taken for the key, whole or cut. A shorter key is left standing: it would blot out words,
 * and is no secret (servers without keys take `x` or `ollama`).
 */
const RUN_CHARS = 8;
/** Keys of known vendors, also such as are not ours, and whatever a proxy quotes of a header. */
const ANY_KEYS =
  /gsk_[\w*.…-]+|\bsk-[\w*.…-]{8,}|\bABSK[\w+/=]{8,}|\bbedrock-api-key-[\w+/=-]{8,}|(?<=Bearer )[^\s"'<]+/gi;
const BLOT = '***';

/**
 * @param key what was sent; empty where nothing was
 * @returns whatever a server said, cleaned, without keys and then cut: cut first, half a key would stay
 */
export function withoutKeys(text: string, key: string, maxChars: number): string {
  const clean = cleanText(text.slice(0, LOOKED_AT_CHARS), LOOKED_AT_CHARS);
  const withoutWhole = wholeSpellings(key).reduce((said, whole) => said.replaceAll(whole, BLOT), clean);
  return blotRuns(withoutWhole, runsOf(key)).replace(ANY_KEYS, BLOT).slice(0, maxChars);
}

/**
 * A key that holds an escape, such as a backslash before a sign, is shorter once it is read, and one that ends in `%` is read
 * together with what follows: as they are, these go first.
 */
function wholeSpellings(key: string): readonly string[] {
  if (key.length < RUN_CHARS) return [];
  const once = encodeURIComponent(Buffer.from(key).toString());
  return [key, once, encodeURIComponent(once), JSON.stringify(key).slice(1, -1)];
}

function blotRuns(text: string, runs: ReadonlySet<string>): string {
  if (runs.size === 0) return text;
  const { plain, at } = unescaped(text);
  let shown = '';
  let shownTo = 0;
  let blotTo = -1;
  for (let start = 0; start + RUN_CHARS <= plain.length; start++) {
    if (!runs.has(plain.slice(start, start + RUN_CHARS))) continue;
    const from = at[start] as number;
    if (from > blotTo) shown += text.slice(shownTo, from) + BLOT;
    blotTo = at[start + RUN_CHARS] as number;
    shownTo = blotTo;
  }
  return shown + text.slice(shownTo);
}

/** Every run of the key's plain, base64 and hexadecimal spelling. */
function runsOf(key: string): ReadonlySet<string> {
  const runs = new Set<string>();
  if (key.length < RUN_CHARS) return runs;
  const spellings = [key, unescaped(key).plain, ...base64Spellings(key), Buffer.from(key).toString('hex')];
  for (const spelling of spellings) {
    const same = alike(spelling);
    for (let start = 0; start + RUN_CHARS <= same.length; start++) runs.add(same.slice(start, start + RUN_CHARS));
  }
  return runs;
}

/** Behind `Bearer `, `user:` or anything else, base64 spells the key in one of three ways; its ends depend on the neighbours. */
function base64Spellings(key: string): readonly string[] {
  return [0, 1, 2].map((before) => {
    const bits = (before + key.length) * 8;
    const spelled = Buffer.from('.'.repeat(before) + key).toString('base64');
    return spelled.slice(Math.ceil((before * 8) / 6), Math.floor(bits / 6));
  });
}

/** `%2B` (once or twice), `\u002b`, `\x2b`, `&#43;`, `&#x2b;`, and a backslash before a sign. */
const ESCAPES =
  /%(?:25)*([0-9a-f]{2})|\\+u00([0-9a-f]{2})|\\+x([0-9a-f]{2})|&#x0*([0-9a-f]{2});|&#0*(\d{2,3});|\\+(?=[^\s\w])/gi;

/** The text as a reader of the key would read it, and where each of its characters starts in the text. */
function unescaped(text: string): { readonly plain: string; readonly at: readonly number[] } {
  let plain = '';
  let readTo = 0;
  const at: number[] = [];
  const take = (upTo: number) => {
    plain += text.slice(readTo, upTo);
    for (; readTo < upTo; readTo++) at.push(readTo);
  };
  for (const match of text.matchAll(ESCAPES)) {
    take(match.index);
    const [whole, percent, unicode, hex, entityHex, entity] = match;
    const digits = percent ?? unicode ?? hex ?? entityHex;
    const code = digits === undefined ? Number(entity ?? 0) : Number.parseInt(digits, 16);
    if (code > 0) {
      plain += String.fromCharCode(code);
      at.push(match.index);
    }
    readTo = match.index + whole.length;
  }
  take(text.length);
  at.push(text.length);
  return { plain: alike(plain), at };
}

/** Case and base64's two alphabets make no difference; no letter changes its length. */
function alike(text: string): string {
  return text
    .replace(/[A-Z]+/g, (letters) => letters.toLowerCase())
    .replaceAll('-', '+')
    .replaceAll('_', '/');
}
