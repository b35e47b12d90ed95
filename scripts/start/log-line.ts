const levels: Readonly<Record<number, string>> = {
  10: 'trace',
  20: 'debug',
  30: 'info',
  40: 'warn',
  50: 'error',
  60: 'fatal',
};

/** What a pino line says to a person: level, message and the fields that matter. Other lines stay as they are. */
export function readableLine(line: string): string {
  const entry = parse(line);
  if (entry === null) return line;
  const { level, msg, err, time: _time, pid: _pid, hostname: _hostname, name: _name, ...fields } = entry;
  const name = levels[Number(level)] ?? String(level);
  const parts = [
    name === 'info' ? '' : `${name.toUpperCase()}:`,
    typeof msg === 'string' ? msg : '',
    ...Object.entries(fields).map(
      ([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
    ),
    describeError(err),
  ];
  return parts.filter((part) => part !== '').join(' ');
}

function parse(line: string): Record<string, unknown> | null {
  if (!line.startsWith('{')) return null;
  try {
    const entry = JSON.parse(line) as Record<string, unknown>;
    return 'level' in entry ? entry : null;
  } catch {
    return null;
  }
}

function describeError(err: unknown): string {
  if (typeof err !== 'object' || err === null) return '';
  const { stack, message } = err as { stack?: unknown; message?: unknown };
  if (typeof stack === 'string') return `\n${stack}`;
  return typeof message === 'string' ? message : '';
}
