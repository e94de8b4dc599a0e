import type { Finding } from '../dossier/finding.ts';
import type { Recommendation } from '../dossier/recommendation.ts';
import type { Drafted } from './conflicts.ts';
import type { TaperRow } from './labelFacts.ts';

/**
 * Every line that speaks against a drug of which the label warns to end it abruptly carries the taper among what speaks
 * against it. `lines` stand in the order of `drafts`.
 */
export function withTapers(
  lines: readonly Recommendation[],
  drafts: readonly Drafted[],
  findings: readonly Finding[],
  rows: readonly TaperRow[],
): Recommendation[] {
  const taken = new Map<string, { ids: string[]; row: TaperRow }>();
  const onTheList = findings.filter(({ measure }) => isTaken.has(measure.code));
  for (const { id, site, codes = [] } of onTheList.sort((a, b) => (a.id < b.id ? -1 : 1))) {
    if (site === undefined) continue;
    const atc = codes.flatMap(({ system, code }) => (system === 'ATC' ? [code] : []));
    const row = rows.find((one) => one.atc.some((prefix) => atc.some((code) => code.startsWith(prefix))));
    if (row === undefined) continue;
    const known = taken.get(site.code);
    if (known) known.ids.push(id);
    else taken.set(site.code, { ids: [id], row });
  }
  return lines.map((line, i) => {
    const { direction, topics } = drafts[i]!;
    if (direction !== 'away') return line;
    const said = [...topics].sort().flatMap((topic) => {
      const found = taken.get(topic);
      if (found === undefined) return [];
      const { says, section, verified } = found.row;
      const statement = `${says.replaceAll('{drug}', topic)} (${section}${verified ? '' : ', not verified'})`;
      return [{ statement: statement.replace(/^./, (first) => first.toUpperCase()), basis: found.ids }];
    });
    if (said.length === 0) return line;
    const basis = [...new Set([...line.basis, ...said.flatMap((one) => one.basis)])].sort();
    return { ...line, against: [...line.against, ...said], basis };
  });
}

const isTaken = new Set(['active-medication', 'unclear-medication']);
