/** `npm run chaos`: real processes under load and faults, and whether a token was lost. See docs/chaos.md. */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { canMoveClock } from '../test/chaos/world/clock.ts';
import { faultKinds } from '../test/chaos/nemesis/nemesis.ts';
import { variants, type ChaosOptions, type Variant } from '../test/chaos/options.ts';
import { report } from '../test/chaos/report.ts';
import { runChaos } from '../test/chaos/run-chaos.ts';
import { summarize } from '../test/chaos/summary.ts';
import { hasRedisServer } from '../test/support/services/local-redis.ts';

const help = `npm run chaos -- [options]

Starts a PostgreSQL, a Redis, providers, API and worker processes of its own, lets clients use them, breaks them, mends
them, and checks that the refresh engine kept its promises. Exit code 0 only if it did.

  --seconds N                  how long faults strike (default 60)
  --seed S                     the same number plans the same operations and faults (default: drawn, and printed)
  --transport redis|postgres   default: redis where there is a redis-server
  --apis N, --workers N        processes (default 2 and 3)
  --variant V                  ${variants.join(', ')}: leases that are broken on purpose must be found out
  --faults A,B                 only these kinds (default: all): ${faultKinds.join(', ')}
  --out FILE                   figures and violations as JSON
`;

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    seed: { type: 'string' },
    transport: { type: 'string' },
    apis: { type: 'string', default: '2' },
    workers: { type: 'string', default: '3' },
    variant: { type: 'string', default: 'correct' },
    faults: { type: 'string' },
    out: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

function wholeNumber(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new Error(`--${name} must be a whole number from 1 on`);
  return value;
}

function readFaults(text: string): string[] {
  const faults = text.split(',').map((fault) => fault.trim());
  const strange = faults.find((fault) => !faultKinds.includes(fault));
  if (strange !== undefined) throw new Error(`--faults: there is no ${strange}`);
  return faults;
}

function readOptions(): ChaosOptions {
  const transport = values.transport ?? (hasRedisServer() ? 'redis' : 'postgres');
  if (transport !== 'redis' && transport !== 'postgres') throw new Error('--transport is redis or postgres');
  if (!variants.some((variant) => variant === values.variant))
    throw new Error(`--variant is one of ${variants.join(', ')}`);
  return {
    seconds: wholeNumber('seconds', values.seconds),
    seed: values.seed === undefined ? Math.ceil(Math.random() * 1_000_000) : wholeNumber('seed', values.seed),
    transport,
    apis: wholeNumber('apis', values.apis),
    workers: wholeNumber('workers', values.workers),
    variant: values.variant as Variant,
    ...(values.faults === undefined ? {} : { faults: readFaults(values.faults) }),
    say: (line) => console.log(line),
  };
}

async function main(): Promise<number> {
  if (values.help) {
    console.log(help);
    return 0;
  }
  const options = readOptions();
  console.log(
    `seed ${options.seed}${canMoveClock ? '' : '; no clock is moved: this machine has no faketime'}`,
  );
  const outcome = await runChaos(options);
  console.log(`\n${report(outcome)}`);
  if (values.out !== undefined) {
    const { options: plain, violations, history } = outcome;
    const { disturbances } = history;
    const content = { options: plain, ...summarize(outcome), violations, timeline: disturbances };
    writeFileSync(values.out, `${JSON.stringify(content, null, 2)}\n`);
  }
  return outcome.violations.length === 0 ? 0 : 1;
}

process.exit(
  await main().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : String(error));
    return 2;
  }),
);
