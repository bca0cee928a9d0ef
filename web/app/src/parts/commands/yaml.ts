// YAML of small maps of texts and numbers.

export type YamlValue = string | number | boolean | { readonly [key: string]: YamlValue };

/** Texts are in double quotes, as JSON has them, which is YAML: no text means anything but itself. */
export function yamlText(value: { readonly [key: string]: YamlValue }, indent = ''): string {
  return Object.entries(value)
    .map(([key, one]) =>
      typeof one === 'object'
        ? `${indent}${keyText(key)}:\n${yamlText(one, `${indent}  `)}`
        : `${indent}${keyText(key)}: ${typeof one === 'string' ? quoted(one) : one}`,
    )
    .join('\n');
}

/** Words that are no texts where they stand bare, in one version of YAML or another. */
const NO_TEXT = /^(?:null|true|false|yes|no|on|off|y|n)$/i;

const keyText = (key: string) => (/^[A-Za-z][A-Za-z0-9_./-]*$/.test(key) && !NO_TEXT.test(key) ? key : quoted(key));

/** What JSON leaves as it is and YAML calls not printable, or a break. */
const quoted = (text: string) =>
  JSON.stringify(text).replace(/[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g, (one) => {
    return `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
