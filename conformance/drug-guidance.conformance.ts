import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Action, notDetermined, type Said, statementsFor } from '../src/genomics/guidance.ts';
import { type Entry, readGuidance } from '../src/genomics/guidance-files.ts';
import { kindsOf } from '../src/genomics/guidance-words.ts';
import { loadKnowledge } from '../src/knowledge/load.ts';
import type { Case, Conformance } from './method.ts';
import { sharedData } from './shared.ts';

const recommendations = 'genomics/facts/recommendations.jsonl';
const examples = 'genomics/pharmcat-examples';

interface CpicRow {
  source: string;
  drugs: string[];
  lookupKey: Record<string, string>;
  population: string | null;
  classification: string | null;
  alternateDrugAvailable: boolean;
  dosingInformation: boolean;
  otherPrescribingGuidance: boolean;
  recommendation: string;
}

const { entries } = readGuidance((path) => loadKnowledge(path).data);
const cpic = new Map(
  entries.filter(({ file }) => file.guideline.body === 'CPIC').map((entry) => [entry.drug.drug, entry] as const),
);

/** Whom a row of ours is for, in the words of CPIC's tables: recognised by what stands in both. */
const populationWords: Record<string, RegExp> = {
  adults: /Adults/,
  pediatrics: /Children/,
  'CVI ACS PCI': /Acute coronary/,
  'CVI non-ACS non-PCI': /Other cardiovascular/,
  NVI: /Neurovascular/,
  'CBZ naive': /Not taken before(?!, without)/,
  'CBZ-no alternatives': /without an alternative/,
};

function saidFor(says: readonly Said[], population: string): Said | undefined {
  const words = populationWords[population] ?? (/naive/.test(population) ? /Not taken/ : /over 3 months/);
  return says.find((one) => one.for === undefined || says.length === 1 || words.test(one.for));
}

const codeOfWords: Record<string, string> = {
  Normal: 'normal-activity',
  Variable: 'variable-activity',
  'ivacaftor responsive in CF patients': 'ivacaftor-responsive',
  'ivacaftor non-responsive in CF patients': 'ivacaftor-non-responsive',
};

/** The state of a gene that a key of CPIC's tables stands for; the allele's name for HLA. */
function stateOf(gene: string, key: string, { drug }: Entry) {
  const named = drug.genes.find((one) => one === gene || one.startsWith(`${gene}*`))!;
  if (key === 'No Result') return [named, { phenotype: notDetermined }] as const;
  if (named.startsWith('HLA')) return [named, { phenotype: key.split(' ')[1]! }] as const;
  if (key === 'n/a') return [named, { phenotype: 'indeterminate', score: null }] as const;
  if (/\d$/.test(key)) return [named, { phenotype: 'by-score', score: Number(key.replace('≥', '')) }] as const;
  return [named, { phenotype: codeOfWords[key] ?? key.toLowerCase().replaceAll(' ', '-') }] as const;
}

function lookUp(row: Pick<CpicRow, 'drugs' | 'lookupKey' | 'population'>): { said?: Said; rows: number } {
  const entry = cpic.get(row.drugs[0]!)!;
  const states = Object.fromEntries(
    Object.entries(row.lookupKey).map(([gene, key]) => {
      const [named, state] = stateOf(gene, key, entry);
      return [named, [state]];
    }),
  );
  const { applied } = statementsFor(entry.drug, states);
  const id = applied[0]?.statement.id.split('.').slice(1).join('.');
  const found = entry.drug.rows.find((one) => one.id === id);
  return { said: found && saidFor(found.says, row.population ?? 'general'), rows: applied.length };
}

/** What a row's flags and ours say, as `drug dose other`. */
function kinds({ steps }: Said): string {
  const all = steps.map(kindsOf);
  return ['drug', 'dose', 'other'].filter((kind) => all.some((one) => one[kind as 'drug'])).join(' ');
}
type Flags = Pick<CpicRow, 'alternateDrugAvailable' | 'dosingInformation' | 'otherPrescribingGuidance'>;
const flags = (row: Flags) =>
  [row.alternateDrugAvailable && 'drug', row.dosingInformation && 'dose', row.otherPrescribingGuidance && 'other']
    .filter((one) => one !== false)
    .join(' ');

