import type { Finding } from '../../dossier/finding.ts';
import type { ChecklistItem, TargetSettings } from './settings.ts';

export type Answer = 'yes' | 'no' | 'not-asked';

export interface Answered {
  item: ChecklistItem;
  answer: Answer;
  /** Findings that it rests on. */
  from: Finding[];
}

/**
 * Each item of the list as yes, no or not asked. A condition on record is a yes. Only the form says no: what the record does not
 * mention was not asked. Of several forms the latest answer counts, except that a yes to an implant or to mania stays.
 */
export function checklist(
  settings: Pick<TargetSettings, 'checklist' | 'form'>,
  findings: readonly Finding[],
): Answered[] {
  return settings.checklist.map((item) => {
    const onRecord = findings.filter(
      ({ measure, site, value }) =>
        measure.code === 'condition' && value.type === 'code' && item.conditions.includes(site?.code ?? ''),
    );
    const answers = findings
      .filter(({ measure, value }) => measure.code === `${settings.form}.${item.id}` && value.type === 'code')
      .sort((a, b) => (a.time ?? '').localeCompare(b.time ?? '') || (a.id < b.id ? -1 : 1));
    const yes = answers.filter((one) => codeOf(one) === 'yes');
    const passes = item.yes === 'discuss';
    const last = answers.at(-1);
    if (onRecord.length > 0) return { item, answer: 'yes', from: [...onRecord, ...yes] };
    if (yes.length > 0 && !passes) return { item, answer: 'yes', from: yes };
    if (last === undefined) return { item, answer: 'not-asked', from: [] };
    return { item, answer: codeOf(last) === 'yes' ? 'yes' : 'no', from: [last] };
  });
}

export interface Eligibility {
  code: 'allowed' | 'blocked';
  /** For people: what blocks it. */
  says: string;
}

/** Whether a target may leave for navigation: nothing not asked, no bar, no review open. */
export function eligibility(answers: readonly Answered[]): Eligibility {
  const named = (which: Answered[]): string => which.map(({ item }) => item.title).join('; ');
  const open = answers.filter(({ answer }) => answer === 'not-asked');
  const bars = answers.filter(({ answer, item }) => answer === 'yes' && item.yes === 'bar');
  const reviews = answers.filter(({ answer, item }) => answer === 'yes' && item.yes === 'review');
  const discuss = answers.filter(({ answer, item }) => answer === 'yes' && item.yes === 'discuss');
  const parts = [
    ...(bars.length > 0 ? [`not before it is cleared: ${named(bars)}`] : []),
    ...(reviews.length > 0
      ? [`review first: ${reviews.map(({ item }) => `${item.title} (${item.says})`).join('; ')}`]
      : []),
    ...(open.length > 0 ? [`not asked: ${named(open)}`] : []),
  ];
  if (parts.length > 0) return { code: 'blocked', says: parts.join('. ') };
  return {
    code: 'allowed',
    says:
      discuss.length > 0
        ? `every item was asked; to discuss: ${named(discuss)}`
        : 'every item was asked and answered no',
  };
}

function codeOf({ value }: Finding): string | undefined {
  return value.type === 'code' ? value.code.code : undefined;
}
