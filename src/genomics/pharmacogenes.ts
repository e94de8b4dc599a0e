import type { Analysis, RunContext } from '../dossier/analysis.ts';
import type { FindingDraft, Value } from '../dossier/finding.ts';
import type { VariantRecord } from '../dossier/image.ts';
import type { Issue } from '../dossier/issue.ts';
import { issue } from '../dossier/issue.ts';
import { type Build, bareContig } from '../intake/vcf/build.ts';
import { parseHeader } from '../intake/vcf/header.ts';
import { decideBuild, referenceAgreement } from './build.ts';
import { type CalledGene, calledGenes, callGene, type GeneCall, listedDiplotypes, pairName } from './call.ts';
import { geneCode, loinc, measures, oneOrSet, phenotypeMembers, scoreMembers } from './codes.ts';
import { fullDefinition, type GeneDefinition, rangesOf, readReduced, reducedDefinition } from './definition.ts';
import { type Observation, observe } from './observe.ts';
import { AlleleFunctions, PhenotypeRules } from './phenotype.ts';

const definitionsPack = 'pharmacogene-definitions';
const functionFile = 'genomics/allele-function.json';
const phenotypeFile = 'genomics/phenotype.json';
const definitionFile = (gene: string) => `genomics/definition-${gene.toLowerCase()}.json`;

/** Small variants of one genome -> star alleles, activity scores and metabolizer phenotypes of three genes. */
export const pharmacogenes: Analysis = {
  id: 'genomics.pharmacogenes',
  version: '1.0.0',
  title: 'Pharmacogenes: star alleles, activity scores, metabolizer phenotypes',
  makes: ['diplotype', 'activity-score', 'metabolizer-phenotype'],
  takes: [],
  knowledge: [...calledGenes.map(definitionFile), functionFile, phenotypeFile],
  packs: [definitionsPack],
  // Measured: the reader goes over the file twice, each time with all of its bytes, and takes 12 to 55 MB besides.
  peakMemoryMb: (selection, dossier) => {
    const source = dossier.sources.find(({ id }) => id === selection.inputs['genome']?.[0]);
    return 40 + (2 * Number(source?.metadata['bytes'] ?? 2 ** 26)) / 2 ** 20;
  },
  method: 'pharmacogenes.md',
  select(dossier) {
    const genomes = dossier.sources.filter(
      (source) => source.format === 'vcf' && source.modality === 'genome' && source.locator['sample'] !== undefined,
    );
    if (genomes.length === 0) {
      const absent = issue('info', 'no-genome', 'There is no genome: drug guidance by genotype was not assessed.', {
        remedy: 'Add a VCF or gVCF of the patient, best with all pharmacogene positions written.',
      });
      return { selections: [], missing: [absent] };
    }
    // One genome a person: of several files the one with most records speaks, the others are named.
    const [first, ...others] = [...genomes].sort((a, b) => recordCount(b) - recordCount(a) || (a.id < b.id ? -1 : 1));
    const missing = others.map((source) =>
      issue('warning', 'second-genome', `Another VCF of the same subject was not used: ${source.path}.`, {
        place: source.path,
        remedy: 'Supersede or remove the one that should not speak.',
      }),
    );
    return {
      selections: [{ title: `${first!.path}, sample ${first!.locator['sample']}`, inputs: { genome: [first!.id] } }],
      missing,
    };
  },
  async run(inputs, _options, context) {
    const source = inputs['genome']![0]!;
    const definitions = await readDefinitions(context);
    const functions = AlleleFunctions.parse(context.knowledge(functionFile));
    const rules = PhenotypeRules.parse(context.knowledge(phenotypeFile));
    const handle = await context.openVariants(source);
    const records = await collect(handle.records(rangesOfAll([...definitions.values()])), context);
    const declared = parseHeader(handle.header).declared;
    const agreements = (['GRCh37', 'GRCh38'] as const).map((build) =>
      referenceAgreement([...definitions.values()], build, records),
    );
    const decision = decideBuild(declared.contradictory ? undefined : declared.build, agreements);
    for (const gene of calledGenes) {
      const definition = definitions.get(gene)!;
      if ('refused' in decision) {
        for (const draft of refusedFindings(gene, source, decision.refused)) context.emit.finding(draft);
        continue;
      }
      const own = records.filter((record) => bareContig(record.chrom).toUpperCase() === definition.chromosome);
      const observations = observe(definition, decision.build, own);
      const call = callGene(gene, definition, observations, functions, rules);
      call.issues.push(...decision.issues);
      for (const draft of findingsOf(call, definition, observations, source, decision.build))
        context.emit.finding(draft);
    }
    if ('refused' in decision) context.emit.issue(decision.refused);
  },
};

function recordCount(source: { metadata: Record<string, unknown> }): number {
  const records = source.metadata['records'];
  return typeof records === 'number' ? records : 0;
}

