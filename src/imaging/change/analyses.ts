import type { Analysis, Dossier } from '../../dossier/analysis.ts';
import { measure } from '../../dossier/code.ts';
import type { Finding } from '../../dossier/finding.ts';
import { type Issue, issue } from '../../dossier/issue.ts';
import type { Source } from '../../dossier/source.ts';
import { judgeChange } from '../repeatability.ts';
import { carriedChange } from './carriedAnalysis.ts';
import { type Pair, pairsOf } from './pairs.ts';
import { verdictIssues } from './verdictIssues.ts';

/** Values that are compared between visits. Those without a known repeatability are compared too, and say so. */
const compared = [
  ...['suv-max', 'suv-peak', 'suv-mean', 'sul-peak', 'sul-max'],
  ...['total-metabolic-tumour-volume-41-percent', 'total-metabolic-tumour-volume-suv-4'],
  ...['adc-mean', 'fa-mean', 'md-mean', 'ktrans-median', 've-median', 'kep-median', 'cbf-median', 'att-median'],
  ...['pet-mrtm1-bp-nd', 'pet-srtm-bp-nd', 'pet-logan-vt', 'pet-patlak-ki'],
] as const;

/** Which of two visits' values changed more than measuring them twice would. */
const change: Analysis = {
  id: 'imaging.change',
  version: '1.0.0',
  title: 'Change of imaging values between visits',
  makes: compared.map((code) => `${code}-change`),
  takes: [...compared],
  knowledge: [],
  packs: [],
  method: 'imaging-change.md',
  peakMemoryMb: () => 1,
  select(dossier) {
    const pairs = pairsOf(comparable(dossier), dossier.regions);
    if (pairs.length === 0) return { selections: [], missing: [] };
    const findings = [...new Set(pairs.flatMap(({ before, after }) => [before.id, after.id]))];
    const sources = new Set(pairs.flatMap(({ before, after }) => [...before.derivedFrom, ...after.derivedFrom]));
    return {
      selections: [
        {
          title: `${pairs.length} pairs of values`,
          inputs: {
            findings,
            sources: dossier.sources.filter(({ id }) => sources.has(id)).map(({ id }) => id),
            regions: dossier.regions
              .filter(({ id, links }) => links.length > 0 || pairs.some((pair) => hasRegion(pair, id)))
              .map(({ id }) => id),
          },
        },
      ],
      missing: [],
    };
  },
  async run(inputs, _options, { dossier, emit }) {
    const findings = comparable(dossier).filter(({ id }) => inputs['findings']?.includes(id));
    for (const pair of pairsOf(findings, dossier.regions)) {
      const { before, after } = pair;
      const [from, to] = [quantityOf(before), quantityOf(after)];
      const judged = judgeChange(from.value, to.value, before.uncertainty);
      if (judged.percent === undefined) continue;
      const share = (limit: number): number => (100 * (limit - from.value)) / Math.abs(from.value);
      const known = judged.low !== undefined && judged.high !== undefined;
      emit.finding({
        measure: measure(
          `${before.measure.code}-change`,
          `${before.measure.display}, change since ${before.time!.slice(0, 10)}`,
        ),
        ...(after.site && { site: after.site }),
        ...(after.region && { region: after.region }),
        ...(after.laterality && { laterality: after.laterality }),
        ...(after.reader && { reader: after.reader }),
        time: after.time!,
        value: { type: 'quantity', value: judged.percent, unit: '%' },
        ...(known && {
          uncertainty: {
            type: 'smallest-real-change' as const,
            ...{ value: share(judged.high!), low: share(judged.low!), high: share(judged.high!) },
            ...(before.uncertainty?.level && { level: before.uncertainty.level }),
            source: before.uncertainty!.source,
          },
        }),
        issues: [...verdictIssues(judged.verdict), ...doubtsOf(pair, dossier.sources)],
        derivedFrom: [before.id, after.id],
        evidence: [
          {
            of: before.id,
            place: 'before',
            says: `${before.time!.slice(0, 10)}: ${from.value.toPrecision(4)} ${from.unit}`,
          },
          { of: after.id, place: 'after', says: `${after.time!.slice(0, 10)}: ${to.value.toPrecision(4)} ${to.unit}` },
        ],
      });
    }
  },
};

export const analyses: readonly Analysis[] = [change, carriedChange];

const codes: ReadonlySet<string> = new Set(compared);

function comparable({ findings }: Dossier): Finding[] {
  return findings.filter(({ measure: { code } }) => codes.has(code));
}

function hasRegion({ before, after }: Pair, id: string): boolean {
  return before.region === id || after.region === id;
}

function quantityOf({ value }: Finding): { value: number; unit: string } {
  return value as { type: 'quantity'; value: number; unit: string };
}

/** Elements of the header in which both visits must agree for the limits to hold. */
const conditions = {
  ManufacturerModelName: 'scanners',
  MagneticFieldStrength: 'field strengths',
  ConvolutionKernel: 'reconstructions',
  ReconstructionMethod: 'reconstructions',
} as const;

function doubtsOf({ before, after }: Pair, sources: readonly Source[]): Issue[] {
  const of = (finding: Finding): Source | undefined => sources.find(({ id }) => finding.derivedFrom.includes(id));
  const [first, second] = [of(before), of(after)];
  if (!first || !second) return [];
  const differing = Object.entries(conditions).flatMap(([keyword, what]) => {
    const [a, b] = [first.metadata[keyword], second.metadata[keyword]];
    return a !== undefined && b !== undefined && String(a) !== String(b) ? [what] : [];
  });
  return differing.length === 0
    ? []
    : [
        issue(
          'warning',
          'visits-not-alike',
          `The visits used different ${[...new Set(differing)].join(' and ')}: the limits of repeatability do not hold between them.`,
          { remedy: 'Compare visits of one scanner and protocol.' },
        ),
      ];
}
