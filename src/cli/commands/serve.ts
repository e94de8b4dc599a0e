import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { IdiographError } from '../../dossier/errors.ts';
import type { Command, Terminal } from '../command.ts';
import { dataConfig, dataOption } from '../dataFolder.ts';
import { knowledgeOf, knowledgeOption } from '../siteKnowledge.ts';
import { version } from '../version.ts';

const usualPort = 4110;

export const command: Command = {
  summary:
    'Opens the workspace in the browser: patients, images, timeline, plan. On this machine only, unless told otherwise.',
  usage:
    'idiograph serve [--port N] [--host H --tls-cert FILE --tls-key FILE [--name HOST]] [--demo] [--no-open] [--data DIR] [--packs DIR] [--knowledge DIR] [--json]',
  options: {
    ...dataOption,
    ...knowledgeOption,
    port: { type: 'string' },
    host: { type: 'string' },
    name: { type: 'string' },
    'tls-cert': { type: 'string' },
    'tls-key': { type: 'string' },
    demo: { type: 'boolean' },
    'no-open': { type: 'boolean' },
    packs: { type: 'string' },
  },
  async run({ options }, terminal) {
    const { directory } = dataConfig(options);
    if (options.demo === true) {
      const { fillWithExamples } = await import('../exampleStore.ts');
      await fillWithExamples(directory, terminal);
    }
    return serveUntilStopped(
      {
        directory,
        host: (options.host as string | undefined) ?? '127.0.0.1',
        port: portOf(options.port as string | undefined),
        names: typeof options.name === 'string' ? options.name.split(',') : [],
        tls: tlsOf(options['tls-cert'] as string | undefined, options['tls-key'] as string | undefined),
        packsDirectory: (options.packs as string | undefined) ?? ownPacks(directory),
        knowledgeDirectory: knowledgeOf(options, terminal),
        open: options['no-open'] !== true && !terminal.json,
      },
      terminal,
    );
  },
};

/** Packs that lie in the data folder itself, as those of the example patients do; else the usual place. */
function ownPacks(directory: string): string | undefined {
  const folder = join(directory, 'packs');
  return existsSync(folder) ? folder : undefined;
}

interface Wanted {
  directory: string;
  host: string;
  port: number | undefined;
  names: readonly string[];
  tls: { certificate: string; key: string } | undefined;
  packsDirectory: string | undefined;
  knowledgeDirectory?: string | undefined;
  open: boolean;
}

/** Serves until Ctrl-C or SIGTERM, then lets what is under way finish. */
export async function serveUntilStopped(wanted: Wanted, terminal: Terminal): Promise<number> {
  const { buildPage } = await import('../../../scripts/buildPage.js');
  terminal.progress('building the page (first start only)');
  const pageFolder = await buildPage();
  const { openWorkspace } = await import('../../server/openWorkspace.ts');
  const { serve } = await import('../../server/serve.ts');
  const workspace = await openWorkspace({
    data: wanted.directory,
    packsDirectory: wanted.packsDirectory,
    knowledgeDirectory: wanted.knowledgeDirectory,
    version: version(),
    now: terminal.now,
  });
  try {
    const by = { actor: `cli:${terminal.actor}` };
    const first = await workspace.accounts.firstAccount(by);
    const start = (port: number) =>
      serve({
        ...wanted,
        workspace,
        pageFolder,
        port,
        onError: (error, requestId) => {
          terminal.warn(`request ${requestId}: ${error instanceof Error ? error.message : String(error)}`);
          if (process.env.IDIOGRAPH_DEBUG) console.error(error);
        },
      });
    const serving = wanted.port === undefined ? await start(usualPort).catch(() => start(0)) : await start(wanted.port);
    terminal.say(`Idiograph is at ${serving.url}`);
    if (first !== undefined) {
      const code = await workspace.accounts.makeCode(first.account.id, by);
      terminal.say(`  sign in as:  ${first.account.name}`);
      terminal.say(`  password:    ${first.password}   (shown this once; kept only as a hash)`);
      terminal.say(`  or open, once and within ten minutes:  ${serving.url}/#code=${code}`);
      terminal.say('  more accounts: idiograph accounts add NAME --roles clinician,researcher,administrator,viewer');
      if (wanted.open) openBrowser(`${serving.url}/#code=${code}`);
      terminal.document({
        url: serving.url,
        data: wanted.directory,
        account: { name: first.account.name, password: first.password },
      });
    } else {
      terminal.say('  sign in with your account; a lost password: idiograph accounts reset NAME');
      if (wanted.open) openBrowser(serving.url);
      terminal.document({ url: serving.url, data: wanted.directory });
    }
    terminal.say('  data folder: ' + wanted.directory);
    terminal.say('Stop with Ctrl-C.');
    await stopped(terminal.signal);
    await serving.close();
    return 0;
  } finally {
    await workspace.close();
  }
}

function stopped(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

export function portOf(given: string | undefined): number | undefined {
  if (given === undefined) return undefined;
  const port = Number(given);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new IdiographError('usage', `--port ${given} is not a port`, { remedy: 'A whole number from 0 to 65535.' });
  return port;
}

function tlsOf(certificate: string | undefined, key: string | undefined): Wanted['tls'] {
  if (certificate === undefined && key === undefined) return undefined;
  if (certificate === undefined || key === undefined)
    throw new IdiographError('usage', '--tls-cert and --tls-key belong together', { remedy: 'Name both.' });
  return { certificate, key };
}

/** The browser of the desktop, where there is one. That it does not open is no fault: the address is printed. */
function openBrowser(url: string): void {
  const [program, ...before] =
    process.platform === 'darwin' ? ['open'] : process.platform === 'win32' ? ['cmd', '/c', 'start', ''] : ['xdg-open'];
  if (process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) return;
  const child = spawn(program!, [...before, url], { stdio: 'ignore', detached: true });
  child.on('error', () => {});
  child.unref();
}
