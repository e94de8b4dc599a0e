import type { Analysis, Dossier } from '../dossier/analysis.ts';
import { measure } from '../dossier/code.ts';
import type { Fact } from '../dossier/fact.ts';
import type { Finding } from '../dossier/finding.ts';
import { issue } from '../dossier/issue.ts';
import { members } from '../dossier/words.ts';
import { type Area, bodyMapPath } from '../knowledge/bodyMap.ts';
import {
  bodyMapIn,
  formPaths,
  formsIn,
  formsPath,
  instrumentsIn,
  problemsIn,
  problemsPath,
  shipped,
} from './knowledge.ts';
import { areasOfParts, partsOfSite, ratesPain, statesProblem } from './problems.ts';
import { answersOf, occasionsOf, yes } from './responses.ts';

/** Scores that say that there is pain, and not where. */
const painScores = ['peg.mean', 'pain-nrs.pain', 'bpi-sf.severity', 'bpi-sf.interference'];
const forms = ['acr-2016', 'nociplastic-criteria'];

const groupWords: Record<Area['group'] | 'unlocated', string> = {
  back: 'Back or neck',
  leg: 'Hip or leg',
  head: 'Head',
  face: 'Face or jaw',
  elsewhere: 'Elsewhere',
  unlocated: 'Place not stated',
};

/** Painful areas of the newest map: the others are history. */
function painfulNow(dossier: Dossier): Finding[] {
  const maps = dossier.findings.filter(({ measure: { code } }) => code === 'pain-area');
  const newest = maps
    .map(({ time }) => time ?? '9999')
    .sort()
    .at(-1);
  return maps.filter((one) => (one.time ?? '9999') === newest && members(one).some(({ code }) => code === 'painful'));
}

/** The newest of each score that is above nothing. */
function scoresNow(dossier: Dossier): Finding[] {
  return painScores.flatMap((code) => {
    const [newest] = dossier.findings
      .filter((one) => one.measure.code === code && one.value.type === 'quantity')
      .sort((a, b) => ((a.time ?? '9999') < (b.time ?? '9999') ? 1 : -1));
    return newest && members(newest).some(({ number }) => number !== undefined && number > 0) ? [newest] : [];
  });
}

