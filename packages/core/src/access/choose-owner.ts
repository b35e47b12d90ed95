import { Problem } from '../errors.ts';
import { fieldError } from '../field-rules.ts';
import type { Asker, Owned, Visibility } from './credential-access.ts';

/** Whose something new is: the person's who makes it, seen by the workspace unless they say otherwise. @throws Problem `validation_failed` */
export function chooseOwner(actor: Asker, visibility: Visibility = 'workspace'): Owned {
  if (visibility === 'private' && actor.subject === null) {
    throw new Problem('validation_failed', { errors: [fieldError('visibility', 'needs_person')] });
  }
  return { owner: actor.subject, visibility };
}
