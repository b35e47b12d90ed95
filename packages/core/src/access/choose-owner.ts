import { Problem } from '../errors.ts';
import type { Asker, Owned, Visibility } from './credential-access.ts';

/** Whose something new is: the person's who makes it, seen by the workspace unless they say otherwise. @throws Problem `validation_failed` */
export function chooseOwner(actor: Asker, visibility: Visibility = 'workspace'): Owned {
  if (visibility === 'private' && actor.subject === null) {
    throw new Problem('validation_failed', {
      errors: [
        {
          path: 'visibility',
          message: 'only a person who signed in, or their personal token, has something private',
        },
      ],
    });
  }
  return { owner: actor.subject, visibility };
}
