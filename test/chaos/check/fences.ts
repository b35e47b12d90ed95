import type { History, Violation, Write } from '../history.ts';

const rising = new Set(['latchkey.credential.refreshed', 'latchkey.credential.activated']);

/**
 * I5: the token version only rises, in the rows and in the events; a new secret has a new version; and the end of an
 * attempt changes a credential only while its fence is the newest.
 */
export function checkFences({ writes, events }: History): Violation[] {
  return [...writes.flatMap(checkWrite), ...checkEvents(events)];
}

function checkWrite(write: Write): Violation[] {
  const { credentialId, tokenVersion, status, secretChanged, healthChanged, writerFence, fence } = write;
  const found: Violation[] = [];
  const say = (text: string) =>
    found.push({ invariant: 'I5', text: `${credentialId}: ${text}`, evidence: write });
  if (tokenVersion.after < tokenVersion.before)
    say(`the token version fell from ${tokenVersion.before} to ${tokenVersion.after}`);
  if (secretChanged && tokenVersion.after <= tokenVersion.before)
    say(`its secret was replaced under the same version ${tokenVersion.after}`);
  const changed = secretChanged || healthChanged || status.before !== status.after;
  if (changed && writerFence !== null && writerFence !== fence)
    say(`the holder of fence ${writerFence} wrote over fence ${fence}`);
  return found;
}

function checkEvents(events: History['events']): Violation[] {
  const versioned = events.filter(({ type, tokenVersion }) => rising.has(type) && tokenVersion !== null);
  return [...Map.groupBy(versioned, ({ credentialId }) => credentialId)].flatMap(([credentialId, own]) =>
    own.flatMap((event, index): Violation[] => {
      const before = own[index - 1];
      if (before === undefined || Number(before.tokenVersion) < Number(event.tokenVersion)) return [];
      return [
        {
          invariant: 'I5',
          text: `${credentialId}: an event says version ${event.tokenVersion} after version ${before.tokenVersion}`,
          evidence: [before, event],
        },
      ];
    }),
  );
}
