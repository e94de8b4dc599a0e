import type { ReviewRules } from './rules.ts';
import type { SignedContent } from './signedContent.ts';

/** Something that a patient's page can show. */
export interface PageItem {
  /** The slot of the line, check or finding: it survives a newer value. */
  item: string;
  type: 'line' | 'check' | 'finding';
  title: string;
  says: string;
  /** Kind of sensitive content, in words; absent where it is none. */
  sensitive?: string;
  /** What the clinician decided on the line. */
  decision?: string;
}

/**
 * What a patient's page can be made of under one signature: positive checks, plan lines, and the findings that lines rest
 * on. An item is sensitive by itself or because it rests on something sensitive.
 */
export function pageItems(signed: SignedContent, rules: ReviewRules): PageItem[] {
  const measureOf = new Map(signed.findings.map(({ id, measure }) => [id, measure]));
  const nameOf = new Map(signed.checks.map(({ id, content }) => [id, content.check]));
  const sensitive = (own: { check?: string; measure?: string; rule?: string; basis?: readonly string[] }) => {
    const measures = [own.measure, ...(own.basis ?? []).map((id) => measureOf.get(id))];
    const checks = [own.check, ...(own.basis ?? []).map((id) => nameOf.get(id))];
    const kind = rules.sensitive.find(
      (one) =>
        measures.some((measure) => measure !== undefined && one.measures.includes(measure)) ||
        checks.some((check) => check !== undefined && one.checks.includes(check)) ||
        (own.rule !== undefined && one.rules.includes(own.rule)),
    );
    return kind === undefined ? {} : { sensitive: kind.display };
  };
  const restedOn = new Set(signed.lines.flatMap(({ basis }) => basis));
  return [
    ...signed.checks
      .filter(({ content }) => content.urgency !== 'none')
      .map(
        ({ slot, content, basis }): PageItem => ({
          item: slot,
          type: 'check',
          title: content.display,
          says: content.statement,
          ...sensitive({ check: content.check, basis }),
        }),
      ),
    ...signed.lines.map(
      ({ slot, content, basis, decision }): PageItem => ({
        item: slot,
        type: 'line',
        title: content.about,
        says: decision?.wording ?? content.action,
        ...(decision === undefined ? {} : { decision: decision.decision }),
        ...sensitive({ rule: content.rule, basis }),
      }),
    ),
    ...signed.findings
      .filter(({ id }) => restedOn.has(id))
      .map(
        ({ slot, title, says, measure }): PageItem => ({
          item: slot,
          type: 'finding',
          title,
          says,
          ...sensitive({ measure }),
        }),
      ),
  ];
}
