import type { SafetyGroup, SafetyLine } from './safetyGroups.ts';

/**
 * Questions that one form answers and that nobody asked stand in one row of page one: `Red flags of pain: cauda equina,
 * infection: not assessed`. Four rows that say one thing hide the fifth that says another. Only what was not assessed is
 * joined, within one group, and no answer is.
 */
export function joinUnasked(group: SafetyGroup): SafetyGroup {
  const rows: SafetyLine[][] = [];
  for (const line of group.checks) {
    const row = rows.find(([first]) => first !== undefined && oneForm(first, line));
    if (row === undefined) rows.push([line]);
    else row.push(line);
  }
  return { ...group, checks: rows.map(joined) };
}

function oneForm(a: SafetyLine, b: SafetyLine): boolean {
  const unasked = a.state === 'not-assessed' && b.state === 'not-assessed';
  return unasked && a.action !== undefined && a.action === b.action && form(a) !== undefined && form(a) === form(b);
}

/** What stands before the colon in the title: `Red flags of pain` of `Red flags of pain: infection: not assessed`. */
function form({ title }: SafetyLine): string | undefined {
  const parts = title.split(': ');
  return parts.length === 3 ? parts[0] : undefined;
}

function joined(row: readonly SafetyLine[]): SafetyLine {
  const [first, ...rest] = row as [SafetyLine, ...SafetyLine[]];
  if (rest.length === 0) return first;
  const state = first.title.split(': ')[2];
  const links = row.flatMap((one) => one.links);
  return {
    ...first,
    title: `${form(first)}: ${row.map(({ title }) => title.split(': ')[1]).join(', ')}: ${state}`,
    statement: `${row.length} matters without an answer to every question.`,
    also: rest.map(({ id }) => id),
    links: links.filter(({ id }, at) => links.findIndex((one) => one.id === id) === at),
  };
}
