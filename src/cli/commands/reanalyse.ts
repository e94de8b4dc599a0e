import { keepPlan } from '../../plan/keepPlan.ts';
import { reanalyse } from '../../workup/reanalyse.ts';
import type { Command } from '../command.ts';
import { dataOption, openExisting } from '../dataFolder.ts';
import { knowledgeOf, knowledgeOption } from '../siteKnowledge.ts';
import { asOfDate } from './run.ts';

export const command: Command = {
  summary:
    'After an update of knowledge, pack, norm or program: runs again what it touched and says whose plan lines changed.',
  usage:
    'idiograph reanalyse [--subject ID] [--preview] [--as-of DATE] [--data DIR] [--packs DIR] [--knowledge DIR] [--json]',
  options: {
    ...dataOption,
    ...knowledgeOption,
    subject: { type: 'string' },
    preview: { type: 'boolean' },
    'as-of': { type: 'string' },
    packs: { type: 'string' },
  },
  async run({ options }, terminal) {
    const store = await openExisting(options);
    try {
      const access = { purpose: 'care' as const, actor: terminal.actor };
      const asOf = asOfDate(options['as-of'] as string | undefined, terminal.now());
      const knowledgeDirectory = knowledgeOf(options, terminal);
      const results = await reanalyse(store, {
        access,
        clock: terminal.now,
        signal: terminal.signal,
        subjects: typeof options.subject === 'string' ? [options.subject] : undefined,
        preview: options.preview === true,
        packsDirectory: options.packs as string | undefined,
        ...(knowledgeDirectory === undefined ? {} : { knowledgeDirectory }),
        buildPlan: async (of, subject) =>
          (await keepPlan(of, subject, asOf, access, terminal.now(), knowledgeDirectory)).recommendations,
      });
      for (const one of results) {
        terminal.say(
          `${one.subject} ${one.label}: ${one.stale.length === 0 ? 'nothing was touched' : `${one.stale.length} runs touched`}`,
        );
        for (const stale of one.stale) terminal.say(`  ${stale.title}: ${stale.reasons.join('; ')}`);
        for (const change of one.changes)
          terminal.say(
            `  ${change.change} ${change.title}: ${[change.before?.says, change.after?.says].filter(Boolean).join(' -> ')}`,
          );
      }
      terminal.document(results);
      return 0;
    } finally {
      await store.close();
    }
  },
};
