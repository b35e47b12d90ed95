export { copyAnswer, type AnswerCopy } from './copy-answer.ts';
export { openSpill, type Spill } from './open-spill.ts';
export { replaySpill, replaySpillOf, type OnGone } from './replay-spill.ts';
export type { SpillRecord } from './spill-record.ts';
