import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('../..', import.meta.url));
const run = promisify(execFile);

/** One deployment of docker-compose.yml under a project name of its own. */
export interface Compose {
  /** `docker compose <args>`. @returns what it printed @throws with its standard error */
  run(...args: string[]): Promise<string>;
  /** Ids of the running containers of a service. */
  containersOf(service: string): Promise<string[]>;
  /** Stops everything and removes volumes and networks. */
  down(): Promise<void>;
}

/** @param env what `.env` would hold */
export function openCompose(project: string, env: Readonly<Record<string, string>>): Compose {
  const directory = mkdtempSync(join(tmpdir(), 'latchkey-compose-'));
  const envFile = join(directory, '.env');
  writeFileSync(
    envFile,
    Object.entries(env)
      .map(([name, value]) => `${name}=${value}\n`)
      .join(''),
    { mode: 0o600 },
  );
  const [command = '', ...first] = composeCommand();
  const compose = async (...args: string[]) => {
    const all = [
      ...first,
      '--project-name',
      project,
      '--env-file',
      envFile,
      '--file',
      join(root, 'docker-compose.yml'),
      ...args,
    ];
    return (await run(command, all, { cwd: root, maxBuffer: 64e6 })).stdout;
  };
  return {
    run: compose,
    containersOf: async (service) =>
      (await compose('ps', '-q', service)).split('\n').filter((id) => id !== ''),
    async down() {
      await compose('down', '--volumes', '--remove-orphans', '--timeout', '10');
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Compose v2 is a command of docker; v1 is a program of its own. */
function composeCommand(): string[] {
  return spawnSync('docker', ['compose', 'version'], { stdio: 'ignore' }).status === 0
    ? ['docker', 'compose']
    : ['docker-compose'];
}

/** Builds the image that docker-compose.yml names. The host's network: package registries are reached as the host does. */
export async function buildImage(tag: string): Promise<void> {
  await run('docker', ['build', '--network=host', '--tag', `latchkey:${tag}`, '.'], {
    cwd: root,
    maxBuffer: 64e6,
  });
}

/** Runs `docker <args>`. */
export async function docker(...args: string[]): Promise<string> {
  return (await run('docker', args, { maxBuffer: 64e6 })).stdout.trim();
}
