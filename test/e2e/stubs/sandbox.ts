import { createServer } from 'node:http';

createServer((_request, response) => response.end('{}')).listen(
  Number(process.env['SANDBOX_PORT']),
  '127.0.0.1',
);
process.stdout.write(`sandbox ${process.pid}\n`);
