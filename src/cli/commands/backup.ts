import { IdiographError } from '../../dossier/errors.ts';
import { backup } from '../../store/maintenance.ts';
import type { Command } from '../command.ts';
import { dataOption, openExisting } from '../dataFolder.ts';

export const command: Command = {
  summary: 'Copies a data folder as it is at one moment, while others may go on using it.',
  usage: 'idiograph backup DIR [--data DIR] [--json]',
  options: dataOption,
  async run({ positionals: [to], options }, terminal) {
    if (to === undefined)
      throw new IdiographError('usage', 'name the folder for the backup', { remedy: `usage: ${command.usage}` });
    const store = await openExisting(options);
    try {
      const report = await backup(
        store,
        to,
        { purpose: 'maintenance', actor: terminal.actor },
        { clock: terminal.now },
      );
      for (const issue of report.issues) terminal.warn(`${issue.severity} ${issue.place ?? ''}: ${issue.message}`);
      terminal.say(`${report.blobs} blobs, ${report.bytes} bytes in ${report.directory}`);
      terminal.document(report);
      return report.issues.length > 0 ? 1 : 0;
    } finally {
      await store.close();
    }
  },
};
