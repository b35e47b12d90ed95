import { defineEntity, p } from '@mikro-orm/core';

/** A queue that stands still until somebody resumes it. The queue itself is told, and told again when it forgets. */
export const QueuePauseEntity = defineEntity({
  name: 'QueuePause',
  tableName: 'queue_pause',
  properties: {
    queue: p.text().primary(),
    pausedBy: p.text(),
    pausedAt: p.datetime().defaultRaw('now()'),
  },
});
