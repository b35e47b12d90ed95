export type { TimelineAttempt } from './attempts-of.ts';
export { listTimeline, type TimelineItem } from './list-timeline.ts';
export { timelineTypes, type TimelineType } from './position.ts';
