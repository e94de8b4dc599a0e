import type { Analysis, RunContext } from '../dossier/analysis.ts';
import type { FindingDraft, Value } from '../dossier/finding.ts';
import type { VariantRecord } from '../dossier/image.ts';
import type { Issue } from '../dossier/issue.ts';
import { issue } from '../dossier/issue.ts';
import { type Build, bareContig } from '../intake/vcf/build.ts';
import { parseHeader } from '../intake/vcf/header.ts';
import { overlapOf } from '../intake/vcf/ranges.ts';
import { decideBuild, referenceAgreement } from './build.ts';
import { type CalledGene, calledGenes, callGene, type GeneCall, listedDiplotypes, pairName } from './call.ts';
import {
  geneCode,
  loinc,
  type Member,
  measures,
  oneOrSet,
  phenotypeMeasure,
  phenotypeMembers,
  scoreMembers,
} from './codes.ts';
import { copyNumberEvidence } from './copyNumber.ts';
import { narrowedByCopies } from './copyNumberCall.ts';
import { fullDefinition, type GeneDefinition, rangesOf, readReduced, reducedDefinition } from './definition.ts';
import { imputedWorlds } from './dosage.ts';
import { callOverWorlds } from './dosageCall.ts';
import { AlleleFrequencies } from './genotype-frequencies.ts';
import type { KnownSex } from './genotype-ploidy.ts';
import { type Observation, observe, observeExtra } from './observe.ts';
import { outsideGenes } from './outside.ts';
import { outsideFindings } from './outsideFindings.ts';
import { parsedOnce } from './parsed-once.ts';
import { AlleleFunctions, hasActivityScore, hasPhenotype, PhenotypeRules } from './phenotype.ts';

const definitionsPack = 'pharmacogene-definitions';
/** A site's own table: `allele-frequencies.json`, see `AlleleFrequencies`. */
const frequenciesPack = 'allele-frequencies';
const functionFile = 'genomics/allele-function.json';
const phenotypeFile = 'genomics/phenotype.json';
const definitionFile = (gene: string) => `genomics/definition-${gene.toLowerCase()}.json`;

