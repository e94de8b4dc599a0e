import type { Finding } from '../../dossier/finding.ts';
import type { FindingView, ReportModel } from '../model.ts';
import type { Notebook } from '../notes.ts';
import { opens } from './findingCells.ts';
import { cell, noteRefs, type TableModel, type TableRow } from './table.ts';

const populationNote = 'population-note';

interface Statement {
  text: string;
  /** `CPIC: Strong`, as the body that grades it says; empty when the statement names none. */
  strength: string;
  /** Genotype under which it holds, from the evidence. */
  holdsFor: string;
}

/** Drugs of the person first, then those of which guidance says more than the label dose, then the names of the rest. */
function sortOut(views: readonly FindingView[], model: ReportModel) {
  const medication = /^(active|planned|unclear)-medication$/;
  const listed = new Set(
    model.input.dossier.findings.flatMap(({ measure, site }) =>
      medication.test(measure.code) && site ? [site.code] : [],
    ),
  );
  const isOwn = ({ finding }: FindingView) => listed.has(finding.site?.code ?? '');
  const others = views.filter((view) => !isOwn(view));
  return {
    own: views.filter(isOwn),
    telling: others.filter((view) => kindOf(view) === 'telling'),
    folded: (['label', 'none', 'test-first', 'unverified', 'refused'] as const)
      .map((kind) => ({ kind, views: others.filter((view) => kindOf(view) === kind) }))
      .filter((one) => one.views.length > 0),
  };
}

type Kind = 'telling' | 'label' | 'none' | 'test-first' | 'unverified' | 'refused';

/** What all members of a finding come to; one that says more than the label dose makes it telling. */
function kindOf({ finding }: FindingView): Kind {
  if (finding.value.type === 'refused') return 'refused';
  const actions = (finding.codes ?? []).flatMap(({ system, code }) => (system === 'guidance-action' ? [code] : []));
  if (actions.includes('unverified')) return 'unverified';
  const open = ['label', 'none', 'test-first'] as const;
  if (actions.length === 0 || !actions.every((one) => open.some((kind) => kind === one))) return 'telling';
  if (actions.includes('test-first')) return 'test-first';
  return actions.includes('label') ? 'label' : 'none';
}

const foldedWords: Record<Exclude<Kind, 'telling'>, string> = {
  label: 'From the side of the genes the label dose applies',
  none: 'No recommendation is given for this genotype',
  'test-first': 'Not assessed, because another gene of the drug is not determined or must be measured',
  unverified: 'Label statements that nobody held against their source',
  refused: 'Not assessed, because no gene of the drug is determined',
};

/** One row for each drug: what the guideline says for each possible genotype, its strength, who differs, and the source. */
export function guidanceTable(
  id: string,
  title: string,
  views: readonly FindingView[],
  model: ReportModel,
  book: Notebook,
): TableModel {
  const { own, telling, folded } = sortOut(views, model);
  const group = (words: string): TableRow[] =>
    own.length > 0 && telling.length > 0
      ? [{ cells: [cell(words, { columns: columns.length })], findings: [], heading: true }]
      : [];
  const ownRows = own.flatMap((view) => rowsOf(view, book));
  const tellingRows = telling.flatMap((view) => rowsOf(view, book)).map((row) => ({ ...row, other: true as const }));
  return {
    id,
    kind: 'guidance',
    title,
    columns: columns.map((header) => ({ header, align: 'start', ...(header === 'Notes' ? { notes: true } : {}) })),
    rows: [
      ...group('On the medication list'),
      ...ownRows,
      ...group('Other drugs of which guidance says more than the label dose').map((row) => ({
        ...row,
        other: true as const,
      })),
      ...tellingRows,
    ],
    shared: [],
    remarks:
      own.length + telling.length > 0 && views[0].finding.measure.code === 'drug-guidance'
        ? [
            'CYP2D6 stands as it works under the drugs taken, where the list is known; the other genes by genotype alone. Observed response comes first.',
          ]
        : [],
    folds: folded.map((one) => ({
      text: foldedWords[one.kind],
      items: one.views.map(({ finding, place }) => ({ text: place ?? '', finding: finding.id })),
    })),
  };
}

const columns = ['Drug', 'Phenotype', 'Statement', 'Strength', 'Population and situation', 'Notes'];

/** As many rows as there are members of the set; what holds for all of them reaches over all. */
function rowsOf({ finding, place }: FindingView, book: Notebook): TableRow[] {
  const issues = noteRefs(
    finding.issues.filter((one) => one.code !== populationNote),
    book,
  );
  const population = finding.issues.filter((one) => one.code === populationNote).map((one) => one.message);
  const statements = statementsOf(finding);
  const rows = statements.length > 1 ? statements.length : undefined;
  const name = cell(`${place ?? ''}${finding.reader ? ` (${finding.reader})` : ''}`, { rows });
  const tail = [
    cell(population.length > 0 ? population.join(' ') : '-', { quiet: true, rows }),
    cell('', { quiet: true, issues, rows }),
  ];
  const findings = [finding.id];
  if (statements.length === 0)
    return [{ cells: [name, cell('not assessed', { columns: 3, ...opens(finding) }), ...tail], findings }];
  return statements.map((one, i) => {
    const says = [
      cell(`${statements.length > 1 ? 'if ' : ''}${one.holdsFor}`),
      cell(one.text, opens(finding)),
      cell(one.strength || 'not graded'),
    ];
    return { cells: i === 0 ? [name, ...says, ...tail] : says, findings };
  });
}

/** A set yields one statement for each member: none is left out, whatever it would change. */
function statementsOf(finding: Finding): Statement[] {
  const { value } = finding;
  const codes =
    value.type === 'code'
      ? [value.code]
      : value.type === 'set'
        ? value.members.flatMap((member) => (member.value.type === 'code' ? [member.value.code] : []))
        : [];
  return codes.map(({ code, display }) => {
    const graded = /^(.*?)\s*\(([A-Za-z ]+: [^()]+)\)\.?$/s.exec(display);
    const places = (finding.evidence ?? []).filter((one) => one.says?.startsWith(`${code}:`)).map((one) => one.place);
    return { text: graded?.[1] ?? display, strength: graded?.[2] ?? '', holdsFor: [...new Set(places)].join('; ') };
  });
}
