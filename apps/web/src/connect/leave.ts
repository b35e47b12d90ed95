import type { ConnectSession } from './session.ts';

const pause = async (milliseconds: number) =>
  new Promise<void>((resolve) => {
    setTimeout(resolve, milliseconds);
  });

/** Away from the page: back to the caller, or shut. A frame is taken away by the page that holds it. */
export async function leave(mode: ConnectSession['mode'], returnTo: string | null): Promise<void> {
  if (window.parent !== window) return;
  if (mode === 'popup') {
    window.close();
    // A tab that no script has opened stays where it is.
    await pause(300);
  }
  if (returnTo !== null) window.location.replace(returnTo);
}
