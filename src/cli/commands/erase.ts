import { existsSync } from 'node:fs';
import { IdiographError } from '../../dossier/errors.ts';
import { openAudit } from '../../privacy/audit/audit.ts';
import { homeIn } from '../../server/home.ts';
import { forgetOnDisk } from '../../server/house/erasures.ts';
import type { Command } from '../command.ts';
import { dataOption, openExisting } from '../dataFolder.ts';

export const command: Command = {
  summary: 'Removes all that is kept of a subject and all that came of it. A tombstone without content stays.',
  usage: 'idiograph erase SUBJECT --reason TEXT [--data DIR] [--json]',
  options: { ...dataOption, reason: { type: 'string' } },
  async run({ positionals: [subject], options }, terminal) {
    if (subject === undefined || typeof options.reason !== 'string' || options.reason.trim() === '') {
      throw new IdiographError('usage', 'an erasure needs the subject and a --reason', {
        remedy: `usage: ${command.usage}`,
      });
    }
    const store = await openExisting(options);
    try {
      const tombstone = await store.erase(subject, {
        actor: terminal.actor,
        reason: options.reason,
        at: terminal.now(),
      });
      const home = homeIn(store.config.directory);
      if (existsSync(home.audit)) {
        const audit = await openAudit(home.audit, { now: terminal.now });
        const actor = `cli:${terminal.actor}`;
        await audit.append({ actor, action: 'delete', route: 'erase', subject, outcome: 'ok' });
        await audit.close();
      }
      const erased = (await store.tombstones()).map((one) => one.subject);
      const done = await forgetOnDisk(home, erased);
      if (!done)
        terminal.say(
          'The server that runs removes its drafts, uploads, drawings, cached images and jobs within seconds.',
        );
      terminal.say(
        `${subject} erased: ${tombstone.records} records, ${tombstone.blobs} blobs, ${tombstone.bytes} bytes. Backups, exports and reports written before still hold it.`,
      );
      terminal.document(tombstone);
      return 0;
    } finally {
      await store.close();
    }
  },
};