/** What there is of pain: problems of the record, places, and whether it has lasted three months. */
export const painContext: Analysis = {
  id: 'pain.context',
  version: '1.0.0',
  title: 'Pain on record',
  makes: ['pain-present', 'pain-problem', 'pain-site', 'pain-duration'],
  takes: ['pain-area', ...painScores],
  knowledge: [bodyMapPath, problemsPath, formsPath, ...formPaths(forms)],
  packs: [],
  peakMemoryMb: () => 1,
  method: 'pain-map.md',
  select(dossier) {
    const problems = problemsIn(shipped);
    const diagnoses = dossier.facts.filter(
      (fact) => ratesPain(fact) || problems.some((problem) => statesProblem(fact, problem)),
    );
    const responses = occasionsOf(dossier.facts, instrumentsIn(shipped, forms)).flatMap(({ facts }) => facts);
    const findings = [...painfulNow(dossier), ...scoresNow(dossier)];
    const all = [...diagnoses, ...responses, ...findings];
    if (all.length === 0) return { selections: [], missing: [] };
    const ids = (records: readonly { id: string }[]) => records.map(({ id }) => id);
    const inputs: Record<string, string[]> = {};
    if (diagnoses.length > 0) inputs['problems'] = ids(diagnoses);
    if (responses.length > 0) inputs['answers'] = ids(responses);
    if (findings.length > 0) inputs['findings'] = ids(findings);
    return { selections: [{ title: 'from the record, maps and scores', inputs }], missing: [] };
  },
  async run(inputs, _options, context) {
    const read = (path: string) => context.knowledge(path);
    const file = bodyMapIn(read);
    const { areas } = file;
    const stated = new Map<string, Fact[]>();
    const facts = context.dossier.facts.filter(({ id }) => inputs['problems']?.includes(id));
    const findings = context.dossier.findings.filter(({ id }) => inputs['findings']?.includes(id));
    const present = new Map<Area['group'], { ids: string[]; time: string | undefined }>();
    const unlocated: { ids: string[]; time: string | undefined } = { ids: [], time: undefined };
    const note = (at: { ids: string[]; time: string | undefined }, id: string, time: string | undefined) => {
      if (!at.ids.includes(id)) at.ids.push(id);
      if (time !== undefined && (at.time === undefined || time > at.time)) at.time = time;
    };
    const locate = (code: string | undefined, id: string, time: string | undefined) => {
      const group = areas.find((area) => area.code === code)?.group;
      if (group === undefined) return;
      const at = present.get(group) ?? { ids: [], time: undefined };
      present.set(group, at);
      note(at, id, time);
    };
    for (const problem of problemsIn(read)) {
      const own = facts.filter((fact) => statesProblem(fact, problem));
      if (own.length === 0) continue;
      const time = latest(own.map(dateOf));
      const names = [...new Set(own.map(({ code }) => code.display))].sort();
      context.emit.finding({
        measure: measure('pain-problem', 'Problem that is a pain or speaks to one'),
        site: { system: 'pain-problem', code: problem.id, display: problem.display },
        ...(time ? { time } : {}),
        value: {
          type: 'code',
          code: { system: 'idiograph', code: 'active', display: `on record: ${names.join('; ')}` },
        },
        issues: own.some((fact) => fact.issues.some(({ code }) => code === 'not-confirmed'))
          ? [issue('warning', 'not-confirmed', `${problem.display} is on record as not confirmed.`)]
          : [],
        derivedFrom: own.map(({ id }) => id),
        evidence: own.map((fact) => ({ of: fact.id, place: fact.place, says: fact.code.display })),
      });
      if (!problem.isPain) continue;
      for (const fact of own) place(fact, problem.areas);
    }
    for (const fact of facts) if (ratesPain(fact)) place(fact, []);
    for (const [code, own] of [...stated].sort(([a], [b]) => (a < b ? -1 : 1))) emitSite(code, own);
    for (const finding of findings) {
      if (finding.measure.code === 'pain-area') locate(finding.site?.code, finding.id, finding.time);
      else note(unlocated, finding.id, finding.time);
    }
    const places: [Area['group'] | 'unlocated', { ids: string[]; time: string | undefined }][] =
      present.size === 0 && unlocated.ids.length > 0 ? [['unlocated', unlocated]] : [...present].sort();
    for (const [group, { ids, time }] of places)
      context.emit.finding({
        measure: measure('pain-present', 'Pain on record'),
        site: { system: 'pain-place', code: group, display: groupWords[group] },
        ...(time ? { time } : {}),
        value: { type: 'code', code: { system: 'idiograph', code: 'present', display: 'present' } },
        issues: [],
        derivedFrom: ids,
      });
    /** By the site that the fact states, else by what the name of the problem says. */
    function place(fact: Fact, parts: readonly string[]): void {
      const sites = partsOfSite(fact, file);
      const codes = areasOfParts(sites.length > 0 ? sites : parts, areas, fact.laterality);
      if (codes.length === 0) note(unlocated, fact.id, dateOf(fact));
      for (const code of codes) {
        locate(code, fact.id, dateOf(fact));
        if (sites.length > 0) stated.set(code, [...(stated.get(code) ?? []), fact]);
      }
    }

    function emitSite(code: string, own: readonly Fact[]): void {
      const area = areas.find((one) => one.code === code)!;
      const time = latest(own.map(dateOf));
      context.emit.finding({
        measure: measure('pain-site', 'Place of pain that the record states'),
        site: { system: 'body-area', code, display: area.display.replace(/, (left|right)$/, '') },
        ...(area.laterality ? { laterality: area.laterality } : {}),
        ...(time ? { time } : {}),
        value: { type: 'code', code: { system: 'idiograph', code: 'stated', display: 'stated' } },
        issues: [],
        derivedFrom: own.map(({ id }) => id),
        evidence: own.map((fact) => ({
          of: fact.id,
          place: fact.place,
          says: [fact.code.display, ...(fact.bodySite ?? []).map(({ display }) => display)].join(', '),
        })),
      });
    }

    const answered = context.dossier.facts.filter(({ id }) => inputs['answers']?.includes(id));
    emitDuration(answered);

    function emitDuration(responses: readonly Fact[]): void {
      const instruments = instrumentsIn(read, forms);
      const { duration } = formsIn(read);
      const said = occasionsOf(responses, instruments).flatMap((occasion) => {
        const answers = answersOf(occasion, instruments);
        return duration.flatMap(({ form, item }) => {
          const state = form === occasion.form ? yes(answers, item) : undefined;
          return state === undefined ? [] : [{ at: occasion.at, state, given: answers.get(item)! }];
        });
      });
      const newest = said.at(-1);
      if (newest === undefined) return;
      const code = newest.state ? 'three-months-or-longer' : 'shorter';
      context.emit.finding({
        measure: measure('pain-duration', 'Duration of pain'),
        ...(newest.at ? { time: newest.at } : {}),
        value: {
          type: 'code',
          code: {
            system: 'idiograph',
            code,
            display: newest.state ? 'three months or longer' : 'shorter than three months',
          },
        },
        issues: [],
        derivedFrom: [newest.given.fact],
        evidence: [{ of: newest.given.fact, place: newest.given.place, says: String(newest.given.value) }],
      });
    }
  },
};

function dateOf(fact: Fact): string | undefined {
  return fact.at ?? fact.period?.start ?? fact.statedAt;
}

function latest(dates: readonly (string | undefined)[]): string | undefined {
  return dates
    .filter((date) => date !== undefined)
    .sort()
    .at(-1);
}
