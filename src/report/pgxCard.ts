import type { Issue } from '../dossier/issue.ts';
import type { Identity, Subject } from '../dossier/subject.ts';
import { escapeHtml } from './html/markup.ts';
import { subjectWords } from './subjectWords.ts';

/** What the card needs of one gene and of one statement about a drug: part of what `idiograph pgx --json` prints. */
interface PgxGene {
  diplotypes: readonly { name: string }[];
  phenotypes: readonly string[];
  issues: readonly Issue[];
}
interface PgxDrug {
  drug: string;
  genes: readonly string[];
  class: string;
}

export interface CardInput {
  subject: Subject;
  identities: readonly Identity[];
  result: {
    build: string | null;
    genes: Readonly<Record<string, PgxGene>>;
    drugs: readonly PgxDrug[];
  };
  /** Day for which it is issued. */
  asOf: string;
  program: { name: string; version: string };
}

/** Actions for which a drug is to be discussed before it is used, the weightiest first. */
const toDiscuss = ['avoid', 'alternative', 'test-first', 'lower', 'higher', 'label-then-review'];
/** As many drugs as stay readable on the back of a card. */
const drugsOnCard = 40;

/** One gene of the card: what it may be, and whether that is settled. */
interface CardGene {
  gene: string;
  words: string;
  settled: boolean;
}

function cardGene(gene: string, { diplotypes, phenotypes, issues }: PgxGene): CardGene | undefined {
  const words = phenotypes.length > 0 ? phenotypes : diplotypes.map(({ name }) => name);
  if (words.length === 0) return undefined;
  const open = issues.some(({ code }) => ['cyp2d6-snv-only', 'could-also-be', 'could-also-be-common'].includes(code));
  return { gene, words: words.join(' or '), settled: words.length === 1 && !open };
}

interface CardDrug {
  drug: string;
  genes: string[];
  /** Some, not all, of the possible statements ask for a talk. */
  depends: boolean;
  weight: number;
}

/** Drugs for which any possible statement asks for more than the label, the weightiest first. */
function cardDrugs(drugs: readonly PgxDrug[]): CardDrug[] {
  return [...Map.groupBy(drugs, ({ drug }) => drug)]
    .flatMap(([drug, statements]) => {
      const weights = statements.map((one) => toDiscuss.indexOf(one.class)).filter((weight) => weight >= 0);
      if (weights.length === 0) return [];
      const genes = [...new Set(statements.flatMap((one) => one.genes))].sort();
      return [{ drug, genes, depends: weights.length < statements.length, weight: Math.min(...weights) }];
    })
    .sort((a, b) => a.weight - b.weight || (a.drug < b.drug ? -1 : 1));
}

/**
 * A card to fold to the size of a credit card (ISO/IEC 7810 ID-1: 85.6 x 54 mm): genes in front, drugs to discuss behind.
 * What is not settled, not determined or left out says so. It leaves the house only when somebody asked for it.
 */
export function pgxCard({ subject, identities, result, asOf, program }: CardInput): string {
  const { stamps, identifiers } = subjectWords(subject, identities);
  const names = Object.entries(result.genes);
  const genes = names.flatMap(([gene, one]) => cardGene(gene, one) ?? []);
  const none = names.filter(([gene, one]) => cardGene(gene, one) === undefined).map(([gene]) => gene);
  const drugs = cardDrugs(result.drugs);
  const shown = drugs.slice(0, drugsOnCard);
  const text = escapeHtml;
  const stamp = stamps.length > 0 ? `<p class="stamp">${text(stamps.join(', '))}</p>` : '';
  const open = genes.some(({ settled }) => !settled);
  const geneRows = genes.map(
    ({ gene, words, settled }) =>
      `<li><b>${text(gene)}</b> ${text(words)}${settled ? '' : ' <em>not settled</em>'}</li>`,
  );
  const drugRows = shown.map(
    ({ drug, genes: of, depends }) => `<li><b>${text(drug)}</b> ${text(of.join(', '))}${depends ? ' *' : ''}</li>`,
  );
  const identified = identifierWords(subject, identifiers, identities);
  const left = drugs.length - shown.length;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Card: genes and medicines, ${text(subject.label)}</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<style>
@page { margin: 12mm; }
body { margin: 0; font-family: system-ui, sans-serif; color: #000; background: #fff; }
section { box-sizing: border-box; width: 85.6mm; min-height: 54mm; padding: 2mm 2.5mm; border: 0.2mm solid #555; font-size: 5.2pt; line-height: 1.18; }
section + section { border-top: 0.2mm dashed #555; }
h1 { font-size: 7pt; margin: 0 0 0.6mm; }
p { margin: 0 0 0.5mm; }
ul { list-style: none; margin: 0.4mm 0; padding: 0; columns: 2; column-gap: 2mm; }
ul.drugs { columns: 3; column-gap: 1.5mm; }
li { break-inside: avoid; }
em { font-style: normal; border-bottom: 0.15mm solid #000; }
.stamp { font-weight: 700; letter-spacing: 0.04em; }
</style>
</head>
<body>
<section aria-label="front">
<h1>Genes and medicines</h1>
${stamp}
<p><b>${text(subject.label)}</b>; ${text(identified)}</p>
<p>Issued ${text(asOf)}${result.build ? `, genome on ${text(result.build)}` : ''}. By inherited genes alone: medicines taken can change it.</p>
<ul>
${geneRows.join('\n')}
</ul>
${none.length > 0 ? `<p>Not determined: ${text(none.join(', '))}.</p>` : ''}
<p>HLA types are on this card only if they are listed. ${open ? 'Not settled: the test leaves more than one possibility open; see the report.' : ''}</p>
</section>
<section aria-label="back">
<h1>Discuss before use</h1>
${stamp}
${shown.length > 0 ? `<ul class="drugs">\n${drugRows.join('\n')}\n</ul>` : '<p>No listed medicine differs from its label by these genes.</p>'}
${left > 0 ? `<p><b>And ${left} more: see the report.</b></p>` : ''}
<p>* It differs only under some of the possibilities. A medicine that is not listed was not cleared. Do not stop or change a medicine because of this card: show it to your doctor or pharmacist.</p>
<p>${text(subject.label)}; ${text(identified)}; ${text(asOf)}. Computed by ${text(program.name)} ${text(program.version)}, research software; signed by nobody.</p>
</section>
</body>
</html>
`;
}

/** Two identifiers, or one and a line to write the other on. */
function identifierWords(
  { label }: Subject,
  identifiers: readonly { value: string; systems: string[] }[],
  identities: readonly Identity[],
): string {
  const born = [...new Set(identities.flatMap(({ birthDate }) => birthDate ?? []))];
  const numbers = identifiers.filter(({ value }) => value !== label).map(({ value }) => `no. ${value}`);
  const words = [...numbers, ...(born.length === 1 ? [`born ${born[0]}`] : [])].slice(0, 3);
  return words.length > 0 ? words.join('; ') : 'second identifier: ______________________ (write by hand)';
}
