// How deep JSON goes, told before anything walks it: what is deep enough ends a stack.

/** Lists and objects within each other; brackets within strings do not count. By a scan, so that depth costs nothing. */
export function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  let isString = false;
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    if (isString && char === '\\') i++;
    else if (char === '"') isString = !isString;
    else if (!isString && (char === '[' || char === '{')) deepest = Math.max(deepest, ++depth);
    else if (!isString && (char === ']' || char === '}')) depth--;
  }
  return deepest;
}
