import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Sandbox } from '@latchkey/sandbox';
import { labEnv, writeLabProviders } from './lab-providers.ts';
import { startStack, type Stack } from './stack.ts';

interface LabStackOptions {
  /** Where the lab is reached: something that stands before the sandbox. Default: the sandbox itself. */
  readonly labUrl?: (sandbox: Sandbox) => string;
}

/** The whole product with the lab providers. */
export async function startLabStack({ labUrl = ({ url }) => url }: LabStackOptions = {}): Promise<Stack> {
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-lab-'));
  await writeLabProviders(folder);
  const stack = await startStack({
    env: (sandbox) => labEnv({ ...sandbox, url: labUrl(sandbox) }, folder),
  });
  return {
    ...stack,
    async close() {
      await stack.close();
      await rm(folder, { recursive: true });
    },
  };
}
