import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Pool } from 'pg';
import { Canaries } from '../../support/canaries.ts';
import { startEchoProvider, type EchoProvider } from '../../support/echo-provider.ts';
import { startStack, type Stack } from '../../support/stack.ts';
import { watchProcess, type ProcessWatch } from '../watch-process.ts';

/** One provider of its own, at which one thing after the other happens. */
export interface Lane {
  readonly id: string;
  readonly provider: EchoProvider;
}

/** The whole product, and providers that answer whatever a fuzzer wants. */
export interface AnswersWorld {
  readonly stack: Stack;
  readonly canaries: Canaries;
  readonly lanes: readonly Lane[];
  /** Nothing happens there but what somebody waits for. */
  readonly quietLanes: readonly [Lane, Lane];
  readonly process: ProcessWatch;
  /** Beside the application, for several lanes at once. */
  readonly database: Pool;
  /** What the processes logged since the last call, from `info` on. */
  takeLog(): string[];
  close(): Promise<void>;
}

/** Most of its time a case waits: several go on beside each other. */
const rotations = ['rolling', 'strict', 'none', 'grace', 'rolling', 'strict', 'none', 'grace'] as const;

export async function openAnswersWorld(): Promise<AnswersWorld> {
  const canaries = new Canaries();
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-fuzz-'));
  const openLane = async (rotation: (typeof rotations)[number], index: number): Promise<Lane> => {
    const id = `echo_${rotation}_${index}`;
    const provider = await startEchoProvider(canaries, { id, rotation });
    await writeFile(join(folder, `${id}.json`), JSON.stringify(provider.definition));
    return { id, provider };
  };
  const lanes = await Promise.all(rotations.map(openLane));
  const quietLanes = [await openLane('strict', 90), await openLane('none', 91)] as const;
  const everyLane = [...lanes, ...quietLanes];
  const clientSecret = canaries.make('default client secret');
  const logged: string[] = [];
  const stack = await startStack({
    onLog: (line) => {
      if (/"level":[3456]0/.test(line)) logged.push(line);
    },
    env: {
      // Or most of a long run would be one answer, 429.
      RATE_LIMITS: 'off',
      PROVIDERS_DIR: folder,
      OUTBOUND_ALLOW_INSECURE: everyLane.map(({ provider }) => provider.origin).join(),
      ...Object.fromEntries(
        everyLane.flatMap(({ id }) => [
          [`OAUTH_${id.toUpperCase()}_CLIENT_ID`, 'fuzz'],
          [`OAUTH_${id.toUpperCase()}_CLIENT_SECRET`, clientSecret],
        ]),
      ),
    },
  });
  const watched = watchProcess();
  const database = new Pool({ connectionString: stack.database.url, max: 4 });
  return {
    stack,
    canaries,
    lanes,
    quietLanes,
    process: watched,
    database,
    takeLog: () => logged.splice(0),
    async close() {
      watched.stop();
      await database.end();
      await stack.close();
      await Promise.all(everyLane.map(({ provider }) => provider.close()));
      await rm(folder, { recursive: true, force: true });
    },
  };
}
