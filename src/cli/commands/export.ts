import { IdiographError } from '../../dossier/errors.ts';
import { exportSubject } from '../../store/maintenance.ts';
import type { Command } from '../command.ts';
import { dataOption, openExisting, theSubject } from '../dataFolder.ts';
import { purposeOf } from './run.ts';

export const command: Command = {
  summary:
    'Writes all that is kept of a subject: records as NDJSON and the original files. The stated purpose is logged.',
  usage: 'idiograph export --out DIR --purpose PURPOSE [--subject ID] [--data DIR] [--json]',
  options: { ...dataOption, out: { type: 'string' }, subject: { type: 'string' }, purpose: { type: 'string' } },
  async run({ options }, terminal) {
    if (typeof options.out !== 'string' || typeof options.purpose !== 'string') {
      throw new IdiographError('usage', 'an export needs --out DIR and a stated --purpose', {
        remedy: `usage: ${command.usage}`,
      });
    }
    const store = await openExisting(options);
    try {
      const subject = await theSubject(
        store,
        { purpose: 'care', actor: terminal.actor },
        options.subject as string | undefined,
      );
      const report = await exportSubject(
        store,
        subject,
        options.out,
        { purpose: purposeOf(options.purpose), actor: terminal.actor },
        { clock: terminal.now },
      );
      terminal.say(`${report.files} files, ${report.bytes} bytes in ${report.directory}`);
      terminal.document(report);
      return 0;
    } finally {
      await store.close();
    }
  },
};
