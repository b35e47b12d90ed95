import { readEnv } from './env.ts';
import { startSandbox } from './start-sandbox.ts';

const say = (message: string): void => void process.stdout.write(`${message}\n`);

try {
  const sandbox = await startSandbox({ ...readEnv(process.env), log: say });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => void sandbox.close());
  }
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
