import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Bundle, Observation } from '@medplum/fhirtypes';
import { genomicsFacts } from '../src/cli/genomicsFacts.ts';
import type { Dossier } from '../src/dossier/analysis.ts';
import type { Fact } from '../src/dossier/fact.ts';
import { members, numbersOf } from '../src/dossier/words.ts';
import { toGenomicsBundle } from '../src/exchange/genomicsBundle.ts';
import { pgxResult } from '../src/genomics/pgxTable.ts';
import { recordedGenotypes } from '../src/genomics/recorded-genotypes.ts';
import { fhirFormat } from '../src/intake/fhir/format.ts';
import { defaultLimits } from '../src/intake/format.ts';
import { importFolder } from '../src/intake/import.ts';
import { inputFile } from '../src/intake/inputFile.ts';
import { openStore } from '../src/store/open.ts';
import { workup } from '../src/workup/workup.ts';
import { validateFhir } from '../test/fhir-validator.ts';
import type { Case, Conformance } from './method.ts';
import { sharedData } from './shared.ts';

const examples = 'clinical/genomics-fhir';
const genomes = [
  'genomics/tests/getrm/NA18526.preprocessed.vcf',
  'genomics/tests/getrm/NA18861.preprocessed.vcf',
  'genomics/real-vcf/misc/pharmcat.example.vcf',
  'genomics/real-vcf/misc/pharmcat.example2.vcf',
];
const medications =
  'medication,dose,unit,perDay,status,date\nparoxetine,20,mg,1,active,2026-11-01\ncodeine,30,mg,3,active,2026-11-01\n';
const generatedBy = { name: 'idiograph', version: '0' };

const verdict = (name: string, good: boolean, note = ''): Case => ({ name, error: good ? 0 : 1, tolerance: 0, note });