/** Small variants of one genome -> star alleles, activity scores and phenotypes of all CPIC genes that a VCF can show. */
export const pharmacogenes: Analysis = {
  id: 'genomics.pharmacogenes',
  version: '2.1.1',
  title: 'Pharmacogenes: named alleles, activity scores, phenotypes',
  makes: ['diplotype', 'activity-score', 'metabolizer-phenotype'],
  takes: [],
  knowledge: [...calledGenes.map(definitionFile), functionFile, phenotypeFile],
  packs: [definitionsPack, frequenciesPack],
  // Measured (resident above an idle process, full tables): 39 to 57 MB for 0.1 to 0.8 MB of VCF, 74 MB for 14 MB of
  // bgzip, 106 MB for 144 MB of bgzip and for 104 MB of plain text, where what was thrown away waits for the collector.
  peakMemoryMb: (selection, dossier) => {
    const source = dossier.sources.find(({ id }) => id === selection.inputs['genome']?.[0]);
    return 60 + Math.min(50, (3 * Number(source?.metadata['bytes'] ?? 2 ** 26)) / 2 ** 20);
  },
  method: 'pharmacogenes.md',
  select(dossier) {
    const genomes = dossier.sources.filter(
      (source) => source.format === 'vcf' && source.modality === 'genome' && source.locator['sample'] !== undefined,
    );
    const outside = [...outsideGenes(dossier.facts).values()].flatMap(({ facts }) => facts.map(({ id }) => id)).sort();
    const ofOthers = outside.length > 0 ? [{ title: 'calls of other programs', inputs: { outside } }] : [];
    if (genomes.length === 0) {
      if (outside.length > 0) return { selections: ofOthers, missing: [] };
      const absent = issue('info', 'no-genome', 'There is no genome: drug guidance by genotype was not assessed.', {
        remedy: 'Add a VCF or gVCF of the patient, best with all pharmacogene positions written.',
      });
      return { selections: [], missing: [absent] };
    }
    // One genome a person: of several files the one with most records speaks, the others are named.
    const [first, ...others] = [...genomes].sort((a, b) => recordCount(b) - recordCount(a) || (a.id < b.id ? -1 : 1));
    const samples = genomes.filter(({ blob }) => blob === first!.blob).map(({ locator }) => locator['sample']);
    if (samples.length > 1) {
      const message = `${first!.path} gave this patient ${samples.length} samples (${samples.slice(0, 8).join(', ')}): whose genome is it?`;
      const open = issue('error', 'genome-sample-open', message, {
        place: first!.path,
        remedy: 'Name one with --sample NAME, or list it alone as {"system": "vcf:sample"} member of patient.json.',
      });
      return { selections: ofOthers, missing: [open] };
    }
    const missing = others.map((source) =>
      issue('warning', 'second-genome', `Another VCF of the same subject was not used: ${source.path}.`, {
        place: source.path,
        remedy: 'Supersede or remove the one that should not speak.',
      }),
    );
    const sex = dossier.facts.filter(({ type }) => type === 'sex').map(({ id }) => id);
    return {
      selections: [
        {
          title: `${first!.path}, sample ${first!.locator['sample']}`,
          inputs: {
            genome: [first!.id],
            ...(sex.length > 0 ? { sex } : {}),
            ...(outside.length > 0 ? { outside } : {}),
          },
        },
      ],
      missing,
    };
  },
  async run(inputs, _options, context) {
    const functions = parsedOnce(AlleleFunctions, context.knowledge(functionFile));
    const rules = parsedOnce(PhenotypeRules, context.knowledge(phenotypeFile));
    const given = new Set(inputs['outside'] ?? []);
    const outside = outsideGenes(context.dossier.facts.filter(({ id }) => given.has(id)));
    const emitOutside = (gene: string, own?: Parameters<typeof outsideFindings>[1]) => {
      for (const draft of outsideFindings(outside.get(gene)!, own, functions, rules)) context.emit.finding(draft);
      outside.delete(gene);
    };
    const source = inputs['genome']?.[0];
    if (source === undefined) {
      for (const gene of outside.keys()) emitOutside(gene);
      return;
    }
    const definitions = await readDefinitions(context);
    const frequencies = await readFrequencies(context);
    const sex = knownSex(context, inputs['sex'] ?? []);
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
        if (outside.has(gene)) continue;
        for (const draft of refusedFindings(gene, source, decision.refused, rules)) context.emit.finding(draft);
        continue;
      }
      const own = records.filter((record) => bareContig(record.chrom).toUpperCase() === definition.chromosome);
      const observations = observe(definition, decision.build, own);
      const named = (some: readonly Observation[]) =>
        callGene(gene, definition, some, functions, rules, { sex, frequencies });
      const worlds = imputedWorlds(own, overlapOf(rangesOf(definition, decision.build)));
      const call = narrowedByCopies(
        callOverWorlds(worlds, (some) =>
          named(some === own ? observations : observe(definition, decision.build, some)),
        ),
        definition,
        copyNumberEvidence(definition, decision.build, own),
        functions,
        rules,
      );
      call.issues.push(...decision.issues);
      const evidence = [
        ...evidenceOf(definition, observations, source, decision.build),
        ...extraEvidence(definition, own, source, decision.build),
      ];
      if (outside.has(gene)) emitOutside(gene, { call, evidence, source });
      else for (const draft of findingsOf(call, definition, evidence, source, rules)) context.emit.finding(draft);
    }
    for (const gene of outside.keys()) emitOutside(gene);
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

function refusedFindings(gene: CalledGene, source: string, why: Issue, rules: PhenotypeRules): FindingDraft[] {
  const value: Value = { type: 'refused', reason: why.code };
  const common = { site: geneCode(gene), value, issues: [why], derivedFrom: [source] };
  return [
    { measure: measures.diplotype, ...common },
    ...(hasActivityScore(gene) ? [{ measure: measures.activityScore, ...common }] : []),
    ...(hasPhenotype(gene, rules) ? [{ ...phenotypeMeasure(gene), ...common }] : []),
  ];
}

const refusalOf: Record<string, string> = {
  'nothing-observed': 'gene-not-covered',
  'half-call': 'half-call',
  'no-pair-fits': 'no-allele-fits',
  'required-missing': 'required-position-missing',
};

function findingsOf(
  call: GeneCall,
  definition: GeneDefinition,
  evidence: NonNullable<FindingDraft['evidence']>,
  source: string,
  rules: PhenotypeRules,
): FindingDraft[] {
  const { gene, match, possible, issues, fallback } = call;
  const common = {
    site: geneCode(gene),
    issues,
    derivedFrom: [source],
    evidence,
    methodNote: definition.source,
  };
  const refused: Value | undefined =
    match.state === 'called' || fallback ? undefined : { type: 'refused', reason: refusalOf[match.state]! };
  const why = gene === 'CYP2D6' ? 'the number of gene copies is unknown' : 'several pairs of alleles explain the data';
  const made: FindingDraft[] = [
    { measure: measures.diplotype, codes: [loinc.diplotype], ...common, value: refused ?? diplotypeValue(call) },
  ];
  if (hasActivityScore(gene)) {
    made.push({
      measure: measures.activityScore,
      ...common,
      value: refused ?? oneOrSet(scoreMembers(possible), why),
    });
  }
  if (hasPhenotype(gene, rules)) {
    made.push({ ...phenotypeMeasure(gene), ...common, value: refused ?? oneOrSet(phenotypeMembers(possible), why) });
  }
  return made;
}

