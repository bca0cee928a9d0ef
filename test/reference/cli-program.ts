// A process of its own: prints, as JSON, what the command line program says of itself. The program is started as a person starts it and
// caught when it begins to read what was typed.
import { Command } from 'commander';

export interface DescribedOption {
  readonly flags: string;
  readonly description: string;
  /** As help shows it; null where there is none. */
  readonly fallback: string | null;
  readonly choices: readonly string[];
  readonly isMandatory: boolean;
}

export interface DescribedCommand {
  readonly name: string;
  readonly usage: string;
  readonly description: string;
  readonly arguments: readonly { readonly name: string; readonly description: string }[];
  readonly options: readonly DescribedOption[];
  /** What help says below its lists: examples, the environment, exit codes. */
  readonly after: string;
  readonly commands: readonly DescribedCommand[];
}

process.argv = [process.argv[0] ?? 'node', 'main.ts'];
Command.prototype.parseAsync = function caught(this: Command) {
  process.stdout.write(JSON.stringify(described(this)), () => process.exit(0));
  return new Promise<Command>(() => undefined);
};
await import('../../cli/main.ts');

function described(command: Command): DescribedCommand {
  const help = command.createHelp();
  return {
    name: command.name(),
    usage: help.commandUsage(command),
    description: command.description(),
    arguments: command.registeredArguments.map((one) => ({ name: one.name(), description: one.description })),
    options: command.options
      .filter(({ hidden }) => !hidden)
      .map(({ flags, description, defaultValue, defaultValueDescription, argChoices, mandatory }) => ({
        flags,
        description,
        fallback: fallbackOf(defaultValueDescription, defaultValue),
        choices: argChoices ?? [],
        isMandatory: mandatory,
      })),
    after: afterOf(command),
    commands: help
      .visibleCommands(command)
      .filter((below) => command.commands.includes(below))
      .map(described),
  };
}

function fallbackOf(words: string | undefined, value: unknown): string | null {
  if (words !== undefined) return words;
  const isNone = value === undefined || (Array.isArray(value) && value.length === 0);
  return isNone ? null : JSON.stringify(value);
}

function afterOf(command: Command): string {
  const parts: string[] = [];
  const { writeOut } = command.configureOutput();
  command.configureOutput({ writeOut: (text) => void parts.push(text) });
  command.outputHelp();
  command.configureOutput({ ...(writeOut && { writeOut }) });
  const written = parts.join('');
  const own = command.helpInformation().trimEnd();
  const start = written.indexOf(own);
  return (start < 0 ? '' : written.slice(start + own.length)).trim();
}