/** Whether an action may stand where CPIC's flags are these. */
function agrees(action: Action, wanted: string, said: Said): boolean {
  const ours = kinds(said);
  if (wanted === '') return action === 'label' || action === 'none';
  if (action === 'none' || action === 'label') return false;
  return wanted.split(' ').every((kind) => ours.includes(kind));
}

const rowCases: Conformance = {
  id: 'genomics.guidance.rows',
  method: 'Drug statements: strength and action for every key and population',
  oracle: 'CPIC recommendation tables of May 2024, 78 drugs (CC0)',
  errorIs: 'verdict',
  needs: [recommendations],
  async run() {
    const rows = readFileSync(sharedData(recommendations)!, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as CpicRow)
      .filter((row) => row.source === 'CPIC');
    return rows.map((row): Case => {
      const name = `${row.drugs[0]} ${JSON.stringify(row.lookupKey)} ${row.population ?? ''}`;
      // `xN combinations`: a question for the number of copies, no recommendation; our scores carry the copies.
      if (row.classification === null) return { name, error: 0, tolerance: 0, note: 'asks for copies' };
      const { said, rows: count } = lookUp(row);
      const strength = row.classification === 'N/A' ? 'No recommendation' : row.classification;
      if (!said || count !== 1) return { name, error: 1, tolerance: 0, note: `${count} statements` };
      // Clinical safety: what was not tested never yields a standard dose, though CPIC's rows give it.
      const withheld =
        Object.values(row.lookupKey).includes('No Result') && ['test-first', 'none'].includes(said.action);
      // 36 rows of four tricyclics recommend nothing and still carry a strength; amitriptyline's same cells carry none.
      const upstream = /^No recommendation/.test(row.recommendation) && strength !== 'No recommendation';
      const good =
        withheld ||
        (upstream ? said.action === 'none' : said.strength === strength && agrees(said.action, flags(row), said));
      const note = `CPIC ${strength} (${flags(row) || 'no flag'}); ours ${said.strength} ${said.action} (${kinds(said)})${withheld ? '; withheld: not tested' : upstream ? '; a strength without a recommendation upstream' : ''}`;
      return { name, error: good ? 0 : 1, tolerance: 0, note };
    });
  },
};

interface Annotation {
  classification: string;
  population: string;
  lookupKey: Record<string, string>[];
  alternateDrugAvailable: boolean;
  dosingInformation: boolean;
  otherPrescribingGuidance: boolean;
}

/** PharmCAT's data are of November 2025, our table of May 2024: what changed between. */
const changedSince: Record<string, string> = {
  metoprolol: 'guideline of 2024, not covered',
  hydralazine: 'guideline of 2025, not covered',
  warfarin: 'an algorithm, not covered',
  'peginterferon alfa-2a': 'IFNL3: no longer in the tables of May 2024',
  'peginterferon alfa-2b': 'IFNL3: no longer in the tables of May 2024',
  ribavirin: 'IFNL3: no longer in the tables of May 2024',
  dibekacin: 'MT-RNR1: added to the tables later',
  neomycin: 'MT-RNR1: added to the tables later',
  netilmicin: 'MT-RNR1: added to the tables later',
  ribostamycin: 'MT-RNR1: added to the tables later',
};

