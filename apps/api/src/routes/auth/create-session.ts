import { Problem } from '@latchkey/core/errors.ts';
import { publicOrigin } from '@latchkey/core/public-url.ts';
import { z } from 'zod';
import type { Route } from '../../api.ts';
import { bootstrapActor } from '../../plugins/authentication.ts';
import { countRefusedAuthentication } from '../../plugins/refused-authentication.ts';
import { refuseOtherSites } from '../../plugins/same-origin.ts';
import { orProblem, time, toTime } from '../schemas.ts';
import { signInBody } from './session-schemas.ts';
import { signIn } from './sign-in.ts';

export const createSessionRoute: Route = (api) => {
  api.post(
    '/auth/session',
    {
      schema: {
        operationId: 'createSession',
        summary: 'Sign in to the console with the admin token',
        tags: ['sessions'],
        body: signInBody,
        response: { 201: z.object({ role: z.literal('admin'), expiresAt: time }), ...orProblem },
      },
      config: { permission: 'public', audit: 'session.start', limit: 'sign_in' },
    },
    async (request, reply) => {
      // Signing a browser in from another site would make its owner work in somebody else's name.
      refuseOtherSites(request, publicOrigin(api.runtime.settings.publicUrl));
      if (!(await api.authentication.provesAdmin(request, request.body.adminToken))) {
        request.log.warn({ clientAddress: request.ip }, 'a sign-in with a wrong admin token was refused');
        countRefusedAuthentication(request, 'admin token', 'unauthenticated');
        throw new Problem('unauthenticated', { detail: 'This is not the admin token.' });
      }
      const person = { subject: bootstrapActor.name, role: bootstrapActor.role };
      const expiresAt = await signIn(request, reply, { person, actor: bootstrapActor });
      return reply.code(201).send({ role: 'admin' as const, expiresAt: toTime(expiresAt) });
    },
  );
};
