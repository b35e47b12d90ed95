import type { FastifyInstance } from 'fastify';
import { z, ZodError } from 'zod';
import { faultInputSchema } from '../faults/fault.ts';
import { logQuerySchema } from '../log/log-entry.ts';
import { latchkeySchema } from '../pipeline-editor/latchkey.ts';
import { grantInputSchema } from '../providers/lab-issue-grant.ts';
import { keyInputSchema } from '../state/api-keys.ts';
import { clientInputSchema } from '../state/clients.ts';
import { settingsPatchSchema } from '../state/settings.ts';
import { grantSelectorSchema } from './control.ts';
import type { SandboxControl } from './control.ts';

type Operation = (control: SandboxControl, input: unknown) => Promise<unknown>;

/** Every operation of the control API: method and path → what it does with the query or the JSON body. */
const operations: Readonly<Record<string, Operation>> = {
  'GET /log': async (control, query) => control.log(logQuerySchema.parse(query)),
  'DELETE /log': async (control) => control.clearLog(),
  'GET /faults': async (control) => control.faults(),
  'POST /faults': async (control, body) => control.addFault(faultInputSchema.parse(body)),
  'DELETE /faults': async (control) => control.clearFaults(),
  'GET /settings': async (control) => control.settings(),
  'POST /settings': async (control, body) => control.updateSettings(settingsPatchSchema.parse(body)),
  'POST /clients': async (control, body) => control.registerClient(clientInputSchema.parse(body)),
  'POST /keys': async (control, body) => control.registerKey(keyInputSchema.parse(body)),
  'POST /expire-access-tokens': async (control, body) =>
    control.expireAccessTokens(grantSelectorSchema.parse(body)),
  'POST /revoke-grants': async (control, body) => control.revokeGrants(grantSelectorSchema.parse(body)),
  'GET /grants': async (control, query) => control.grants(grantSelectorSchema.partial().parse(query)),
  'POST /grants': async (control, body) => control.issueGrant(grantInputSchema.parse(body)),
  'POST /latchkey': async (control, body) => control.useLatchkey(latchkeySchema.parse(body)),
  'GET /overrides': async (control) => control.overrides(),
  'GET /healthz': async (control) => control.healthz(),
};

/** Mounts the control API. What is wrong with an input is answered with 400 and said in words. */
export function controlRoutes(app: FastifyInstance, control: SandboxControl): void {
  app.setErrorHandler((error, _request, reply) => {
    if (!(error instanceof ZodError)) throw error;
    return reply.code(400).send({ error: 'invalid_input', message: z.prettifyError(error) });
  });
  for (const [name, operation] of Object.entries(operations)) {
    const [method = '', url = ''] = name.split(' ');
    app.route({
      method,
      url,
      handler: async (request, reply) => {
        const result = await operation(control, method === 'GET' ? request.query : request.body);
        return result === undefined ? reply.code(204).send() : result;
      },
    });
  }
}
