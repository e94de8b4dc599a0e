import { IdiographError } from '../../dossier/errors.ts';
import { type RestoredChain, restoreServer } from '../../server/house/restoreServer.ts';
import { restore } from '../../store/maintenance.ts';
import type { Command } from '../command.ts';
import { dataConfig, dataOption } from '../dataFolder.ts';

export const command: Command = {
  summary:
    'Makes a data folder from a backup; every byte and the audit chain are checked. The folder must be new or empty.',
  usage: 'idiograph restore BACKUP [--audit-key FILE] [--data DIR] [--json]',
  options: { ...dataOption, 'audit-key': { type: 'string' } },
  async run({ positionals: [from], options }, terminal) {
    if (from === undefined) throw new IdiographError('usage', 'name the backup', { remedy: `usage: ${command.usage}` });
    const config = dataConfig(options);
    let chain: RestoredChain | undefined;
    const report = await restore(from, config, {
      async before(directory) {
        const keyFile = options['audit-key'] as string | undefined;
        chain = await restoreServer(directory, { keyFile, now: terminal.now, actor: `cli:${terminal.actor}` });
      },
    });
    terminal.say(
      `${report.blobs} blobs, ${report.others} files of the server, ${report.bytes} bytes restored to ${config.directory}. Subjects erased since the backup are in it again: erase them again.`,
    );
    if (report.others > 0)
      terminal.say(
        'Nobody is signed in. Accounts that were disabled or changed since the backup are as they were then.',
      );
    const verdict = chain?.verdict;
    if (verdict) {
      terminal.say(`audit chain: ${verdict.lines} lines, ${verdict.intact ? 'intact' : 'NOT INTACT'}`);
      for (const { file, line, message } of verdict.problems.slice(0, 20)) terminal.warn(`${file}:${line}: ${message}`);
    } else if (chain) {
      terminal.warn(
        'the audit chain was not verified: its key is not here. Put your copy at server/audit.key of the data folder (or name it with --audit-key), then run "idiograph audit verify". The server does not start without it.',
      );
    }
    terminal.document({ ...report, directory: config.directory, ...(chain && { audit: verdict ?? null }) });
    return verdict?.intact === false ? 1 : 0;
  },
};
