import type { Finding } from '../../dossier/finding.ts';
import type { Region } from '../../dossier/region.ts';

/** Two measurements of one thing at visits that follow each other. */
export interface Pair {
  before: Finding;
  after: Finding;
}

type Measured = Finding & { value: { type: 'quantity'; value: number; unit: string } };

/**
 * Pairs of consecutive visits, for each measure and place: a region linked as the same, else one of the same label, else the
 * series as a whole. Two values of one day are no visit apart; a place that has several values at one time is ambiguous
 * and paired with nothing.
 */
export function pairsOf(findings: readonly Finding[], regions: readonly Region[]): Pair[] {
  const places = placesOf(regions);
  const series = new Map<string, Measured[]>();
  for (const finding of findings) {
    if (finding.value.type !== 'quantity' || finding.time === undefined) continue;
    const place = placeOf(finding, places);
    const key = JSON.stringify([
      finding.measure.code,
      place,
      finding.value.unit,
      finding.laterality ?? '',
      finding.reader ?? '',
    ]);
    const list = series.get(key) ?? [];
    list.push(finding as Measured);
    series.set(key, list);
  }
  return [...series.values()].flatMap((list) => {
    const byDay = Map.groupBy(list, ({ time }) => time!.slice(0, 10));
    const single = [...byDay]
      .filter(([day, of]) => day.length === 10 && of.length === 1)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, [only]]) => only!);
    return single.slice(1).map((after, at) => ({ before: single[at]!, after }));
  });
}

function placeOf({ region, site }: Finding, places: ReadonlyMap<string, string>): string {
  if (region !== undefined && places.has(region)) return places.get(region)!;
  if (site === undefined || site.system === 'source') return 'series';
  return `${site.system} ${site.code.trim().toLowerCase()}`;
}

/** Regions that are linked as the same share the name of the first of them. */
function placesOf(regions: readonly Region[]): Map<string, string> {
  const parent = new Map<string, string>();
  const root = (id: string): string => {
    let at = id;
    for (let next = parent.get(at); next !== undefined && next !== at; next = parent.get(at)) at = next;
    return at;
  };
  for (const { id, links } of regions)
    for (const { relation, region } of links) {
      if (relation !== 'same-as') continue;
      const [a, b] = [root(id), root(region)].sort() as [string, string];
      parent.set(b, a);
      if (!parent.has(a)) parent.set(a, a);
    }
  return new Map([...parent.keys()].map((id) => [id, `linked ${root(id)}`]));
}
