/** `npm run fuzz`: the product on input that nobody would send, and whether it kept its promises. See docs/fuzzing.md. */
import { parseArgs } from 'node:util';
import { areas, type Area, type FuzzOptions } from '../test/fuzz/options.ts';
import { hasRedisServer } from '../test/support/services/local-redis.ts';
import { startServices } from '../test/support/services/start-services.ts';

const help = `npm run fuzz -- [options]

Starts the whole product in this process, on a database of its own, and sends it requests, answers of providers and
callbacks that are wrong in every way that a generator can think of. Exit code 0 only if every answer kept the rules.

  --minutes N                  how long each area is fuzzed (default 5)
  --seed S                     the same number begins with the same input (default: drawn, and printed)
  --area ${areas.join('|').padEnd(21)} requests to the API, or answers of providers and callbacks (default: both)
  --transport redis|postgres   default: redis where there is a redis-server
`;

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '5' },
    seed: { type: 'string' },
    area: { type: 'string' },
    transport: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

function readOptions(): Omit<FuzzOptions, 'say'> & { readonly transport: string } {
  const { area } = values;
  const transport = values.transport ?? (hasRedisServer() ? 'redis' : 'postgres');
  const seed = values.seed === undefined ? Math.ceil(Math.random() * 1_000_000) : Number(values.seed);
  const minutes = Number(values.minutes);
  if (area !== undefined && !areas.some((each) => each === area))
    throw new Error(`--area is one of ${areas.join(', ')}`);
  if (transport !== 'redis' && transport !== 'postgres') throw new Error('--transport is redis or postgres');
  if (!Number.isInteger(seed) || seed < 1) throw new Error('--seed must be a whole number from 1 on');
  if (!(minutes > 0)) throw new Error('--minutes must be a number above 0');
  return { areas: area === undefined ? areas : [area as Area], seed, minutes, transport };
}

async function main(): Promise<number> {
  if (values.help) {
    console.log(help);
    return 0;
  }
  const { transport, ...options } = readOptions();
  console.log(`seed ${options.seed}, ${transport}`);
  const services = await startServices(process.env);
  Object.assign(process.env, services.env);
  process.env['TEST_TRANSPORT'] = transport;
  // Reads the transport when it is loaded.
  const { runFuzz } = await import('../test/fuzz/run-fuzz.ts');
  let failed = true;
  try {
    const { findings, counts } = await runFuzz({ ...options, say: (line) => console.log(line) });
    for (const [what, count] of counts) console.log(`${String(count).padStart(8)}  ${what}`);
    console.log(
      `\n${findings.length === 0 ? 'PASS' : 'FAIL'}: ${findings.length} findings, seed ${options.seed}`,
    );
    failed = findings.length > 0;
  } finally {
    await services.close(false);
  }
  return failed ? 1 : 0;
}

process.exit(
  await main().catch((error: unknown) => {
    console.error(error instanceof Error ? error.stack : String(error));
    return 2;
  }),
);
