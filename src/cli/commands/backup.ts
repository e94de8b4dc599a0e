import { existsSync } from 'node:fs';
import { IdiographError } from '../../dossier/errors.ts';
import { homeIn } from '../../server/home.ts';
import { backupServer, type ServerBackup } from '../../server/house/backupServer.ts';
import { noteBackup } from '../../server/house/lastBackup.ts';
import { backup } from '../../store/maintenance.ts';
import type { Command } from '../command.ts';
import { dataOption, openExisting } from '../dataFolder.ts';

export const command: Command = {
  summary:
    'Copies a data folder as it is at one moment, with accounts and audit chain, while others may go on using it. Secrets stay out unless --with-secrets.',
  usage: 'idiograph backup DIR [--with-secrets] [--data DIR] [--json]',
  options: { ...dataOption, 'with-secrets': { type: 'boolean' } },
  async run({ positionals: [to], options }, terminal) {
    if (to === undefined)
      throw new IdiographError('usage', 'name the folder for the backup', { remedy: `usage: ${command.usage}` });
    const store = await openExisting(options);
    const home = homeIn(store.config.directory);
    let beside: ServerBackup | undefined;
    try {
      const report = await backup(
        store,
        to,
        { purpose: 'maintenance', actor: terminal.actor },
        {
          clock: terminal.now,
          async beside(directory) {
            const actor = `cli:${terminal.actor}`;
            const withSecrets = options['with-secrets'] === true;
            beside = await backupServer(home, directory, { now: terminal.now, actor, withSecrets });
            return beside.files;
          },
        },
      );
      const issues = [...report.issues, ...(beside?.issues ?? [])];
      const complete = issues.every(({ severity }) => severity === 'info');
      for (const { severity, place, message, remedy } of issues)
        terminal.warn(`${severity} ${place ?? ''}: ${message}${remedy ? `. ${remedy}` : ''}`);
      terminal.say(
        `${report.blobs} blobs, ${report.others} files of the server, ${report.bytes} bytes in ${report.directory}`,
      );
      if (beside?.lines !== undefined)
        terminal.say(`audit chain: ${beside.lines} lines, up to its last checkpoint, verified`);
      if (existsSync(home.server)) await noteBackup(home.server, { at: terminal.now(), bytes: report.bytes, complete });
      terminal.document({ ...report, issues, auditLines: beside?.lines });
      return complete ? 0 : 1;
    } finally {
      await store.close();
    }
  },
};
