import { z } from 'zod';
import type { Issue } from '../dossier/issue.ts';
import { KnowledgeHeader, loadKnowledge } from '../knowledge/load.ts';
import type { FindingView } from './model.ts';
import { bySeverity } from './notes.ts';

const KeyFile = KnowledgeHeader.extend({
  /** How many findings page one shows at most. */
  limit: z.number().int().positive(),
  /** Codes of issues that page one names before others of the same severity: it has room for one. */
  cautions: z.array(z.string()),
  /** What comes first, and how many of a kind at most. A refused value is never a key finding. */
  order: z.array(
    z.object({
      measure: z.string(),
      sites: z.array(z.string()).optional(),
      most: z.number().int().positive(),
      /** Lowest and highest value that a score can have: a number of points says nothing without. */
      range: z.tuple([z.number(), z.number()]).optional(),
    }),
  ),
});

/**
 * A finding of page one. `among`: how many places the measure has, when it was chosen as the highest of several.
 * `caution`: the one of its issues that page one names.
 */
export type KeyFinding = FindingView & { among?: number; caution?: Issue; range?: readonly [number, number] };

/** The findings of page one: at most seven, in the order that knowledge/report/key-findings.json states. */
export function keyFindings(views: readonly FindingView[]): KeyFinding[] {
  const file = KeyFile.parse(loadKnowledge('report/key-findings.json').data);
  const chosen: KeyFinding[] = [];
  for (const { measure, sites, most, range } of file.order) {
    const fitting = views.filter(
      (view) =>
        view.finding.measure.code === measure &&
        view.finding.value.type !== 'refused' &&
        (sites === undefined || (view.finding.site !== undefined && sites.includes(view.finding.site.code))),
    );
    const ranked = [...fitting].sort((a, b) => magnitude(b) - magnitude(a));
    for (const view of ranked.slice(0, most)) {
      if (chosen.some((one) => one.finding.id === view.finding.id)) continue;
      const ranks = view.finding.value.type === 'quantity' && sites === undefined && most === 1 && ranked.length > 1;
      const caution = firstCaution(view.finding.issues, file.cautions);
      chosen.push({
        ...view,
        ...(ranks ? { among: ranked.length } : {}),
        ...(caution ? { caution } : {}),
        ...(range ? { range } : {}),
      });
    }
  }
  return chosen.slice(0, file.limit);
}

/** That there is no reference stands in the reference column already. */
function firstCaution(issues: readonly Issue[], before: readonly string[]): Issue | undefined {
  const rank = (one: Issue) => (before.includes(one.code) ? before.indexOf(one.code) : before.length);
  return bySeverity(issues.filter((one) => one.code !== 'no-norm').sort((a, b) => rank(a) - rank(b)))[0];
}

function magnitude(view: FindingView): number {
  return view.finding.value.type === 'quantity' ? view.finding.value.value : 0;
}
