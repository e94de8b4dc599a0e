import { IdiographError } from '../../dossier/errors.ts';
import { noteEntries } from '../../review/checks.ts';
import type { Command } from '../command.ts';
import { dataOption, openExisting } from '../dataFolder.ts';

const types = ['safety-action', 'decision', 'comment'] as const;

export const command: Command = {
  summary:
    'Records what a person did, decided or remarked about a finding, safety check or plan line. A safety action closes the question that the finding raised.',
  usage: 'idiograph note ID --text TEXT [--type safety-action|decision|comment] [--role ROLE] [--data DIR] [--json]',
  options: { ...dataOption, text: { type: 'string' }, type: { type: 'string' }, role: { type: 'string' } },
  async run({ positionals: [id], options }, terminal) {
    const { text, role = 'not stated' } = options as { text?: string; role?: string };
    const type = types.find((one) => one === (options.type ?? 'comment'));
    if (id === undefined || text === undefined || text.trim() === '' || type === undefined) {
      throw new IdiographError('usage', 'a note needs the id that it is about, a --text and a known --type', {
        remedy: `usage: ${command.usage}`,
      });
    }
    const store = await openExisting(options);
    try {
      const reader = store.reading({ purpose: 'care', actor: terminal.actor });
      const target = (await reader.get(id))?.record;
      if (target === undefined || !('subject' in target)) {
        throw new IdiographError('not-found', `nothing in the data folder has the id ${id}`, {
          remedy: 'Ids stand in findings.json, plan.json and beside each line of the report.',
        });
      }
      const behind = target.kind === 'safety-check' ? target.basis : [];
      const answers = (await Promise.all(behind.map((one) => reader.get(one)))).flatMap((found) =>
        found !== undefined && 'slot' in found.record && found.record.slot !== undefined
          ? [{ id: found.record.id, slot: found.record.slot }]
          : [],
      );
      const at = terminal.now();
      const author = { name: terminal.actor, roles: [role] };
      const entries = noteEntries({ target, answers, type, text }, { author, at });
      await store.write(entries);
      terminal.say(`recorded by ${terminal.actor} (${role}) at ${at}: ${text}`);
      terminal.document({ entries });
      return 0;
    } finally {
      await store.close();
    }
  },
};
