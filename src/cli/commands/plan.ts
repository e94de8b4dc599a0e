import type { Recommendation } from '../../dossier/recommendation.ts';
import { cardsOf } from '../../exchange/planCards.ts';
import { keepPlan } from '../../plan/keepPlan.ts';
import type { Command, Terminal } from '../command.ts';
import { dataOption, openExisting, theSubject } from '../dataFolder.ts';
import { decisionText, sayState, stateOf } from '../reviewing.ts';
import { knowledgeOf, knowledgeOption } from '../siteKnowledge.ts';
import { asOfDate } from './run.ts';

export const command: Command = {
  summary: 'Builds and prints the plan of a subject: safety checks, then lines with what speaks for and against them.',
  usage: 'idiograph plan [SUBJECT] [--as-of DATE] [--cards] [--data DIR] [--knowledge DIR] [--json]',
  options: {
    ...dataOption,
    ...knowledgeOption,
    subject: { type: 'string' },
    'as-of': { type: 'string' },
    cards: { type: 'boolean' },
  },
  async run({ options, positionals }, terminal) {
    const store = await openExisting(options);
    try {
      const access = { purpose: 'care' as const, actor: terminal.actor };
      const subject = await theSubject(store, access, positionals[0] ?? (options.subject as string | undefined));
      const now = terminal.now();
      const asOf = asOfDate(options['as-of'] as string | undefined, now);
      // Cards are one document on standard output: what is for people goes beside it.
      const aside = options.cards ? { ...terminal, say: terminal.warn } : terminal;
      const knowledgeDirectory = knowledgeOf(options, aside);
      const plan = await keepPlan(store, subject, asOf, access, now, knowledgeDirectory);
      if (options.cards) {
        terminal.documentLine(cardsOf(plan));
        return 0;
      }
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
        const decision = state.lines.find(({ id }) => id === line.id)?.decision;
        sayLine(line, decision && decisionText(decision), terminal);
      }
      sayState(state, terminal);
      terminal.document({ ...plan, review: state });
      return 0;
    } finally {
      await store.close();
    }
  },
};

function sayLine(line: Recommendation, decision: string | undefined, terminal: Terminal): void {
  const { strength, certainty = 'not stated', held } = line;
  terminal.say(`\n[${line.urgency}] ${line.action}`);
  terminal.say(`  strength: ${strength.grade} (${strength.body}); certainty: ${certainty}; id ${line.id}`);
  if (held) terminal.say(`  waits for another line: ${held.because}`);
  if (decision) terminal.say(`  decision: ${decision}`);
  for (const one of line.for) terminal.say(`  for:     ${one.statement}`);
  for (const one of line.against) terminal.say(`  against: ${one.statement}`);
  for (const { statement, equal, strength: grade } of line.alternatives ?? [])
    terminal.say(`  ${equal ? 'equal way' : 'other way'}: ${statement}${grade ? ` (${grade})` : ''}`);
  for (const one of line.conflicts) terminal.say(`  other line: ${one.statement}`);
  for (const { what, at } of line.monitor ?? []) terminal.say(`  monitor: ${what}, ${at}`);
  for (const one of line.wouldChange) terminal.say(`  would change it: ${one}`);
  for (const { title, date, state } of line.guidance)
    if (state) terminal.say(`  guidance: ${[title, date, state].filter((part) => part !== undefined).join(', ')}`);
}
