import { z } from 'zod';
import { KnowledgeHeader, loadKnowledge } from '../knowledge/load.ts';
import type { FindingView } from './model.ts';

const KeyFile = KnowledgeHeader.extend({
  /** How many findings page one shows at most. */
  limit: z.number().int().positive(),
  /** What comes first, and how many of a kind at most. A refused value is never a key finding. */
  order: z.array(
    z.object({ measure: z.string(), sites: z.array(z.string()).optional(), most: z.number().int().positive() }),
  ),
});

/** A finding of page one. `among`: how many places the measure has, when it was chosen as the highest of several. */
export type KeyFinding = FindingView & { among?: number };

/** The findings of page one: at most seven, in the order that knowledge/report/key-findings.json states. */
export function keyFindings(views: readonly FindingView[]): KeyFinding[] {
  const file = KeyFile.parse(loadKnowledge('report/key-findings.json').data);
  const chosen: KeyFinding[] = [];
  for (const { measure, sites, most } of file.order) {
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
      chosen.push(ranks ? { ...view, among: ranked.length } : view);
    }
  }
  return chosen.slice(0, file.limit);
}

function magnitude(view: FindingView): number {
  return view.finding.value.type === 'quantity' ? view.finding.value.value : 0;
}
