import { migrate } from '@latchkey/core/db';
import { ConfigurationError } from '@latchkey/core/errors.ts';
import { readSettings } from '@latchkey/core/settings.ts';

try {
  const ran = await migrate(readSettings(process.env).databaseUrl);
  process.stdout.write(ran.length === 0 ? 'The database is up to date.\n' : `Migrated: ${ran.join(', ')}\n`);
} catch (error) {
  process.stderr.write(
    error instanceof ConfigurationError
      ? `${error.lines.join('\n')}\n`
      : `The migration failed: ${error instanceof Error ? error.stack : String(error)}\n`,
  );
  process.exit(1);
}
