import { existsSync } from 'node:fs';

const paths = [
  process.env['CHROMIUM_PATH'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
];

/** The machine's own browser; null where there is none. Nothing is downloaded. */
export const chromiumPath =
  paths.find((path) => path !== undefined && path !== '' && existsSync(path)) ?? null;

export const whyNoBrowser = 'there is no Chromium on this machine (CHROMIUM_PATH names one)';
