// Finds a Chromium for the browser tests. None is downloaded: a machine has one or the tests are left out, and say so.

import { existsSync } from 'node:fs';

const usual = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/** Path of the browser, if there is one. CHROMIUM_PATH, when set, is the only candidate: a wrong one hides no mistake. */
export function findChromium(): string | undefined {
  const candidates = process.env['CHROMIUM_PATH'] === undefined ? usual : [process.env['CHROMIUM_PATH']];
  return candidates.find((path) => existsSync(path));
}

/** `--no-sandbox`: Chromium refuses to start as root, as in a container, without it. */
export const chromiumArguments = ['--no-sandbox', '--enable-unsafe-webgpu'];