const exampleCases: Conformance = {
  id: 'genomics.guidance.examples',
  method: 'Drug statements: classes of the example report',
  oracle: 'PharmCAT 3.1.0 example report, CPIC annotations (MPL-2.0)',
  errorIs: 'verdict',
  needs: [examples],
  async run() {
    const report = JSON.parse(readFileSync(join(sharedData(examples)!, 'pharmcat.example.report.json'), 'utf8')) as {
      drugs: Record<string, Record<string, { guidelines: { annotations: Annotation[] }[] }>>;
    };
    return Object.entries(report.drugs['CPIC Guideline Annotation']!).flatMap(([drug, { guidelines }]): Case[] => {
      const why = changedSince[drug];
      if (why !== undefined) {
        return [{ name: drug, error: cpic.has(drug) ? 1 : 0, tolerance: 0, note: why }];
      }
      return guidelines
        .flatMap(({ annotations }) => annotations)
        .map((one): Case => {
          const lookupKey = Object.assign({}, ...one.lookupKey) as Record<string, string>;
          const row = { ...one, drugs: [drug], lookupKey, source: 'CPIC' };
          const name = `${drug} ${JSON.stringify(lookupKey)} ${one.population}`;
          const { said } = lookUp(row);
          const strength = one.classification === 'N/A' ? 'No recommendation' : one.classification;
          const withheld =
            said !== undefined &&
            Object.values(lookupKey).includes('No Result') &&
            ['test-first', 'none'].includes(said.action);
          const good =
            said !== undefined && (withheld || (said.strength === strength && agrees(said.action, flags(row), said)));
          const note = `PharmCAT ${strength} (${flags(row) || 'no flag'}); ours ${said?.strength} ${said?.action} (${said ? kinds(said) : 'no row'})${withheld ? '; withheld: not tested' : ''}`;
          return { name, error: good ? 0 : 1, tolerance: 0, note };
        });
    });
  },
};

interface PgxDrug {
  drug: string;
  strength: string;
  source: string;
}

/** The golden report has no answer for the MT-RNR1 call of its own input; the tables of May 2024 have one. */
const aminoglycosides = new Set([
  'amikacin',
  'gentamicin',
  'kanamycin',
  'paromomycin',
  'plazomicin',
  'streptomycin',
  'tobramycin',
]);

const wholeWay: Conformance = {
  id: 'genomics.guidance.whole-way',
  method: 'From VCF and outside calls to the strength of each drug statement',
  oracle: 'PharmCAT 3.1.0 example input and its report (MPL-2.0)',
  errorIs: 'verdict',
  needs: [examples],
  async run() {
    const folder = sharedData(examples)!;
    const out = mkdtempSync(join(tmpdir(), 'idiograph-conformance-'));
    try {
      const { stdout } = await promisify(execFile)(
        process.execPath,
        [
          join(import.meta.dirname, '..', 'bin', 'idiograph.js'),
          'pgx',
          join(folder, 'pharmcat.example.vcf'),
          '--outside',
          join(folder, 'pharmcat.example.outsideCall.tsv'),
          '--out',
          out,
          '--json',
        ],
        { maxBuffer: 2 ** 26 },
      );
      const { drugs } = JSON.parse(stdout) as { drugs: PgxDrug[] };
      const report = JSON.parse(readFileSync(join(folder, 'pharmcat.example.report.json'), 'utf8')) as {
        drugs: Record<string, Record<string, { guidelines: { annotations: Annotation[] }[] }>>;
      };
      return Object.entries(report.drugs['CPIC Guideline Annotation']!).map(([name, { guidelines }]): Case => {
        const grades = guidelines.flatMap(({ annotations }) => annotations.map((one) => one.classification));
        const peer = [...new Set(grades.map((one) => (one === 'N/A' ? 'No recommendation' : one)))].sort().join('; ');
        const own = drugs.filter(({ drug, source }) => drug === name && source.startsWith('CPIC'));
        const ours = [...new Set(own.flatMap(({ strength }) => strength.split('; ')))].sort().join('; ');
        const why = changedSince[name] ?? (aminoglycosides.has(name) ? 'the golden report leaves it open' : undefined);
        return {
          name,
          error: peer === ours || why !== undefined ? 0 : 1,
          tolerance: 0,
          note: `PharmCAT ${peer || 'none'}; ours ${ours || 'none'}${why ? `; ${why}` : ''}`,
        };
      });
    } finally {
      rmSync(out, { recursive: true, force: true });
    }
  },
};

export default [rowCases, exampleCases, wholeWay];
