import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** A browser of this machine, or undefined when there is none. With IDIOGRAPH_REQUIRE_BROWSER=1 its absence is an error. */
export function chromiumPath(): string | undefined {
  const found = [process.env.IDIOGRAPH_CHROMIUM, ...places].find((path) => path !== undefined && existsSync(path));
  if (found === undefined && process.env.IDIOGRAPH_REQUIRE_BROWSER === '1')
    throw new Error(`no Chromium at ${places.join(', ')}; set IDIOGRAPH_CHROMIUM to its path`);
  return found;
}

export async function launch(executablePath: string): Promise<Browser> {
  return chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-background-networking'],
  });
}
