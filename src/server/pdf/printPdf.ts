import { execFile } from 'node:child_process';
import { constants, existsSync } from 'node:fs';
import { access, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { IdiographError } from '../../dossier/errors.ts';

const places = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];
const patienceMs = 60_000;

/** A Chromium of this machine that can print, or undefined. `IDIOGRAPH_CHROMIUM` names another one. */
export function findChromium(): string | undefined {
  return [process.env['IDIOGRAPH_CHROMIUM'], ...places].find((path) => path !== undefined && existsSync(path));
}

/** Stands before the page, which keeps its standards mode by the document type here: no script, nothing loaded. */
const policy = `<!doctype html><meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:">`;

/** Longer than any print takes. */
const leftAfterMs = 10 * 60_000;

/** Removes pages that killed programs have left in this folder. Those that another program prints at this moment stay. */
export async function clearPrints(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names) {
    const pid = /^print-(\d+)-/.exec(name)?.[1];
    if (pid === undefined) continue;
    const path = join(folder, name);
    const age = Date.now() - (await stat(path).catch(() => ({ mtimeMs: 0 }))).mtimeMs;
    // Ours can only be left from before: a container gives its program the same number each time.
    if (Number(pid) !== process.pid && isAlive(Number(pid)) && age < leftAfterMs) continue;
    await rm(path, { recursive: true, force: true, maxRetries: 10 });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

let last: Promise<unknown> = Promise.resolve();

/**
 * A self-contained page as PDF, printed by a browser without window, network and script. One at a time: a browser takes
 * some hundred megabytes. The page lies in a folder of its own in `folder` while it is printed; what a kill leaves of it goes
 * with {@link clearPrints}. Throws `unsupported` when there is no browser or it fails, `aborted`.
 */
export function printPdf(
  html: string,
  options: { folder: string; chromium?: string | undefined; signal?: AbortSignal },
): Promise<Uint8Array> {
  const chromium = options.chromium ?? findChromium();
  if (chromium === undefined) return Promise.reject(cannot('there is no Chromium on this machine'));
  const turn = last.then(() => print(html, chromium, options.folder, options.signal));
  last = turn.catch(() => undefined);
  return turn;
}

async function print(
  html: string,
  chromium: string,
  parent: string,
  signal: AbortSignal | undefined,
): Promise<Uint8Array> {
  await mkdir(parent, { recursive: true, mode: 0o700 });
  const folder = await mkdtemp(join(parent, `print-${process.pid}-`));
  try {
    const page = join(folder, 'page.html');
    const pdf = join(folder, 'page.pdf');
    await writeFile(page, `${policy}${html}`, { mode: 0o600 });
    await run(chromium, argumentsFor(folder, page, pdf), signal);
    await access(pdf, constants.R_OK).catch(() => {
      throw cannot('the browser made no file');
    });
    return await readFile(pdf);
  } finally {
    // Helpers of a browser that was ended may still be writing for a moment.
    await rm(folder, { recursive: true, force: true, maxRetries: 10 });
  }
}

function argumentsFor(folder: string, page: string, pdf: string): string[] {
  return [
    '--headless',
    '--disable-gpu',
    '--disable-extensions',
    '--disable-background-networking',
    '--disable-component-update',
    '--no-first-run',
    // The page needs nothing from anywhere: whatever asked for it would get no answer.
    '--host-resolver-rules=MAP * ~NOTFOUND',
    '--no-pdf-header-footer',
    `--user-data-dir=${join(folder, 'profile')}`,
    // The sandbox of the browser needs another user than root, as in containers.
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    `--print-to-pdf=${pdf}`,
    `file://${page}`,
  ];
}

function run(chromium: string, args: string[], signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    execFile(chromium, args, { timeout: patienceMs, killSignal: 'SIGKILL', ...(signal ? { signal } : {}) }, (error) => {
      if (!error) resolve();
      else if (signal?.aborted) reject(new IdiographError('aborted', 'printing was interrupted'));
      else reject(cannot(error.killed ? 'the browser took too long' : 'the browser failed', error));
    });
  });
}

function cannot(why: string, cause?: unknown): IdiographError {
  return new IdiographError('unsupported', `no PDF was made: ${why}`, {
    cause,
    remedy: 'Open the report as HTML and print it to PDF from the browser; or name a Chromium with IDIOGRAPH_CHROMIUM.',
  });
}
