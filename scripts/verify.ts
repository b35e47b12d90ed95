/** `npm run verify`: everything that can be said about the code without a database. Prints what is wrong, and nothing else. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Each is a line of package.json's "scripts" in all but name; turbo repeats only what a change can have touched. */
const checks: Readonly<Record<string, readonly string[]>> = {
  'types and unit tests': [
    'turbo',
    'run',
    'typecheck',
    'test:unit',
    '--output-logs=errors-only',
    '--concurrency=2',
    '--continue',
    '--no-update-notifier',
  ],
  lint: ['turbo', 'run', 'lint', '--output-logs=errors-only', '--no-update-notifier'],
  format: ['oxfmt', '--check'],
  'dead code': ['knip', '--no-progress'],
  'references in the docs': ['node', 'scripts/check-docs.ts'],
  'docs/openapi.json': ['node', 'apps/api/src/write-openapi.ts', '--check'],
  'docs/statements.md': ['node', 'scripts/statements.ts', '--check'],
};

interface Result {
  readonly success: boolean;
  readonly output: string;
}

function run([command = '', ...args]: readonly string[]): Promise<Result> {
  const env = {
    ...process.env,
    TURBO_TELEMETRY_DISABLED: '1',
    FORCE_COLOR: process.stdout.isTTY ? '1' : '0',
  };
  const child = spawn(command, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  return new Promise((resolve) => {
    child.on('error', (error) => resolve({ success: false, output: error.message }));
    child.on('close', (code) => resolve({ success: code === 0, output }));
  });
}

const seconds = (since: number) => `${((performance.now() - since) / 1000).toFixed(1)} s`;
const started = performance.now();
let failed = 0;

// Turbo fills the processors by itself; the others are quick.
for (const [name, command] of Object.entries(checks)) {
  const begun = performance.now();
  const { success, output } = await run(command);
  console.log(`${success ? '✓' : '✗'} ${name} (${seconds(begun)})`);
  if (success) continue;
  failed += 1;
  console.log(`${output.trim()}\n`);
}
const passed = Object.keys(checks).length - failed;
console.log(`${passed} passed, ${failed} failed in ${seconds(started)}`);
process.exitCode = failed === 0 ? 0 : 1;
