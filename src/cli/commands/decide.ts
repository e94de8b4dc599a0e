import { IdiographError } from '../../dossier/errors.ts';
import type { ReviewCommand } from '../../review/command.ts';
import type { Command, Invocation } from '../command.ts';
import { dataOption, openExisting } from '../dataFolder.ts';
import { planOfToday, review, roleOf, sayState, stateOf } from '../reviewing.ts';
import { knowledgeOf, knowledgeOption } from '../siteKnowledge.ts';

export const command: Command = {
  summary:
    'Records a decision on a plan line: accept, modify in your own words, or reject, with a reason; or takes it back. A safety check is acknowledged.',
  usage:
    'idiograph decide ID (--accept | --modify TEXT | --reject | --acknowledge | --take-back) [--reason TEXT] [--role ROLE] [--data DIR] [--knowledge DIR] [--json]',
  options: {
    ...dataOption,
    ...knowledgeOption,
    accept: { type: 'boolean' },
    modify: { type: 'string' },
    reject: { type: 'boolean' },
    acknowledge: { type: 'boolean' },
    'take-back': { type: 'boolean' },
    reason: { type: 'string' },
    role: { type: 'string' },
  },
  async run({ positionals: [id], options }, terminal) {
    if (id === undefined) throw usage('name the line or check by its id');
    const role = roleOf(options.role as string | undefined);
    const store = await openExisting(options);
    try {
      const access = { purpose: 'care' as const, actor: terminal.actor };
      const target = (await store.reading(access).get(id))?.record;
      if (target?.kind !== 'recommendation' && target?.kind !== 'safety-check') {
        throw new IdiographError('not-found', `${id} is no plan line and no safety check of this data folder`, {
          remedy: '"idiograph plan" prints the ids.',
        });
      }
      const knowledgeDirectory = knowledgeOf(options, terminal);
      const plan = await planOfToday(store, target.subject, access, terminal, knowledgeDirectory);
      // What was printed is the plan that the id belongs to; decisions of others are read now.
      const { seen } = await stateOf(store, plan, access, knowledgeDirectory);
      const { entries, state } = await review(store, plan, wanted(target.kind, id, options), terminal, {
        access,
        role,
        seen: { ...seen, planRun: target.run },
        knowledgeDirectory,
      });
      for (const { text, author, at } of entries) terminal.say(`recorded by ${author} (${role}) at ${at}: ${text}`);
      sayState(state, terminal);
      terminal.document({ entries, state });
      return 0;
    } finally {
      await store.close();
    }
  },
};

function wanted(kind: 'recommendation' | 'safety-check', id: string, options: Invocation['options']): ReviewCommand {
  const { accept, modify, reject, acknowledge, reason } = options;
  const takeBack = options['take-back'];
  const chosen = [accept, modify !== undefined, reject, acknowledge, takeBack].filter((one) => one === true);
  if (chosen.length !== 1) throw usage('say one of --accept, --modify, --reject, --acknowledge, --take-back');
  const why = typeof reason === 'string' ? { reason } : {};
  if (kind === 'safety-check') {
    if (!acknowledge && !takeBack) throw usage('a safety check is acknowledged, or an action is noted on it');
    if (typeof reason !== 'string') throw usage('an acknowledgement needs a --reason');
    return { type: 'acknowledge', check: id, acknowledged: acknowledge === true, reason };
  }
  if (acknowledge) throw usage('a plan line is accepted, modified or rejected');
  if (typeof modify === 'string') return { type: 'decide', line: id, decision: 'modify', wording: modify, ...why };
  return { type: 'decide', line: id, decision: accept ? 'accept' : reject ? 'reject' : 'taken-back', ...why };
}

function usage(message: string): IdiographError {
  return new IdiographError('usage', message, { remedy: `usage: ${command.usage}` });
}
