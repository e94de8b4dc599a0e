import { contentId } from '../dossier/canonical.ts';
import { daysBetween } from '../dossier/dateTime.ts';
import type { Finding } from '../dossier/finding.ts';
import type { SafetyCheck } from '../dossier/recommendation.ts';
import { members } from '../dossier/words.ts';
import { matches } from './bindings.ts';
import type { SafetyRule } from './rule.ts';
import { fill } from './template.ts';

/** Words of the site that replace the built-in action of a check, keyed by check. */
export type SiteTexts = Readonly<Record<string, string>>;

/**
 * Asks one safety question of one subject.
 * The latest answer decides between positive and negative, but an earlier positive one without a recorded action is not
 * erased by a later negative: it stays as `historic`. No answer is `not-assessed`, which is never a form of negative.
 */
export function askSafety(
  rule: SafetyRule,
  findings: readonly Finding[],
  context: { subject: string; run: string; asOf: string; siteTexts: SiteTexts; handled: ReadonlySet<string> },
): SafetyCheck[] {
  const relevant = rule.relevant === undefined ? [] : matches(rule.relevant, findings);
  if (rule.relevant !== undefined && relevant.length === 0) return [];
  const answers = matches(rule.answer, findings);
  const answered = answers.filter((finding) => finding.value.type !== 'refused');
  const names = new Map<string, readonly Finding[]>([
    ['relevant', relevant],
    ['answer', answered],
  ]);
  const make = (
    state: SafetyCheck['state'],
    urgency: SafetyCheck['urgency'],
    template: string,
    action: string | undefined,
    answer?: Finding,
  ): SafetyCheck => {
    const basis = [
      ...new Set([...(answer ? [answer.id] : answers.map((one) => one.id)), ...relevant.map((one) => one.id)]),
    ].sort();
    const bound = new Map<string, Finding>();
    if (answer) bound.set('answer', answer);
    if (relevant[0]) bound.set('relevant', relevant[0]);
    return {
      kind: 'safety-check',
      id: contentId('safe', { subject: context.subject, check: rule.check, state, urgency, basis, asOf: context.asOf }),
      subject: context.subject,
      run: context.run,
      check: urgency === 'historic' ? `${rule.check}-history` : rule.check,
      display: rule.display,
      state,
      stateLabel: labelOf(rule, state, urgency),
      urgency,
      at: answer?.time,
      statement: fill(template, bound, names),
      action,
      basis,
    };
  };

  const latest = answered.find((finding) => rule.everySite && isPositive(rule, finding)) ?? answered[0];
  const unanswered = (rule.answer.site ?? []).filter(
    (site) => !answered.some((finding) => finding.site?.code === site),
  );
  if (latest === undefined || (rule.everySite && unanswered.length > 0 && !isPositive(rule, latest))) {
    return [make('not-assessed', 'open', rule.statements.notAssessed, rule.action.notAssessed)];
  }
  const age = (finding: Finding) => (finding.time === undefined ? 0 : daysBetween(finding.time, context.asOf));
  const checks: SafetyCheck[] = [];
  if (isPositive(rule, latest)) {
    const old = rule.nowForDays !== undefined && age(latest) > rule.nowForDays;
    const action = context.siteTexts[rule.check] ?? rule.action.positive;
    if (old && context.handled.has(latest.slot))
      return [make('positive', 'none', rule.statements.historic ?? rule.statements.positive, undefined, latest)];
    checks.push(
      old
        ? make('positive', 'historic', rule.statements.historic ?? rule.statements.positive, action, latest)
        : make('positive', rule.urgency, rule.statements.positive, action, latest),
    );
    return checks;
  }
  const stale = rule.staleAfterDays !== undefined && age(latest) > rule.staleAfterDays;
  const earlier = answered.find((finding) => isPositive(rule, finding) && !context.handled.has(finding.slot));
  if (earlier && rule.statements.historic !== undefined) {
    checks.push(
      make(
        'positive',
        'historic',
        rule.statements.historic,
        context.siteTexts[rule.check] ?? rule.action.positive,
        earlier,
      ),
    );
  }
  checks.push(
    stale
      ? make('stale', 'open', rule.statements.stale, rule.action.stale, latest)
      : make('negative', 'none', rule.statements.negative, undefined, latest),
  );
  return checks;
}

function labelOf(rule: SafetyRule, state: SafetyCheck['state'], urgency: SafetyCheck['urgency']): string {
  if (urgency === 'historic') return 'historic positive';
  if (state === 'negative') return rule.negativeLabel ?? 'negative';
  return { positive: 'positive', 'not-assessed': 'not assessed', stale: 'out of date' }[state];
}

function isPositive(rule: SafetyRule, finding: Finding): boolean {
  const { number, codes } = rule.positive;
  return members(finding).some((member) => {
    if (number !== undefined && member.number !== undefined) {
      const { is, than } = number;
      const value = member.number;
      return is === '>='
        ? value >= than
        : is === '>'
          ? value > than
          : is === '<='
            ? value <= than
            : is === '<'
              ? value < than
              : value === than;
    }
    return codes !== undefined && member.code !== undefined && codes.includes(member.code);
  });
}
