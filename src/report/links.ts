import { groundWords } from './chain.ts';
import type { ReportModel } from './model.ts';
import { type DossierRecord, recordsOf } from './records.ts';
import { nameOf } from './tables/findingCells.ts';

/** Something that a sentence or an argument rests on: its id opens the chain of `why`. */
export interface Link {
  id: string;
  kind: DossierRecord['kind'] | 'safety-check' | 'recommendation';
  /** What a reader calls it. */
  name: string;
}

/** Links to those of these ids that the report holds, in their order: no link may lead nowhere. */
export function linksOf(ids: readonly string[], model: ReportModel): Link[] {
  const { plan, dossier } = model.input;
  const records = recordsOf(dossier);
  return ids.flatMap((id): Link[] => {
    const one = records.get(id);
    if (one?.kind === 'finding') return [{ id, kind: one.kind, name: nameOf(one) }];
    if (one) return [{ id, kind: one.kind, name: groundWords(one, model) }];
    const check = plan.safetyChecks.find((known) => known.id === id);
    if (check) return [{ id, kind: check.kind, name: `${check.display}: ${check.stateLabel}` }];
    const line = plan.recommendations.find((known) => known.id === id);
    return line ? [{ id, kind: line.kind, name: line.about }] : [];
  });
}
