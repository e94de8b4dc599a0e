import { IdiographError } from '../../dossier/errors.ts';
import { changeSafetyAction, noteEntries } from '../../review/checks.ts';
import type { Command } from '../command.ts';
import { dataOption, openExisting } from '../dataFolder.ts';
import { roleOf } from '../reviewing.ts';

const types = ['safety-action', 'decision', 'comment'] as const;

export const command: Command = {
  summary:
    "Records what a person did, decided or remarked about a finding, safety check or plan line. A safety action is a clinician's and closes the question that the answer raised; with the id of such an action it is put right, or taken back.",
  usage:
    'idiograph note ID --text TEXT [--type safety-action|decision|comment] [--take-back] [--role ROLE] [--data DIR] [--json]',
  options: {
    ...dataOption,
    text: { type: 'string' },
    type: { type: 'string' },
    'take-back': { type: 'boolean' },
    role: { type: 'string' },
  },
  async run({ positionals: [id], options }, terminal) {
    const { text } = options as { text?: string };
    const takeBack = options['take-back'] === true;
    const type = types.find((one) => one === (options.type ?? (takeBack ? 'safety-action' : 'comment')));
    const stated = options.role as string | undefined;
    const role = type === 'safety-action' ? roleOf(stated) : (stated ?? 'not stated');
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
      const author = { name: terminal.actor, roles: [role] };
      const said = { author, at: terminal.now() };
      const isAction = target.kind === 'entry' && target.type === 'safety-action';
      if (takeBack && !isAction) {
        throw new IdiographError('usage', `${id} is no safety action that could be taken back`, {
          remedy: 'Name the entry of the action: "idiograph note" prints it with --json, and so does the plan.',
        });
      }
      const behind = target.kind === 'safety-check' ? target.basis : [];
      const answers = (await Promise.all(behind.map((one) => reader.get(one)))).flatMap((found) =>
        found !== undefined && 'slot' in found.record && found.record.slot !== undefined
          ? [
              {
                id: found.record.id,
                slot: found.record.slot,
                ...('derivedFrom' in found.record ? { derivedFrom: found.record.derivedFrom } : {}),
              },
            ]
          : [],
      );
      const entries =
        isAction && type === 'safety-action'
          ? changeSafetyAction(
              { entries: await reader.list(target.subject, 'entry', { history: true }) },
              { type: 'change-safety-action', entry: target.id, takeBack, text },
              said,
            )
          : noteEntries({ target, answers, type, text }, said);
      await store.write(entries);
      const what = isAction && takeBack ? 'taken back' : 'recorded';
      terminal.say(`${what} by ${terminal.actor} (${role}) at ${said.at}: ${text}`);
      terminal.document({ entries });
      return 0;
    } finally {
      await store.close();
    }
  },
};
