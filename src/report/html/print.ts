import type { Cell, TableRow } from '../tables/table.ts';
import { html, type Markup } from './markup.ts';

/** So many rows that say the same are one paragraph on paper. */
const manyAlike = 6;
/** A table of names and one number each that is longer than this is a list in columns on paper. */
const longTable = 24;
const repeatabilityNotKnown = 'Repeatability not known.';

/**
 * What paper shows in another way than a screen: the walk of each finding stays on screen and in findings.json, and a list
 * of runs with hashes stands for it; rows without consequence become small lists. `.print-only` is on paper alone,
 * `.screen-only`, `tr.bare`, `.why` and `.way` (the column of links) on the screen alone.
 */
export const printStyle = `
.print-only{display:none}
@media print{.print-only{display:block}.screen-only,tr.bare,.why,.way{display:none}
.print-only.small{font-size:.82rem}ul.print-only{list-style:none;padding:0;margin:.2rem 0 .4rem;columns:2;column-gap:6mm;font-size:.82rem}ul.print-only li{margin:0}
ol.notes{columns:2;column-gap:6mm;font-size:.78rem}ol.notes li{break-inside:avoid}#quality~ul.small,#quality~ul.plain.small{columns:3;column-gap:5mm;font-size:.74rem}#quality~ul.small li{break-inside:avoid}
ul.methods li{display:inline}ul.methods li:not(:last-child)::after{content:"; "}
article.line{break-inside:auto}article.line .head,article.line .action{break-after:avoid}.columns{display:block;columns:3;column-gap:5mm;font-size:.86rem}.columns h4{break-after:avoid}
table.findings td,table.findings th{padding-top:.12rem;padding-bottom:.12rem}.band-plot{width:15rem}
table.sources td,table.runs td,table.runs th,table.sources th{font-size:.78rem;padding:.1rem .3rem}.body-map svg{width:52mm}.pain-course svg{width:120mm}figure img{max-height:70mm}}`;

/** A row of the general table that says a number and nothing else: no reference, no repeatability, no note, no course. */
export function isBare({ cells: [, , reference, reliability], doubtful }: TableRow): boolean {
  return (
    doubtful !== true &&
    reference?.plot === undefined &&
    reference?.trend === undefined &&
    (reference?.reference === undefined || reference.reference.type === 'none') &&
    (reliability?.issues ?? []).length === 0 &&
    (reliability?.text === '' || reliability?.text === repeatabilityNotKnown)
  );
}

/** Bare rows of one name on one line: `SUVmax: GTV, 2000-09-07, 7.91 g/mL; node, 2000-09-07, 3.1 g/mL`. */
export function bareList(rows: readonly TableRow[]): Markup | undefined {
  if (rows.length === 0) return undefined;
  const byName = Map.groupBy(rows, ({ cells: [name] }) => name!.text);
  return html`<p class="print-only small">Numbers without reference, known repeatability or note:</p><ul class="print-only">${[...byName].map(([name, same]) => html`<li><strong>${name}</strong>: ${same.map(({ cells: [first, value] }) => [...(first!.sub ?? []), value!.text, ...(value!.sub ?? [])].join(', ')).join('; ')}</li>`)}</ul>`;
}

/** Rows of a table of names and one value that say the same, by what they say; only where many do. */
export function alike(rows: readonly TableRow[]): Map<string, TableRow[]> {
  const plain = rows.filter(
    ({ cells, doubtful, heading }) =>
      doubtful !== true &&
      heading !== true &&
      cells.length <= 3 &&
      cells.slice(1).every(isPlain) &&
      cells[2]?.text !== '-',
  );
  const groups = Map.groupBy(plain, ({ cells }) => cells[1]?.text ?? '');
  return new Map([...groups].filter(([says, same]) => says !== '' && same.length >= manyAlike));
}

function isPlain({ sub, aside, issues, trend, doubt }: Cell): boolean {
  return (
    (sub ?? []).length === 0 &&
    (aside ?? []).length === 0 &&
    (issues ?? []).length === 0 &&
    trend === undefined &&
    doubt === undefined
  );
}

/** Rows of a long table of names and one value: all that say nothing besides. */
export function listed(rows: readonly TableRow[]): TableRow[] {
  const plain = rows.filter(
    ({ cells, doubtful, heading }) => doubtful !== true && heading !== true && cells.length === 2 && isPlain(cells[1]!),
  );
  return plain.length > longTable ? plain : [];
}

/** Names and values in columns, with the unit that the header of the table says. */
export function listedList(rows: readonly TableRow[], header: string, unit: string | undefined): Markup | undefined {
  if (rows.length === 0) return undefined;
  return html`<p class="print-only small">${header}${unit ? `, ${unit}` : ''}:</p><ul class="print-only">${rows.map(({ cells: [name, value] }) => html`<li>${name!.text}: <strong>${value!.text}</strong></li>`)}</ul>`;
}

export function alikeList(groups: ReadonlyMap<string, readonly TableRow[]>): Markup[] {
  return [...groups].map(
    ([says, rows]) =>
      html`<p class="print-only small"><strong>${says}</strong>: ${rows.map(({ cells: [name] }) => name!.text).join('; ')}.</p>`,
  );
}

/** Guidance on drugs that are not on the list: what is said and how strongly, each member of a set by itself. */
export function guidanceList(rows: readonly TableRow[]): Markup | undefined {
  if (rows.length === 0) return undefined;
  const drugs: { name: string; population: string; says: { holdsFor: string; text: string; strength: string }[] }[] =
    [];
  for (const { cells } of rows) {
    const isFirst = cells.length !== 3;
    if (isFirst) drugs.push({ name: cells[0]!.text, population: cells.at(-2)!.text, says: [] });
    const [holdsFor, text, strength] = isFirst ? cells.slice(1, -2) : cells;
    if (text === undefined || strength === undefined)
      drugs.at(-1)!.says.push({ holdsFor: '', text: holdsFor!.text, strength: '' });
    else drugs.at(-1)!.says.push({ holdsFor: holdsFor!.text, text: text.text, strength: strength.text });
  }
  const words = ({ holdsFor, text, strength }: (typeof drugs)[number]['says'][number], n: number) =>
    `${n > 1 ? `${holdsFor}: ` : ''}${text}${strength === '' ? '' : ` (${strength})`}`;
  return html`<p class="print-only small"><strong>Other drugs of which guidance says more than the label dose</strong>; phenotypes and notes are on the screen and in findings.json.</p><ul class="print-only">${drugs.map(({ name, population, says }) => html`<li><strong>${name}</strong>: ${says.map((one) => words(one, says.length)).join('; ')}.${population === '-' ? '' : ` ${population}`}</li>`)}</ul>`;
}
