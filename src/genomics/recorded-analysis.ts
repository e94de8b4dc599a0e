import type { Analysis } from '../dossier/analysis.ts';
import { measure } from '../dossier/code.ts';
import type { FindingDraft } from '../dossier/finding.ts';
import { issue } from '../dossier/issue.ts';
import { geneCode, oneOrSet, statedMembers } from './codes.ts';
import { type RecordedGenotype, recordedGenotypes } from './recorded-genotypes.ts';

const recordedMeasure = measure('recorded-genotype', 'Genotype on record');

/** Genotypes in FHIR records, set beside our own call: shown and compared, never used for guidance by themselves. */
export const recorded: Analysis = {
  id: 'genomics.recorded',
  version: '1.0.0',
  title: 'Genotypes on record',
  makes: ['recorded-genotype'],
  takes: ['diplotype'],
  knowledge: [],
  packs: [],
  peakMemoryMb: () => 4,
  method: 'fhir-genomics.md',
  select(dossier) {
    const facts = recordedGenotypes(dossier.facts).flatMap(({ facts }) => facts);
    if (facts.length === 0) return { selections: [], missing: [] };
    const calls = dossier.findings.filter(({ measure }) => measure.code === 'diplotype').map(({ id }) => id);
    const inputs = { facts: [...new Set(facts)].sort(), calls: calls.sort() };
    return { selections: [{ title: 'genotypes of the record', inputs }], missing: [] };
  },
  async run(inputs, _options, context) {
    const given = new Set(inputs['facts']);
    const calls = context.dossier.findings.filter(({ id }) => inputs['calls']!.includes(id));
    const byGene = Map.groupBy(
      recordedGenotypes(context.dossier.facts.filter(({ id }) => given.has(id))),
      ({ gene }) => gene,
    );
    for (const [gene, stated] of byGene) {
      const own = calls.find(({ site }) => site?.code === gene);
      const pairs = new Set(
        statedMembers(own?.value).flatMap((value) => (value.type === 'code' ? [value.code.code] : [])),
      );
      context.emit.finding(draftOf(gene, stated, pairs, own?.id));
    }
  },
};

function draftOf(
  gene: string,
  stated: readonly RecordedGenotype[],
  own: ReadonlySet<string>,
  call: string | undefined,
): FindingDraft {
  const usable = stated.filter(({ unknown, pairs }) => unknown.length === 0 && pairs.length > 0);
  const pairs = [...new Set(usable.flatMap((one) => one.pairs))].sort();
  const issues = stated.flatMap((one) => one.issues);
  const message = 'Stated by the record; it was compared and not used for guidance.';
  issues.push(
    issue('info', 'recorded-not-used', message, { remedy: 'Give it as a file of outside calls if it should speak.' }),
  );
  if (own.size > 0 && pairs.length > 0 && !pairs.some((pair) => own.has(pair))) {
    const says = `The record says ${gene} ${pairs.join(' or ')}, the genome ${[...own].join(' or ')}.`;
    issues.push(issue('warning', 'recorded-differs', says, { remedy: 'Find out whether both are of this patient.' }));
  }
  const reason = stated.some(({ unknown }) => unknown.length > 0) ? 'allele-unknown' : 'genotype-without-pair';
  return {
    measure: recordedMeasure,
    site: geneCode(gene),
    value:
      pairs.length === 0
        ? { type: 'refused', reason }
        : oneOrSet(
            pairs.map((pair) => ({
              value: { type: 'code', code: { system: 'star-allele', code: pair, display: pair } },
            })),
            'the record states more than one',
          ),
    issues,
    derivedFrom: [...stated.flatMap(({ facts }) => facts), ...(call ? [call] : [])].sort(),
    evidence: stated.map(({ facts, place, pairs: as }) => ({
      of: facts[0]!,
      place,
      says: as.join(' or ') || 'no pair',
    })),
  };
}
