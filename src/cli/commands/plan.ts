import { keepPlan } from '../../plan/keepPlan.ts';
import type { Command } from '../command.ts';
import { dataOption, openExisting, theSubject } from '../dataFolder.ts';
import { decisionText, sayState, stateOf } from '../reviewing.ts';
import { knowledgeOf, knowledgeOption } from '../siteKnowledge.ts';
import { asOfDate } from './run.ts';

export const command: Command = {
  summary: 'Builds and prints the plan of a subject: safety checks, then lines with what speaks for and against them.',
  usage: 'idiograph plan [--subject ID] [--as-of DATE] [--data DIR] [--knowledge DIR] [--json]',
  options: { ...dataOption, ...knowledgeOption, subject: { type: 'string' }, 'as-of': { type: 'string' } },
  async run({ options }, terminal) {
    const store = await openExisting(options);
    try {
      const access = { purpose: 'care' as const, actor: terminal.actor };
      const subject = await theSubject(store, access, options.subject as string | undefined);
      const now = terminal.now();
      const asOf = asOfDate(options['as-of'] as string | undefined, now);
      const knowledgeDirectory = knowledgeOf(options, terminal);
      const plan = await keepPlan(store, subject, asOf, access, now, knowledgeDirectory);
      const state = await stateOf(store, plan, access, knowledgeDirectory);
      for (const check of plan.safetyChecks) {
        terminal.say(
          `${check.urgency === 'now' ? 'ACT NOW ' : ''}${check.display}: ${check.stateLabel}. ${check.statement}`,
        );
        if (check.action) terminal.say(`  ${check.action}`);
        const known = state.checks.find(({ id }) => id === check.id)?.acknowledged;
        if (known) terminal.say(`  answered for by ${known.author} (${known.role}) at ${known.at}: ${known.text}`);
        else if (check.urgency !== 'none') terminal.say(`  id ${check.id}`);
      }
      for (const line of plan.recommendations) {
        terminal.say(
          `\n[${line.urgency}] ${line.action}\n  strength: ${line.strength.grade} (${line.strength.body}); id ${line.id}`,
        );
        const decision = state.lines.find(({ id }) => id === line.id)?.decision;
        if (decision) terminal.say(`  decision: ${decisionText(decision)}`);
        for (const one of line.for) terminal.say(`  for:     ${one.statement}`);
        for (const one of line.against) terminal.say(`  against: ${one.statement}`);
        for (const one of line.wouldChange) terminal.say(`  would change it: ${one}`);
      }
      sayState(state, terminal);
      terminal.document({ ...plan, review: state });
      return 0;
    } finally {
      await store.close();
    }
  },
};
