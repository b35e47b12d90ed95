export { openOverviews, type Overview } from './get-overview.ts';
export { periods, type Period } from './periods.ts';
