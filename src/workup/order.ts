import type { Analysis } from '../dossier/analysis.ts';
import { IdiographError } from '../dossier/errors.ts';

/** An analysis with those whose results it takes: they must have settled before it looks at the dossier. */
export interface Ordered {
  analysis: Analysis;
  after: readonly string[];
}

/**
 * Analyses so that each comes after those that make what it takes, otherwise by id.
 * An analysis may take what it makes itself (change over visits): that orders nothing.
 * Throws `usage` for two analyses of one id, and for a circle, naming its members.
 */
export function orderAnalyses(analyses: readonly Analysis[]): Ordered[] {
  const sorted = [...analyses].sort((a, b) => (a.id < b.id ? -1 : 1));
  const makers = new Map<string, string[]>();
  for (const [index, { id, makes }] of sorted.entries()) {
    if (sorted[index + 1]?.id === id) throw new IdiographError('usage', `two analyses are called ${id}`, { id });
    for (const made of makes) makers.set(made, [...(makers.get(made) ?? []), id]);
  }
  const waiting = sorted.map((analysis) => ({
    analysis,
    after: [...new Set(analysis.takes.flatMap((taken) => makers.get(taken) ?? []))]
      .filter((id) => id !== analysis.id)
      .sort(),
  }));
  const ordered: Ordered[] = [];
  const placed = new Set<string>();
  while (waiting.length > 0) {
    const next = waiting.findIndex(({ after }) => after.every((id) => placed.has(id)));
    if (next < 0) {
      const circle = waiting.map(({ analysis }) => analysis.id);
      throw new IdiographError('usage', `these analyses wait for each other: ${circle.join(', ')}`, { circle });
    }
    const [one] = waiting.splice(next, 1);
    ordered.push(one!);
    placed.add(one!.analysis.id);
  }
  return ordered;
}
