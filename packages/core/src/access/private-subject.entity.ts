import { defineEntity, p } from '@mikro-orm/core';

/**
 * An id that is private to a person: of a credential, or of an authorization that is to bring one. Triggers keep it in
 * step with both tables; a row stays when its credential is erased, since events and audit go on naming it.
 */
export const PrivateSubjectEntity = defineEntity({
  name: 'PrivateSubject',
  tableName: 'private_subject',
  properties: {
    subject: p.text().primary(),
    workspaceId: p.text(),
    owner: p.text(),
  },
});
