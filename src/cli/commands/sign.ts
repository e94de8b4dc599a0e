import { IdiographError } from '../../dossier/errors.ts';
import { compareStates, diffText, stateAt } from '../../workup/diff.ts';
import type { Command } from '../command.ts';
import { dataOption, openExisting, theSubject } from '../dataFolder.ts';
import { planOfToday, review, roleOf, sayState } from '../reviewing.ts';
import { knowledgeOf, knowledgeOption } from '../siteKnowledge.ts';

export const command: Command = {
  summary:
    'Signs the plan of a subject with all decisions on it, or amends a signed one. Refused while something urgent is unsettled, or when newer data changed the plan since it was printed.',
  usage:
    'idiograph sign [SUBJECT] [--statement TEXT] [--amend --reason TEXT] [--role ROLE] [--data DIR] [--knowledge DIR] [--json]',
  options: {
    ...dataOption,
    ...knowledgeOption,
    statement: { type: 'string' },
    amend: { type: 'boolean' },
    reason: { type: 'string' },
    role: { type: 'string' },
  },
  async run({ positionals: [named], options }, terminal) {
    const { statement, amend, reason } = options as { statement?: string; amend?: boolean; reason?: string };
    if ((amend === true) !== (reason !== undefined)) {
      throw new IdiographError('usage', 'an amendment is made with --amend and --reason together', {
        remedy: `usage: ${command.usage}`,
      });
    }
    const role = roleOf(options.role as string | undefined);
    const store = await openExisting(options);
    try {
      const access = { purpose: 'care' as const, actor: terminal.actor };
      const subject = await theSubject(store, access, named);
      const knowledgeDirectory = knowledgeOf(options, terminal);
      const reader = store.reading(access);
      const planned = async () => (await stateAt(reader, subject)).filter(({ kind }) => kind !== 'finding');
      const before = await planned();
      const plan = await planOfToday(store, subject, access, terminal, knowledgeDirectory);
      const now = await planned();
      const { changes } = compareStates(worded(before), worded(now));
      if (changes.length > 0) {
        const difference = { subject, before: 'now', after: 'now', changes, confirmed: 0 } as const;
        throw new IdiographError(
          'conflict',
          `not signed: the plan is not the one that was printed last\n${diffText(difference)}`,
          { reason: 'changed', changes, remedy: 'Read it with "idiograph plan", then sign.' },
        );
      }
      const signing = {
        type: 'sign' as const,
        ...(statement === undefined ? {} : { statement }),
        ...(reason === undefined ? {} : { amend: { reason } }),
      };
      const { entries, state } = await review(store, plan, signing, terminal, { access, role, knowledgeDirectory });
      sayState(state, terminal);
      terminal.document({ entries, state });
      return 0;
    } finally {
      await store.close();
    }
  },
};

/** Without ids of runs and days: a plan of another day that says the same is the same. */
function worded<T extends { kind: string; id: string }>(held: T[]): T[] {
  return held.map((one) => ({ ...one, id: '', run: '', basis: [] }));
}