/** A genome with a medication list, through import and work-up. */
async function workedUp(vcf: string): Promise<{ dossier: Dossier; bundle: Bundle }> {
  const folder = mkdtempSync(join(tmpdir(), 'idiograph-conformance-'));
  try {
    const list = join(folder, 'medications.csv');
    writeFileSync(list, medications);
    const at = '2026-11-24T00:00:00Z';
    const store = await openStore({ engine: 'sqlite', directory: join(folder, 'data') });
    try {
      const options = { actor: 'conformance', at, asOnePatient: true };
      const { subjects } = await importFolder([vcf, list], store, options);
      const subject = subjects[0]!.subject;
      const access = { purpose: 'quality' as const, actor: 'conformance' };
      await workup(store, subject, { access, clock: () => at, workers: 0 });
      const reader = store.reading(access);
      const dossier = await reader.dossier(subject);
      const identities = await reader.list(subject, 'identity');
      const { sources, findings } = dossier;
      const { build } = pgxResult(dossier);
      const facts = genomicsFacts();
      const bundle = toGenomicsBundle({
        subject: dossier.subject,
        identities,
        sources,
        findings,
        build,
        generatedBy,
        facts,
      });
      return { dossier, bundle };
    } finally {
      await store.close();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const observationsOf = (bundle: Bundle) =>
  (bundle.entry ?? []).flatMap(({ resource, fullUrl }) =>
    resource?.resourceType === 'Observation' ? [[fullUrl!, resource] as const] : [],
  );
const codeOf = ({ code }: Observation) => code.coding?.[0]?.code;

/** Observations from which no chain of derivedFrom reaches a variant and then a file. */
function withoutVariant(bundle: Bundle): string[] {
  const byUrl = new Map(observationsOf(bundle));
  const documents = new Set(
    (bundle.entry ?? [])
      .filter(({ resource }) => resource?.resourceType === 'DocumentReference')
      .map((one) => one.fullUrl),
  );
  const reaches = (url: string, depth = 0): boolean => {
    const one = byUrl.get(url);
    if (!one || depth > 6) return false;
    const from = (one.derivedFrom ?? []).map(({ reference }) => reference ?? '');
    if (codeOf(one) === '69548-6') return from.some((next) => documents.has(next));
    return from.some((next) => reaches(next, depth + 1));
  };
  return [...byUrl.keys()].filter((url) => !reaches(url));
}

/** Facts that the FHIR reader makes of a file. */
async function factsOf(path: string): Promise<{ facts: Fact[]; recognised: boolean; kept: boolean }> {
  const file = inputFile(path, path);
  const recognised = fhirFormat.sniff(file.head, file);
  const read = await fhirFormat.read(file, defaultLimits);
  if ('refused' in read) return { facts: [], recognised, kept: false };
  const { drafts } = fhirFormat.assemble([{ path, piece: read.piece }]);
  const facts = drafts.flatMap((draft) =>
    draft.facts.map(
      (fact, index): Fact => ({ ...fact, kind: 'fact', id: `fact-${index}`, subject: 's', source: path }),
    ),
  );
  return { facts, recognised, kept: drafts.length > 0 };
}

async function factsOfBundle(bundle: Bundle): Promise<Fact[]> {
  const folder = mkdtempSync(join(tmpdir(), 'idiograph-conformance-'));
  try {
    const path = join(folder, 'genomics.fhir.json');
    writeFileSync(path, JSON.stringify(bundle));
    return (await factsOf(path)).facts;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const written: Conformance = {
  id: 'genomics-fhir-out',
  method: 'genomic bundle: valid R4, chains to variants, sets, round trip',
  oracle: 'FHIR R4 definitions (medplum), the findings themselves, four genomes',
  errorIs: 'verdict',
  needs: genomes,
  async run() {
    const cases: Case[] = [];
    for (const path of genomes) {
      const { dossier, bundle } = await workedUp(sharedData(path)!);
      const name = path.split('/').at(-1)!;
      const faults = validateFhir(bundle);
      cases.push(verdict(`${name}: valid`, faults.length === 0, JSON.stringify(faults.slice(0, 3))));
      const loose = withoutVariant(bundle);
      cases.push(
        verdict(`${name}: every Observation leads to a variant`, loose.length === 0, loose.slice(0, 3).join(' ')),
      );
      const all = observationsOf(bundle).map(([, one]) => one);
      const reported = (bundle.entry ?? []).flatMap(({ resource }) =>
        resource?.resourceType === 'DiagnosticReport' ? (resource.result ?? []) : [],
      );
      cases.push(verdict(`${name}: the report names every Observation`, reported.length === all.length));
      const read = recordedGenotypes(await factsOfBundle(bundle));
      const diplotypes = dossier.findings.filter(({ measure }) => measure.code === 'diplotype');
      const called = diplotypes.filter(({ value }) => value.type !== 'refused');
      for (const finding of called) {
        const gene = finding.site!.code;
        const back = read.find((one) => one.gene === gene);
        const ours = members(finding)
          .map(({ code }) => code!.replaceAll(/\s+/g, ' '))
          .sort();
        const same = JSON.stringify(back?.pairs.toSorted()) === JSON.stringify(ours);
        cases.push(
          verdict(`${name}: ${gene} comes back`, same && back?.unknown.length === 0, `${back?.pairs} for ${ours}`),
        );
        const scores = dossier.findings.find(
          ({ measure, site }) => measure.code === 'activity-score' && site?.code === gene,
        );
        if (!scores) continue;
        const numbers = (back?.scores ?? []).filter((score) => score !== null);
        const kept = JSON.stringify(numbers) === JSON.stringify(numbersOf(scores));
        cases.push(verdict(`${name}: ${gene} scores come back`, kept, `${numbers} for ${numbersOf(scores)}`));
      }
      const tasks = (bundle.entry ?? []).filter(({ resource }) => resource?.resourceType === 'Task');
      cases.push(verdict(`${name}: a recommendation for codeine with paroxetine`, tasks.length > 0));
    }
    return cases;
  },
};

const read: Conformance = {
  id: 'genomics-fhir-in',
  method: 'genomic FHIR records: recognised, kept, genotypes read, nonsense named; codes of our bundle',
  oracle: 'HL7 Genomics Reporting examples (CC0) and genomics-operations test outputs (Apache-2.0)',
  errorIs: 'verdict',
  needs: [examples, genomes[2]!],
  async run() {
    const folder = sharedData(examples)!;
    const cases: Case[] = [];
    const theirs = new Map<string, Set<string>>();
    for (const name of readdirSync(folder).filter((one) => one.endsWith('.json'))) {
      const { facts, recognised, kept } = await factsOf(join(folder, name));
      cases.push(verdict(`${name}: recognised`, recognised));
      // The one example without a subject is about nobody, and the import says so.
      if (name !== 'DiagnosticReport-report-CYP2C19.json') cases.push(verdict(`${name}: kept`, kept));
      const genotypes = recordedGenotypes(facts);
      if (name === 'Bundle-diagnosticreport-pgxexample.json') {
        const [only] = genotypes;
        const named = only?.gene === 'CYP2C9' && only.unknown.join() === '*35B';
        const warned = only?.issues.some(({ code }) => code === 'allele-unknown') === true;
        cases.push(verdict(`${name}: CYP2C9*35B is not accepted`, named && warned, JSON.stringify(only)));
      }
      if (/haplotypes-2|tx_implications-2/.test(name)) {
        const found = genotypes.map(({ gene, pairs, unknown }) => `${gene} ${pairs} ${unknown}`.trim()).join('; ');
        cases.push(verdict(`${name}: both genotypes`, found === 'CYP2C19 *1/*17; CYP2D6 *1/*41', found));
      }
      collectCodes(JSON.parse(readFileSync(join(folder, name), 'utf8')), theirs);
    }
    const { bundle } = await workedUp(sharedData(genomes[2]!)!);
    const ours = new Map<string, Set<string>>();
    collectCodes(bundle, ours);
    for (const code of [
      '84413-4',
      '84414-2',
      '69548-6',
      '48018-6',
      '51963-7',
      '69547-8',
      '69551-0',
      '53034-5',
      '62374-4',
      '48002-0',
      '93044-6',
    ]) {
      const same =
        theirs.has(code) && [...(ours.get(code) ?? ['http://loinc.org'])].every((one) => theirs.get(code)!.has(one));
      cases.push(verdict(`code ${code} stands where the examples have it`, same));
    }
    return cases;
  },
};

/** Every code with the systems under which it stands. */
function collectCodes(value: unknown, codes: Map<string, Set<string>>): void {
  if (typeof value !== 'object' || value === null) return;
  const { code, system } = value as { code?: unknown; system?: unknown };
  if (typeof code === 'string' && typeof system === 'string')
    codes.set(code, (codes.get(code) ?? new Set()).add(system));
  for (const member of Object.values(value)) collectCodes(member, codes);
}

export default [written, read];