/** The full definitions where the pack is installed, else those that come with Idiograph. */
async function readDefinitions(context: RunContext): Promise<Map<CalledGene, GeneDefinition>> {
  const pack = context.pack(definitionsPack);
  const definitions = new Map<CalledGene, GeneDefinition>();
  for (const gene of calledGenes) {
    const reduced = readReduced(context.knowledge(definitionFile(gene)));
    const full = pack && JSON.parse(Buffer.from(await pack.read(`${gene}.json`)).toString('utf8'));
    definitions.set(gene, full === undefined ? reducedDefinition(reduced) : fullDefinition(full, reduced));
  }
  return definitions;
}

/** Both builds at once: which one it is shows only in the records. */
function rangesOfAll(definitions: readonly GeneDefinition[]) {
  return definitions.flatMap((one) => (['GRCh37', 'GRCh38'] as const).flatMap((build) => rangesOf(one, build)));
}

async function collect(records: AsyncIterable<VariantRecord>, context: RunContext): Promise<VariantRecord[]> {
  const found: VariantRecord[] = [];
  for await (const record of records) {
    if (context.signal.aborted) break;
    found.push(record);
  }
  return found;
}

const hasScore = (gene: CalledGene) => gene !== 'CYP2C19';

function refusedFindings(gene: CalledGene, source: string, why: Issue): FindingDraft[] {
  const value: Value = { type: 'refused', reason: why.code };
  const common = { site: geneCode(gene), value, issues: [why], derivedFrom: [source] };
  return [
    { measure: measures.diplotype, ...common },
    ...(hasScore(gene) ? [{ measure: measures.activityScore, ...common }] : []),
    { measure: measures.phenotype, ...common },
  ];
}

const refusalOf: Record<string, string> = {
  'nothing-observed': 'gene-not-covered',
  'half-call': 'half-call',
  'no-pair-fits': 'no-allele-fits',
};

function findingsOf(
  call: GeneCall,
  definition: GeneDefinition,
  observations: readonly Observation[],
  source: string,
  build: Build,
): FindingDraft[] {
  const { gene, match, possible, issues } = call;
  const common = {
    site: geneCode(gene),
    issues,
    derivedFrom: [source],
    evidence: evidenceOf(definition, observations, source, build),
    methodNote: definition.source,
  };
  const refused: Value | undefined =
    match.state === 'called' ? undefined : { type: 'refused', reason: refusalOf[match.state]! };
  const tooMany = match.top.length > listedDiplotypes;
  const pairs = match.top.map((pair) => {
    const name = pairName(pair);
    return {
      value: { type: 'code' as const, code: { system: 'star-allele', code: name, display: `${gene} ${name}` } },
    };
  });
  const why = gene === 'CYP2D6' ? 'the number of gene copies is unknown' : 'several pairs of alleles explain the data';
  const diplotype: FindingDraft = {
    measure: measures.diplotype,
    codes: [loinc.diplotype],
    ...common,
    value:
      refused ??
      (tooMany ? { type: 'refused', reason: 'diplotype-tie' } : oneOrSet(pairs, 'equally good explanations')),
  };
  const phenotype: FindingDraft = {
    measure: measures.phenotype,
    codes: [loinc.phenotype],
    ...common,
    value: refused ?? oneOrSet(phenotypeMembers(possible), why),
  };
  if (!hasScore(gene)) return [diplotype, phenotype];
  const score: FindingDraft = {
    measure: measures.activityScore,
    ...common,
    value: refused ?? oneOrSet(scoreMembers(possible), why),
  };
  return [diplotype, score, phenotype];
}

/** Each place that differs from the reference with its VCF line, then one entry for all places that equal it. */
function evidenceOf(
  definition: GeneDefinition,
  observations: readonly Observation[],
  source: string,
  build: Build,
): NonNullable<FindingDraft['evidence']> {
  const evidence: NonNullable<FindingDraft['evidence']> = [];
  const usual: number[] = [];
  let usualPositions = 0;
  observations.forEach((observation, i) => {
    if (observation.state === 'absent') return;
    const position = definition.positions[i]!;
    const name = position.rsid ?? `${definition.chromosome}:${position.pos[build]}`;
    if (observation.state === 'called' && observation.alleles.every((allele) => allele === position.ref.GRCh38)) {
      usualPositions += 1;
      usual.push(...observation.lines);
      return;
    }
    const separator = observation.state === 'called' && observation.block !== undefined ? '|' : '/';
    const says =
      observation.state === 'called'
        ? observation.alleles.join(separator)
        : observation.state === 'half'
          ? 'half call'
          : observation.why;
    for (const line of observation.lines)
      evidence.push({ of: source, place: `line ${line}`, says: `${name}: ${says}` });
  });
  if (usualPositions > 0) {
    const lines = [...new Set(usual)].sort((a, b) => a - b);
    const place = lines.length === 1 ? `line ${lines[0]}` : `lines ${lines[0]}-${lines.at(-1)}`;
    evidence.push({ of: source, place, says: `${usualPositions} positions show the GRCh38 base on both chromosomes` });
  }
  return evidence;
}
