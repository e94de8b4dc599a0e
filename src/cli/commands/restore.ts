import { IdiographError } from '../../dossier/errors.ts';
import { restore } from '../../store/maintenance.ts';
import type { Command } from '../command.ts';
import { dataConfig, dataOption } from '../dataFolder.ts';

export const command: Command = {
  summary: 'Makes a data folder from a backup; every byte is checked. The folder must be new or empty.',
  usage: 'idiograph restore BACKUP [--data DIR] [--json]',
  options: dataOption,
  async run({ positionals: [from], options }, terminal) {
    if (from === undefined) throw new IdiographError('usage', 'name the backup', { remedy: `usage: ${command.usage}` });
    const config = dataConfig(options);
    const report = await restore(from, config);
    terminal.say(
      `${report.blobs} blobs, ${report.bytes} bytes restored to ${config.directory}. Subjects erased since the backup are in it again: erase them again.`,
    );
    terminal.document({ ...report, directory: config.directory });
    return 0;
  },
};
