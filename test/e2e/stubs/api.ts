import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';

if (process.env['STUB_API_FAILS'] !== undefined) {
  process.stderr.write('LATCHKEY_ROOT_KEYS: is not the key of this database\n');
  process.exit(1);
}
writeFileSync(join(process.env['DATA_DIR'] ?? '', 'admin-token'), 'lk_stub');
createServer((_request, response) => response.end('ok')).listen(Number(process.env['PORT']), 'localhost');
process.stdout.write(`api ${process.pid}\n`);
