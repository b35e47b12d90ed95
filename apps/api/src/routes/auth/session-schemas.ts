import { permissions, roles } from '@latchkey/core/roles.ts';
import { z } from 'zod';
import { time } from '../schemas.ts';

export const sessionSchema = z
  .object({
    person: z.string(),
    role: z.enum(roles),
    permissions: z.array(z.enum(permissions)).describe('What the role may do.'),
    expiresAt: time,
    workspaceId: z.string().describe('The workspace of requests that name none.'),
    workspaces: z
      .array(z.object({ id: z.string(), name: z.string() }))
      .describe('Those that `X-Workspace` may name; at most 200.'),
    csrf: z.string().describe('How writes are protected: from which origin they are accepted.'),
  })
  .meta({ id: 'Session' });

export const signInBody = z.strictObject({ adminToken: z.string().min(1).max(512) });
