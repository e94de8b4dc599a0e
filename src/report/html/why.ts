import type { ReportModel } from '../model.ts';
import { recordsOf } from '../records.ts';
import { nameOf } from '../tables/findingCells.ts';
import { html, type Markup } from './markup.ts';

/** Links to the explanations of those findings that the report explains; nothing for other ids: no link may lead nowhere. */
export function whyLinks(ids: readonly string[], model: ReportModel): Markup {
  const found = ids.flatMap((id) => {
    const one = recordsOf(model.input.dossier).get(id);
    return one?.kind === 'finding' ? [one] : [];
  });
  return html`${found.map(
    (finding, i) =>
      html`${i > 0 ? ' ' : ''}<a class="why" href="#why-${finding.id}" aria-label="why: ${nameOf(finding)}">why${found.length > 1 ? ` ${i + 1}` : ''}</a>`,
  )}`;
}

/** Links of a sentence: to the traces of findings, and to the checks and plan lines where they stand on the page. */
export function sentenceLinks(ids: readonly string[], model: ReportModel): Markup {
  const { safetyChecks, recommendations } = model.input.plan;
  const stands = [
    ...safetyChecks.map((check) => ({ id: check.id, name: `${check.display}: ${check.stateLabel}` })),
    ...recommendations.map((line) => ({ id: line.id, name: line.about })),
  ].filter((one) => ids.includes(one.id));
  return html`${whyLinks(ids, model)}${stands.map(
    ({ id, name }, i) =>
      html`${i > 0 ? ' ' : ''}<a class="why" href="#${id}" aria-label="see: ${name}">see${stands.length > 1 ? ` ${i + 1}` : ''}</a>`,
  )}`;
}
