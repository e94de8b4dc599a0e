import { type Issue, issue } from '../../dossier/issue.ts';
import { letterOf } from './rows.ts';

type Letter = 'A' | 'B' | '-';

/**
 * What the labels of a table mean, as a look-up. With two labels of which one is known, the other one is the other side;
 * a third treatment is an error: days under it would count for one of the two, or carry over into them unseen.
 * `treatment`: the label that the caller calls the treatment.
 */
export function lettersOfTable(
  labels: readonly string[],
  treatment: string | undefined,
): { letter(label: string): Letter | undefined; issue?: Issue } {
  const known = new Map<string, Letter | undefined>();
  for (const label of labels) {
    const name = nameOf(label);
    if (name !== '') known.set(name, letterOf(label, treatment));
  }
  const given = [...known].filter(([, letter]) => letter !== '-');
  const unknown = given.filter(([, letter]) => letter === undefined);
  if (given.length === 2 && unknown.length === 1) {
    const other = given.find(([, letter]) => letter !== undefined)![1];
    known.set(unknown[0]![0], other === 'A' ? 'B' : 'A');
  }
  const isThird = given.length > 2 && (unknown.length > 0 || treatment !== undefined);
  return {
    letter: (label) => known.get(nameOf(label)),
    ...(isThird && { issue: severalTreatments(given.map(([name]) => name)) }),
  };
}

function nameOf(label: string): string {
  return label.trim().toLowerCase();
}

function severalTreatments(names: readonly string[]): Issue {
  const shown = names.slice(0, 6).map((name) => `"${name.slice(0, 40)}"`);
  return issue('error', 'several-treatments', `The table states ${names.length} treatments: ${shown.join(', ')}.`, {
    remedy: 'A trial compares two: leave the rows of two of them in the table and mark the other days as washout.',
  });
}
