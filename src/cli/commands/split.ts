import { IdiographError } from '../../dossier/errors.ts';
import { splitSubject } from '../../join/split.ts';
import type { Command } from '../command.ts';
import { dataOption, openExisting } from '../dataFolder.ts';
import { orderOf, sayTransfer } from './merge.ts';

export const command: Command = {
  summary:
    'Declares that some sources of a subject are another person’s: a new subject takes them in, or the one named with --into.',
  usage:
    'idiograph split SUBJECT --sources ID,ID --reason TEXT [--into SUBJECT | --label TEXT] [--identities ID,ID] [--data DIR] [--json]',
  options: {
    ...dataOption,
    sources: { type: 'string' },
    identities: { type: 'string' },
    into: { type: 'string' },
    label: { type: 'string' },
    reason: { type: 'string' },
  },
  async run({ positionals: [subject, ...more], options }, terminal) {
    const { into, label } = options as { into?: string; label?: string };
    const sources = listed(options['sources']);
    if (subject === undefined || more.length > 0 || sources.length === 0) {
      throw new IdiographError('usage', 'a split needs one subject and the --sources that leave it', {
        remedy: `usage: ${command.usage}. Source ids stand in the report and in idiograph export.`,
      });
    }
    const order = orderOf(options, terminal, command.usage);
    const store = await openExisting(options);
    try {
      const choice = {
        sources,
        identities: listed(options['identities']),
        ...(into !== undefined && { into }),
        ...(label !== undefined && { label }),
      };
      sayTransfer(await splitSubject(store, subject, choice, order), terminal);
      return 0;
    } finally {
      await store.close();
    }
  },
};

function listed(value: unknown): string[] {
  return typeof value === 'string' ? value.split(',').flatMap((one) => one.trim() || []) : [];
}
