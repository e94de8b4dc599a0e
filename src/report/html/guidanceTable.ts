import type { Finding } from '../../dossier/finding.ts';
import type { FindingView, ReportModel } from '../model.ts';
import type { Notebook } from '../notes.ts';
import { html, type Markup } from './markup.ts';
import { noteRefs } from './notes.ts';
import { whyLinks } from './why.ts';

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
  title: string,
  views: readonly FindingView[],
  model: ReportModel,
  book: Notebook,
): Markup {
  const { own, telling, folded } = sortOut(views, model);
  const rowOf = ({ finding, place }: FindingView) => {
    const notes = book.refs(finding.issues.filter((one) => one.code !== populationNote));
    const population = finding.issues.filter((one) => one.code === populationNote).map((one) => one.message);
    const statements = statementsOf(finding);
    const first = html`<th scope="row" rowspan="${Math.max(statements.length, 1)}">${place}${finding.reader ? ` (${finding.reader})` : ''}</th>`;
    const tail = (span: number) =>
      html`<td class="small" rowspan="${span}">${population.length > 0 ? population.join(' ') : '-'}</td><td class="small" rowspan="${span}">${noteRefs(notes, book)}</td><td rowspan="${span}">${whyLinks([finding.id], model)}</td>`;
    if (statements.length === 0) return html`<tr>${first}<td colspan="3">not assessed</td>${tail(1)}</tr>`;
    return html`${statements.map(
      (one, i) =>
        html`<tr>${i === 0 ? first : undefined}<td>${statements.length > 1 ? html`<strong>if </strong>` : undefined}${one.holdsFor}</td><td>${one.text}</td><td>${one.strength || 'not graded'}</td>${i === 0 ? tail(statements.length) : undefined}</tr>`,
    )}`;
  };
  const group = (words: string) =>
    own.length > 0 && telling.length > 0 ? html`<tr><th scope="colgroup" colspan="7">${words}</th></tr>` : undefined;
  const rows = [
    group('On the medication list'),
    ...own.map(rowOf),
    group('Other drugs of which guidance says more than the label dose'),
    ...telling.map(rowOf),
  ];
  const names = folded.map(
    (one) =>
      html`<p class="small">${foldedWords[one.kind]}: ${one.views.map(({ finding, place }, i) => html`${i > 0 ? ', ' : ''}<a href="#why-${finding.id}">${place}</a>`)}.</p>`,
  );
  if (own.length + telling.length === 0) return html`<h4>${title}</h4>${names}`;
  const readAs =
    views[0].finding.measure.code === 'drug-guidance'
      ? html`<p class="small">CYP2D6 stands as it works under the drugs taken, where the list is known; the other genes by genotype alone. Observed response comes first.</p>`
      : undefined;
  return html`<div class="scroll" tabindex="0" role="group" aria-label="${title}"><table class="matrix guidance"><caption>${title}</caption><thead><tr><th scope="col">Drug</th><th scope="col">Phenotype</th><th scope="col">Statement</th><th scope="col">Strength</th><th scope="col">Population and situation</th><th scope="col">Notes</th><th scope="col">Trace</th></tr></thead><tbody>${rows}</tbody></table></div>${readAs}${names}`;
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
