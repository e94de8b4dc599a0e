import { z } from 'zod';
import type { Issue } from '../dossier/issue.ts';
import { members } from '../dossier/words.ts';
import { KnowledgeHeader, loadKnowledge } from '../knowledge/load.ts';
import type { FindingView } from './model.ts';
import { bySeverity } from './notes.ts';

/** When a finding is of so much consequence: every part that is stated must hold of some member of its value. */
const Consequence = z.strictObject({
  /** Below this number, of this unit where one is stated: a laboratory may report in another. */
  below: z.number().optional(),
  /** This number or more. */
  from: z.number().optional(),
  unit: z.string().optional(),
  /** One of these codes. */
  codes: z.array(z.string()).optional(),
  /** It stands in one of these bands of its reference. */
  bands: z.array(z.string()).optional(),
});
type Consequence = z.infer<typeof Consequence>;

const KeyFile = KnowledgeHeader.extend({
  /** How many findings page one shows at most. */
  limit: z.number().int().positive(),
  /** How many more it names in a line; the rest stands in the rooms. */
  folded: z.number().int().nonnegative(),
  /** Codes of issues that page one names before others of the same severity: it has room for one. */
  cautions: z.array(z.string()),
  /**
   * What comes first, by consequence, and how many of a kind at most. A measure may stand at several places, the graver
   * first. A refused value is never a key finding.
   */
  order: z.array(
    z.strictObject({
      measure: z.string(),
      sites: z.array(z.string()).optional(),
      /** Sites that another measure tells of already. */
      notSites: z.array(z.string()).optional(),
      most: z.number().int().positive(),
      when: Consequence.optional(),
      /** Left out where one of these is there already: it says the same again. */
      unless: z.array(z.string()).optional(),
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

export interface KeyFindings {
  /** At most seven. */
  shown: KeyFinding[];
  /** The next ones, named in a line. */
  folded: KeyFinding[];
}

/** The findings of page one in the order that knowledge/report/key-findings.json states: by consequence. */
export function keyFindings(views: readonly FindingView[]): KeyFindings {
  const file = KeyFile.parse(loadKnowledge('report/key-findings.json').data);
  const byMeasure = Map.groupBy(views, ({ finding }) => finding.measure.code);
  const chosen = new Map<string, KeyFinding>();
  for (const { measure, sites, notSites, most, when, unless = [], range } of file.order) {
    if ([...chosen.values()].some(({ finding }) => unless.includes(finding.measure.code))) continue;
    const fitting = (byMeasure.get(measure) ?? []).filter(
      ({ finding: { value, site, norm } }) =>
        value.type !== 'refused' &&
        (sites === undefined || sites.includes(site?.code ?? '')) &&
        !(notSites ?? []).includes(site?.code ?? '') &&
        (when === undefined || isOf(when, value, norm?.band)),
    );
    const ranked = [...fitting].sort((a, b) => weight(b) - weight(a));
    for (const view of ranked.slice(0, most)) {
      const { id, value, issues } = view.finding;
      if (chosen.has(id)) continue;
      const ranks = value.type === 'quantity' && sites === undefined && most === 1 && ranked.length > 1;
      const caution = firstCaution(issues, file.cautions);
      chosen.set(id, {
        ...view,
        ...(ranks ? { among: ranked.length } : {}),
        ...(caution ? { caution } : {}),
        ...(range ? { range } : {}),
      });
    }
  }
  const all = [...chosen.values()];
  return { shown: all.slice(0, file.limit), folded: all.slice(file.limit, file.limit + file.folded) };
}

function isOf(
  { below, from, unit, codes, bands }: Consequence,
  value: FindingView['finding']['value'],
  band: string | undefined,
): boolean {
  if (bands !== undefined && !bands.includes(band ?? '')) return false;
  if (below === undefined && from === undefined && codes === undefined) return true;
  if (unit !== undefined && (value.type !== 'quantity' || value.unit !== unit)) return false;
  return members({ value }).some(
    ({ number, code }) =>
      (codes === undefined || (code !== undefined && codes.includes(code))) &&
      ((below === undefined && from === undefined) ||
        (number !== undefined && (below === undefined || number < below) && (from === undefined || number >= from))),
  );
}

/** That there is no reference stands in the reference column already. */
function firstCaution(issues: readonly Issue[], before: readonly string[]): Issue | undefined {
  const rank = (one: Issue) => (before.includes(one.code) ? before.indexOf(one.code) : before.length);
  return bySeverity(issues.filter((one) => one.code !== 'no-norm').sort((a, b) => rank(a) - rank(b)))[0];
}

/** Of several the furthest outside the laboratory's own range, in widths of that range; else the highest number. */
function weight({ finding: { value, norm } }: FindingView): number {
  if (value.type !== 'quantity') return 0;
  const within = norm?.norm === 'laboratory-range' ? norm.bands?.find(({ label }) => label === 'within') : undefined;
  if (within === undefined) return value.value;
  return Math.max(within.from - value.value, value.value - within.to) / (within.to - within.from);
}
