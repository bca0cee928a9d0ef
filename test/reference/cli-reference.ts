// docs/reference/cli.md, made of what the command line program says of itself.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { DescribedCommand, DescribedOption } from './cli-program.ts';
import { code, fenced, page, table } from './markdown.ts';

const SCRIPT = join(import.meta.dirname, 'cli-program.ts');

const HEAD = `# The command line, command by command

Made by \`npm run docs\` from the program itself: edit that. Installed it is \`ai4k8s\`, and \`kubectl ai4k8s\`; in a checkout \`npm run ai4k8s --\`.`;

export function cliReference(): string {
  const { PATH = '' } = process.env;
  const text = execFileSync(process.execPath, [SCRIPT], { env: { PATH, COLUMNS: '100' }, encoding: 'utf8' });
  const program: DescribedCommand = JSON.parse(text);
  return page([HEAD, ...describedProgram(program)].map(asInstalled));
}

function describedProgram({ options, after, commands }: DescribedCommand): readonly string[] {
  return [
    '## For all commands',
    optionTable(options),
    after === '' ? '' : fenced(after),
    '## Commands',
    table(
      ['command', ''],
      commands.map(({ name, description }) => [`[${name}](#${anchorOf(name)})`, description]),
    ),
    ...commands.flatMap((command) => describedCommand(command, [])),
  ];
}

function describedCommand(command: DescribedCommand, path: readonly string[]): readonly string[] {
  const here = [...path, command.name];
  return [
    `${'#'.repeat(Math.min(4, here.length + 2))} ${here.join(' ')}`,
    command.description,
    fenced(command.usage),
    table(
      ['argument', ''],
      command.arguments
        .filter(({ description }) => description !== '')
        .map(({ name, description }) => [code(name), description]),
    ),
    optionTable(command.options),
    command.after === '' ? '' : fenced(command.after),
    ...command.commands.flatMap((below) => describedCommand(below, here)),
  ];
}

function optionTable(options: readonly DescribedOption[]): string {
  return table(
    ['option', '', 'default'],
    options.map(({ flags, description, fallback, choices, isMandatory }) => [
      code(flags),
      [isMandatory ? 'required' : '', description, choices.length > 0 ? `one of ${choices.map(code).join(', ')}` : '']
        .filter((part) => part !== '')
        .join('; '),
      fallback === null ? '' : code(fallback),
    ]),
  );
}

function anchorOf(name: string): string {
  return name.toLowerCase();
}

function asInstalled(text: string): string {
  return text.startsWith('# ')
    ? text
    : text.replaceAll('npm run ai4k8s -- ', 'ai4k8s ').replaceAll('npm start -- ', 'ai4k8s local ');
}