/** The pairs, the likeliest first where frequencies are loaded, else by score; refused where a list helps nobody. */
function diplotypeValue({ match, fallback, posterior }: GeneCall): Value {
  const member = (name: string): Member => {
    const weight = posterior?.get(name);
    return {
      value: { type: 'code', code: { system: 'star-allele', code: name, display: name } },
      ...(weight === undefined ? {} : { weight: Math.round(weight * 1e6) / 1e6 }),
    };
  };
  if (fallback) return member(fallback.genotype).value;
  if (match.top.length === 0 || match.top.length > listedDiplotypes) {
    return { type: 'refused', reason: match.listed ? 'unphased-variants' : 'diplotype-tie' };
  }
  const pairs = posterior ? [...match.top, ...match.otherPhase] : match.top;
  const members = pairs.map((pair) => member(pairName(pair)));
  if (posterior) members.sort((a, b) => b.weight! - a.weight!);
  return oneOrSet(
    members.slice(0, listedDiplotypes),
    match.listed ? 'on which chromosome the variants lie is unknown' : 'equally good explanations',
  );
}

/** Sex as the facts state it in one voice. */
function knownSex(context: RunContext, ids: readonly string[]): KnownSex {
  const stated = context.dossier.facts
    .filter(({ id }) => ids.includes(id))
    .map(({ value }) => (value?.type === 'code' ? value.code.code : ''));
  const [sex, ...others] = [...new Set(stated)];
  return others.length === 0 && (sex === 'female' || sex === 'male') ? sex : undefined;
}

async function readFrequencies(context: RunContext): Promise<AlleleFrequencies | undefined> {
  const pack = context.pack(frequenciesPack);
  if (!pack) return undefined;
  const text = Buffer.from(await pack.read('allele-frequencies.json')).toString('utf8');
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    data = undefined;
  }
  const read = AlleleFrequencies.safeParse(data);
  if (read.success) return read.data;
  context.emit.issue(
    issue(
      'warning',
      'allele-frequencies-invalid',
      'The table of allele frequencies was not used: it has another form.',
      {
        remedy: 'See docs/methods/pharmacogenes.md for the form.',
      },
    ),
  );
  return undefined;
}

/** Positions beside the alleles, with their genotype. */
function extraEvidence(
  definition: GeneDefinition,
  records: readonly VariantRecord[],
  source: string,
  build: Build,
): NonNullable<FindingDraft['evidence']> {
  return definition.extra.flatMap((position) => {
    const observation = observeExtra(position, build, records);
    if (observation.state !== 'called') return [];
    const says = `${position.rsid}: ${observation.alleles.join('/')} (beside the alleles; for warfarin alone)`;
    return observation.lines.map((line) => ({ of: source, place: `line ${line}`, says }));
  });
}

/** Each place that differs from the reference with its VCF line, then how many of all that were read equal it. */
function evidenceOf(
  definition: GeneDefinition,
  observations: readonly Observation[],
  source: string,
  build: Build,
): NonNullable<FindingDraft['evidence']> {
  const evidence: NonNullable<FindingDraft['evidence']> = [];
  const lines: number[] = [];
  let calledPositions = 0;
  let usualPositions = 0;
  observations.forEach((observation, i) => {
    if (observation.state === 'absent') return;
    const position = definition.positions[i]!;
    const name = position.rsid ?? `${definition.chromosome}:${position.pos[build]}`;
    if (observation.state === 'called') {
      calledPositions += 1;
      lines.push(...observation.lines);
      if (observation.alleles.every((allele) => allele === position.ref.GRCh38)) {
        usualPositions += 1;
        return;
      }
    }
    const separator = observation.state === 'called' && observation.block !== undefined ? '|' : '/';
    const says =
      observation.state === 'called'
        ? observation.haploid
          ? observation.alleles[0]
          : observation.alleles.join(separator)
        : observation.state === 'half'
          ? 'half call'
          : observation.why;
    for (const line of observation.lines)
      evidence.push({ of: source, place: `line ${line}`, says: `${name}: ${says}` });
  });
  if (calledPositions > 0) {
    lines.sort((a, b) => a - b);
    const place = lines[0] === lines.at(-1) ? `line ${lines[0]}` : `lines ${lines[0]}-${lines.at(-1)}`;
    const says = `the GRCh38 base at ${usualPositions} of ${calledPositions} positions read`;
    evidence.push({ of: source, place, says });
  }
  return evidence;
}
