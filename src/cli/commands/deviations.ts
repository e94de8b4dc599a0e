import { basename } from 'node:path';
import { IdiographError } from '../../dossier/errors.ts';
import { type Issue, issue } from '../../dossier/issue.ts';
import { evaluateTable, pooled } from '../../norms/evaluateTable.ts';
import { type PersonScores, prepare, scorePerson, wholeBrain } from '../../norms/score.ts';
import type { Command } from '../command.ts';
import { aboutReference, namedReference, peopleOf, ruleOf, sayIssues } from '../normsInput.ts';
import { oneLine } from '../terminal.ts';
import { writeWholeLines } from '../wholeFile.ts';

/** People of whom a line is said; of more only the file tells. */
const mostSaid = 10_000;
const mostOfKind = 20;

export const command: Command = {
  summary: 'Deviations of people from a reference: z, centile and its interval for each measure of a table.',
  usage:
    'idiograph deviations TABLE.csv --reference PACK/MODEL|FILE [--adapt CONTROLS.csv] [--rule A|B|C] [--evaluate] [--packs DIR] [--json|--out FILE.csv]\n\n' +
    'TABLE: one row a person; columns age, sex (1 or M: male), site, software, and the measures by their names.\n' +
    'CONTROLS: healthy people of the same scanners, from which shift and spread of each site are learnt (15 or more for a flag).\n' +
    '--evaluate adds how well the reference describes the people of the table.',
  options: {
    reference: { type: 'string' },
    adapt: { type: 'string' },
    rule: { type: 'string' },
    evaluate: { type: 'boolean' },
    packs: { type: 'string' },
    out: { type: 'string' },
  },
  async run({ positionals: [path, ...more], options }, terminal) {
    const text = (name: string) => options[name] as string | undefined;
    const name = text('reference');
    if (path === undefined || more.length > 0 || name === undefined) {
      throw new IdiographError('usage', 'name one table and a reference', { remedy: `usage: ${command.usage}` });
    }
    const rule = ruleOf(text('rule'));
    const reference = await namedReference(name, text('packs'));
    const table = await peopleOf(path, terminal);
    const controlsPath = text('adapt');
    const adapt = controlsPath === undefined ? undefined : await peopleOf(controlsPath, terminal);
    if ('refused' in table || (adapt && 'refused' in adapt)) {
      const refused = 'refused' in table ? table.refused : (adapt as { refused: Issue }).refused;
      terminal.document({ people: [], issues: [refused] });
      return 3;
    }
    const scorer = prepare(reference, table.people, {
      name: basename(path),
      ...(adapt && { controls: adapt.people, controlsName: basename(controlsPath!) }),
      ...(rule && { rule }),
    });
    const out = text('out');
    const { people } = table.people;
    // A table of a whole cohort to a file is read person by person: nothing of it is kept but how often each issue came.
    const kept = terminal.json || options.evaluate === true || out === undefined;
    const scored = kept ? people.map((person) => scorePerson(scorer, person)) : [];
    const found = issueCounts();
    let withScores = 0;
    const each = function* (): Generator<PersonScores> {
      for (const one of kept ? scored : people.values().map((person) => scorePerson(scorer, person))) {
        if (one.scores.length > 0) withScores++;
        for (const issue of one.issues) found.add(issue);
        yield one;
      }
    };
    const refused = [...scorer.refused].map(([measure, one]) => ({ measure, ...one }));
    const issues: Issue[] = [...table.issues, ...(adapt?.issues ?? []), ...scorer.issues];
    const evaluation = options.evaluate ? evaluateTable(scorer, scored, adapt?.people) : undefined;
    sayIssues(issues, terminal);
    if (refused.length > 0) {
      terminal.warn(
        oneLine(
          `${refused.length} measures are refused: ${refused
            .slice(0, 20)
            .map((one) => one.measure)
            .join(', ')}${refused.length > 20 ? ' ...' : ''}`,
        ),
      );
    }
    if (reference.sentence) terminal.say(reference.sentence);
    if (reference.exploratory) terminal.say('Exploratory: not for decisions about a person.');
    const say = (one: PersonScores) => terminal.say(oneLine(inWords(one, wholeBrain(reference, one.scores))));
    if (out !== undefined)
      writeWholeLines(out, csvLines(each(), terminal.json || people.length > mostSaid ? undefined : say));
    else for (const one of each()) if (!terminal.json) say(one);
    sayIssues(found.list(), terminal);
    if (evaluation) {
      const all = pooled(evaluation);
      terminal.say(
        `${all.measures} measures: EV ${all.ev.toFixed(3)}, MSLL ${all.msll.toFixed(3)}, z ${all.zMean.toFixed(3)} (SD ${all.zSd.toFixed(3)}), beyond 1.96 ${(100 * all.tails.above196).toFixed(2)} %, beyond 2.58 ${(100 * all.tails.above258).toFixed(2)} %`,
      );
    }
    if (out !== undefined) terminal.say(`${out} written: a row for each person and measure, ${people.length} people`);
    terminal.document({
      reference: aboutReference(reference),
      rule: adapt ? (rule ?? 'B') : null,
      people: scored.map(({ person, scores, refused: no, issues: own }) => ({
        person: person.id,
        age: person.ageYears ?? null,
        sex: person.male === undefined ? null : person.male ? 'male' : 'female',
        site: person.site ?? null,
        wholeBrain: scores.length > 0 ? wholeBrain(reference, scores) : null,
        deviations: scores.map(({ centileLimits: [low, high], zLimits, ...score }) => ({
          ...score,
          centileLow: low,
          centileHigh: high,
          zLow: zLimits[0],
          zHigh: zLimits[1],
        })),
        // What the whole table lacks is said once, below.
        refused:
          scores.length > 0
            ? no
                .filter(({ measure }) => !scorer.refused.has(measure))
                .map((one) => ({ measure: one.measure, ...one.issue }))
            : [],
        issues: own,
      })),
      refused,
      ...(evaluation && { evaluation, pooled: pooled(evaluation) }),
      issues,
    });
    return withScores > 0 ? 0 : 1;
  },
};

