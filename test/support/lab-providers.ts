import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Sandbox } from '@latchkey/sandbox';
import { sandboxEnv } from './sandbox-env.ts';

const policies = ['none', 'rolling', 'grace', 'strict'] as const;

export type LabProvider = `lab_${(typeof policies)[number]}`;

/** The sandbox's lab providers: one OAuth server with the four ways to rotate refresh tokens. */
export const labProviders = policies.map((policy): LabProvider => `lab_${policy}`);

// `.test` never resolves (RFC 6761): without its override nothing is reached.
const origin = 'https://lab.latchkey.test';

interface LabOptions {
  /** What the definition of `lab_grace` promises. Default 120, as the sandbox's setting `labGraceSeconds`. */
  readonly graceSeconds?: number;
}

/** Writes a definition per lab provider into a folder for `PROVIDERS_DIR`. */
export async function writeLabProviders(dir: string, { graceSeconds = 120 }: LabOptions = {}): Promise<void> {
  for (const policy of policies) {
    const definition = JSON.stringify(definitionOf(policy, graceSeconds), null, 2);
    await writeFile(join(dir, `lab_${policy}.json`), definition);
  }
}

/** What makes API and workers use the sandbox for every provider, the lab ones from this folder among them. */
export function labEnv(sandbox: Pick<Sandbox, 'url' | 'overrides'>, dir: string): Record<string, string> {
  const overrides = { ...sandbox.overrides, [origin]: sandbox.url };
  const clients = labProviders.flatMap((provider) => [
    [`OAUTH_${provider.toUpperCase()}_CLIENT_ID`, `sandbox-${provider}`],
    [`OAUTH_${provider.toUpperCase()}_CLIENT_SECRET`, `sandbox-${provider}-secret`],
  ]);
  return {
    ...sandboxEnv({ url: sandbox.url, overrides }),
    PROVIDERS_DIR: dir,
    ...Object.fromEntries(clients),
  };
}

function definitionOf(policy: (typeof policies)[number], graceSeconds: number): object {
  const root = `${origin}/lab/${policy}`;
  return {
    id: `lab_${policy}`,
    label: `Lab, ${policy}`,
    docsUrl: `${origin}/lab`,
    allowedHosts: [new URL(origin).host],
    authMethods: [
      {
        type: 'oauth2',
        authorizationEndpoint: `${root}/authorize`,
        tokenEndpoint: `${root}/token`,
        revocationEndpoint: `${root}/revoke`,
        issuer: null,
        clientAuthentication: 'client_secret_post',
        tokenRequestFormat: 'form',
        pkce: 'S256',
        scopes: ['read'],
        refreshTokenRequired: true,
        refresh: {
          rotation: policy,
          graceSeconds: policy === 'grace' ? graceSeconds : null,
          expiresInDefaultSeconds: null,
          oldAccessTokenSurvives: true,
        },
        userinfo: {
          method: 'GET',
          url: `${root}/me`,
          account: { id: '/id', name: '/name', avatarUrl: '/picture' },
        },
      },
    ],
  };
}
