import { readableLine } from './log-line.ts';

const colours: Readonly<Record<string, number>> = {
  postgres: 90,
  migrate: 33,
  sandbox: 35,
  api: 36,
  worker: 32,
};

/**
 * PostgreSQL's everyday messages, and the statements that the product expects to fail, are for nobody here. A statement
 * goes over several lines, of which all but the first begin with a tab.
 */
function isEveryday(line: string): boolean {
  return line.startsWith('\t') || (!/ (?:WARNING|FATAL|PANIC): /.test(line) && / (?:[A-Z]+\d?): /.test(line));
}

/** Prints a line of a part's log behind its name. */
export function printLine(name: string, line: string): void {
  if (name === 'postgres' && isEveryday(line)) return;
  if (line.trim() === '') return;
  const label = name.padEnd(8);
  const shown = process.stdout.isTTY ? `\u001B[${colours[name] ?? 0}m${label}\u001B[0m` : label;
  process.stdout.write(`${shown} | ${readableLine(line)}\n`);
}

interface Ready {
  readonly seconds: number;
  readonly publicUrl: string;
  /** Null when the operator has set it: what they chose stays out of the terminal. */
  readonly adminToken: string | null;
  readonly sandboxUrl: string | null;
  readonly data: string;
}

/** Says where everything is. */
export function printReady({ seconds, publicUrl, adminToken, sandboxUrl, data }: Ready): void {
  const rows = [
    ['Console', publicUrl],
    ['Admin token', adminToken ?? 'as set in LATCHKEY_ADMIN_TOKEN'],
    ['API docs', `${publicUrl}/docs`],
    ...(sandboxUrl === null
      ? []
      : [
          ['Sandbox', `${sandboxUrl} (the provider "Sandbox": connect it without any account)`],
          ['Example', `${sandboxUrl}/pipeline-editor/ (a product that embeds the connect page)`],
        ]),
    ['Data', data],
  ];
  const block = rows.map(([label = '', text]) => `  ${label.padEnd(13)}${text}`).join('\n');
  process.stdout.write(
    `\nLatchkey is ready after ${seconds.toFixed(1)} s.\n\n${block}\n\n  Press Ctrl-C to stop.\n\n`,
  );
}
