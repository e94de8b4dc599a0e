import type { Dossier } from '../dossier/analysis.ts';
import type { Entry } from '../dossier/entry.ts';
import type { Finding } from '../dossier/finding.ts';
import { buildPlan, type Plan } from '../plan/buildPlan.ts';
import { coded, codedSet, quantity, testDossier, testFinding } from '../plan/testFindings.ts';
import { entriesFor } from './apply.ts';
import type { Author } from './author.ts';
import { parseCommand, type ReviewCommand } from './command.ts';
import type { ReviewInput, Seen } from './input.ts';
import { reviewRules } from './rules.ts';
import { SignedContent } from './signedContent.ts';
import { type ReviewState, reviewState } from './state.ts';

export const clinician: Author = { name: 'dr-one', roles: ['clinician'] };
export const other: Author = { name: 'dr-two', roles: ['clinician', 'administrator'] };
export const viewer: Author = { name: 'guest', roles: ['viewer'] };

export const asOf = '2026-03-10';

/** Tramadol with clonazepam (an urgent line), a genotype, and a questionnaire whose item 9 can be set. */
export function caseFindings(item9: number, more: Finding[] = []): Finding[] {
  return [
    testFinding('phq-9.total', quantity(7), { time: asOf }),
    testFinding('phq-9.item-9', quantity(item9), { time: asOf }),
    testFinding('active-medication', quantity(200, 'mg/d'), { site: 'tramadol', atc: 'N02AX02' }),
    testFinding('active-medication', coded('as-needed'), { site: 'clonazepam', atc: 'N03AE01' }),
    testFinding('medication-list', coded('current'), { time: asOf }),
    testFinding('metabolizer-phenotype-adjusted', codedSet('intermediate-metabolizer'), { site: 'CYP2D6' }),
    testFinding('polygenic-score', quantity(1.2, '1'), { site: 'PGS000001' }),
    ...more,
  ];
}

/** A desk at which people act one after another, without a store: what they state is kept and the clock goes on. */
export class Desk {
  entries: Entry[] = [];
  signed: SignedContent | undefined;
  dossier: Dossier;
  plan: Plan;
  private minute = 0;

  constructor(findings: Finding[], day = asOf) {
    this.dossier = testDossier(findings);
    this.plan = buildPlan(this.dossier, { asOf: day });
  }

  /** New data, or another day: the plan is built anew. */
  replan(findings: Finding[], day = asOf): Plan {
    const before = this.plan;
    this.dossier = testDossier(findings, { entries: this.entries });
    this.plan = buildPlan(this.dossier, { asOf: day });
    return before;
  }

  input(seenPlan?: Plan): ReviewInput {
    return { dossier: this.dossier, plan: this.plan, entries: this.entries, signed: this.signed, seenPlan };
  }

  state(): ReviewState {
    return reviewState(this.input(), reviewRules());
  }

  say(command: ReviewCommand, author = clinician, more: { seen?: Seen; seenPlan?: Plan } = {}): Entry[] {
    const at = new Date(Date.UTC(2026, 2, 10, 9, this.minute++)).toISOString();
    const said = { author, at, program: 'idiograph test', seen: more.seen };
    const { entries, signedBytes } = entriesFor(this.input(more.seenPlan), parseCommand(command), said);
    this.entries = [...this.entries, ...entries];
    if (signedBytes) this.signed = SignedContent.parse(JSON.parse(new TextDecoder().decode(signedBytes)));
    return entries;
  }

  line(rule: string) {
    const found = this.plan.recommendations.find((one) => one.rule.id === rule);
    if (!found) throw new Error(`no line of ${rule}: ${this.plan.recommendations.map((one) => one.rule.id)}`);
    return found;
  }

  /** Accepts what is urgent and signs. */
  settleAndSign(author = clinician): void {
    for (const one of this.state().blocking) {
      if (one.type === 'line') this.say({ type: 'decide', line: one.id, decision: 'accept' }, author);
      else this.say({ type: 'acknowledge', check: one.id, acknowledged: true, reason: 'spoken with' }, author);
    }
    this.say({ type: 'sign' }, author);
  }
}
