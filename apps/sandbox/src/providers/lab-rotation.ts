import type { LabProviderId, ProviderId } from '../provider-ids.ts';
import type { Settings } from '../state/settings.ts';

/** What a refresh does to the refresh token that was presented. */
interface Rotation {
  /** The answer carries a new refresh token. */
  issuesSuccessor: boolean;
  /** The presented one is used up, at once or after the grace. */
  usesUp: boolean;
}

export const rotations: Readonly<Record<LabProviderId, Rotation>> = {
  lab_none: { issuesSuccessor: false, usesUp: false },
  lab_rolling: { issuesSuccessor: true, usesUp: false },
  lab_grace: { issuesSuccessor: true, usesUp: true },
  lab_strict: { issuesSuccessor: true, usesUp: true },
};

/** How long after its first use a replaced refresh token still works. */
export function reuseSeconds(provider: ProviderId, settings: Settings): number {
  return provider === 'lab_grace' ? settings.labGraceSeconds : 0;
}
