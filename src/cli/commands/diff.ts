import { IdiographError } from '../../dossier/errors.ts';
import { diffDossiers, diffText } from '../../workup/diff.ts';
import type { Moment } from '../../workup/moment.ts';
import type { Command } from '../command.ts';
import { dataOption, openExisting, theSubject } from '../dataFolder.ts';

export const command: Command = {
  summary: 'Says what changed between two states of a dossier: findings, safety checks, plan lines.',
  usage:
    'idiograph diff --from MOMENT [--to MOMENT] [--subject ID] [--data DIR] [--json]   (a moment is a time, a sequence number or "now")',
  options: { ...dataOption, subject: { type: 'string' }, from: { type: 'string' }, to: { type: 'string' } },
  async run({ options }, terminal) {
    if (typeof options.from !== 'string')
      throw new IdiographError('usage', 'say from when with --from', { remedy: `usage: ${command.usage}` });
    const store = await openExisting(options, true);
    try {
      const access = { purpose: 'care' as const, actor: terminal.actor };
      const subject = await theSubject(store, access, options.subject as string | undefined);
      const found = await diffDossiers(
        store.reading(access),
        subject,
        momentOf(options.from),
        momentOf((options.to as string | undefined) ?? 'now'),
      );
      terminal.say(diffText(found));
      terminal.document(found);
      return 0;
    } finally {
      await store.close();
    }
  },
};

function momentOf(text: string): Moment {
  if (text === 'now') return 'now';
  return /^\d{1,15}$/.test(text) && !/^\d{4}$/.test(text) ? { sequence: Number(text) } : { at: text };
}
