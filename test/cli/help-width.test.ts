// Help fits a hundred columns, and what it says to type still works when pasted.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fitted } from '../../cli/help-width.ts';

it('breaks a command before an option, so that a shell takes it for one', () => {
  const command = `npm run ai4k8s -- schedule add checkout -n shop --days mon,tue --start 08:00 --end 18:00 --zone Europe/Berlin`;
  expect(fitted(`  ${command}`)).toBe(
    '  npm run ai4k8s -- schedule add checkout -n shop --days mon,tue --start 08:00 --end 18:00 \\\n' +
      '      --zone Europe/Berlin',
  );
});

it('puts what is said of a command beside it where there is room, else below it', () => {
  const said = 'your own cluster, once';
  const wide = (command: string) => fitted(`  ${command.padEnd(90)}${said}`);
  expect(wide('npm start -- --kubeconfig')).toBe(`  npm start -- --kubeconfig  ${said}`);
  const long = `npm run ai4k8s -- recommend checkout --namespace shop --kubeconfig ~/.kube/config`;
  expect(wide(long)).toBe(`  ${long}\n      ${said}`);
});

it('lets prose flow up to a heading, and leaves alone what fits', () => {
  const prose = `${'word '.repeat(21)}end.\nIt goes on.\nExamples:\n  ai4k8s status`;
  expect(fitted(prose)).toBe(`${'word '.repeat(19)}word\nword end. It goes on.\nExamples:\n  ai4k8s status`);
  expect(fitted('short\n  as it  was\n')).toBe('short\n  as it  was\n');
});

it('law: no word is lost, and no line of words that fit is too long', () => {
  const word = fc.stringMatching(/^[a-z-]{1,20}$/);
  const line = fc.tuple(fc.constantFrom('', '  ', '  npm run ai4k8s -- '), fc.array(word, { maxLength: 40 }));
  fc.assert(
    fc.property(fc.array(line, { maxLength: 6 }), (lines) => {
      const text = lines.map(([start, words]) => start + words.join(' ')).join('\n');
      const flat = (of: string) => of.replaceAll(/ \\\n/g, ' ').split(/\s+/).join(' ').trim();
      expect(flat(fitted(text))).toBe(flat(text));
      const prose = lines.filter(([start]) => !start.includes('npm')).map(([start, words]) => start + words.join(' '));
      for (const one of fitted(prose.join('\n')).split('\n')) expect(one.length).toBeLessThanOrEqual(100);
    }),
    { numRuns: 50 },
  );
});
