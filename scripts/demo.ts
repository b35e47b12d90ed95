/** `npm run demo`: the main job from end to end on a running instance (`LATCHKEY_URL`), or on one that it starts. */
import { openApi } from './demo/api.ts';
import { followEvents } from './demo/events.ts';
import { openInstance } from './demo/instance.ts';
import { runSteps } from './demo/steps.ts';
import { say } from './demo/say.ts';

const help = `npm run demo [-- --help]

Adds an API key, connects the Sandbox by OAuth, leases, lets a token expire, kills a worker in the middle of a
refresh, and prints every event. Ends with exit code 0 only if every step did what it says.

  LATCHKEY_URL            an instance that is running already; without it the demo starts one of its own
  LATCHKEY_ADMIN_TOKEN    its admin token; default: the one in DATA_DIR
  DATABASE_URL, REDIS_URL what the demo's own instance runs on; default: the embedded PostgreSQL
`;

async function main(): Promise<number> {
  if (process.argv.includes('--help')) {
    process.stdout.write(help);
    return 0;
  }
  const instance = await openInstance();
  try {
    const { url, transport } = instance;
    say.title(`Latchkey at ${url}${transport === null ? '' : `, jobs on ${transport}`}`);
    const api = await openApi(instance).inNewWorkspace();
    const events = followEvents(api);
    try {
      await runSteps({ instance, api });
    } finally {
      await events.stop();
    }
    say.title('Everything did what it should.');
    return 0;
  } catch (error) {
    say.failure(error instanceof Error ? error.message : String(error));
    return 1;
  } finally {
    await instance.close();
  }
}

process.exit(await main());
