import { existsSync } from 'node:fs';

const given = process.env['CHROMIUM_PATH'];
const paths = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

function firstOf(candidates: readonly (string | undefined)[]): string | null {
  return candidates.find((path) => path !== undefined && path !== '' && existsSync(path)) ?? null;
}

/** The machine's own browser; null where there is none. Nothing is downloaded. */
export const chromiumPath = firstOf([given, ...paths]);

/** The same engine without windows: half the work for a machine, but popups and their blocker are not people's. */
export const headlessShellPath = firstOf([
  given,
  '/usr/bin/chromium-headless-shell',
  chromiumPath ?? undefined,
]);

export const whyNoBrowser = 'there is no Chromium on this machine (CHROMIUM_PATH names one)';