function inWords({ person, scores, issues }: PersonScores, whole: ReturnType<typeof wholeBrain>): string {
  if (scores.length === 0) return `${person.id}: no deviation. ${issues[0]?.message ?? 'No measure could be read.'}`;
  const range = whole.range
    ? `; 5 to 95 % of the reference's own people have ${whole.range.join(' to ')}`
    : '; their own range is not known';
  const farthest = whole.largest ? `; farthest ${whole.largest.measure} z ${whole.largest.z.toFixed(2)}` : '';
  return `${person.id}: ${whole.beyond} of ${whole.regions} measures beyond |z| 2, ${whole.expected.toFixed(1)} expected${range}${whole.flagged ? ' (more than in 95 % of them)' : ''}${farthest}`;
}

function* csvLines(scored: Iterable<PersonScores>, say?: (one: PersonScores) => void): Generator<string> {
  const cell = (text: string) => (/[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  yield 'person,measure,value,unit,z,centile,centile_low,centile_high,expected,flagged,issue';
  for (const all of scored) {
    const { person, scores, refused } = all;
    say?.(all);
    for (const one of scores) {
      const numbers = [one.z, one.centile, ...one.centileLimits, one.expected].map((value) =>
        String(Number(value.toPrecision(8))),
      );
      yield [cell(person.id), cell(one.measure), one.value, one.unit, ...numbers, one.flagged, ''].join(',');
    }
    for (const { measure, issue } of refused)
      yield [cell(person.id), cell(measure), '', '', '', '', '', '', '', '', issue.code].join(',');
  }
}

/** Counts issues of people: of each kind the first few stay as they are, of the others it is said how many there are. */
function issueCounts(): { add(one: Issue): void; list(): Issue[] } {
  const kinds = new Map<string, { first: Issue[]; n: number }>();
  return {
    add(one) {
      const kind = kinds.get(one.code) ?? { first: [], n: 0 };
      kind.n++;
      if (kind.first.length < mostOfKind) kind.first.push(one);
      kinds.set(one.code, kind);
    },
    list: () =>
      [...kinds].flatMap(([code, { first, n }]) => {
        const more = n - first.length;
        if (more === 0) return first;
        return [...first, issue(first[0]!.severity, code, `${more} more people have the same issue: ${code}.`)];
      }),
  };
}
