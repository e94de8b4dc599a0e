import type { Analysis } from '../dossier/analysis.ts';
import { measure } from '../dossier/code.ts';
import type { Finding, FindingDraft } from '../dossier/finding.ts';
import { type Issue, issue } from '../dossier/issue.ts';
import { dayOf } from '../dossier/words.ts';
import { loadKnowledge } from '../knowledge/load.ts';
import { beginOf, type TreatmentCourse, treatmentCourses } from './courses.ts';
import { type DoseFile, type DoseRow, dosesPath, parseDoses } from './doses.ts';
import { codesOfDrug, drugsPath, indexDrugs, loadDrugs } from './drugs.ts';
import { among } from './inputs.ts';
import { medicationFacts } from './medicationList.ts';
import { type Outcome, outcomeInScores, type ScoredOutcome, scoreMeasures, statedOutcome } from './response.ts';

/** Indications whose failed trials are counted: in words, and the conditions that make them this person's matter. */
const counted: Record<string, { display: string; conditions: readonly string[] }> = {
  depression: { display: 'depression', conditions: ['depressive-disorder'] },
  'neuropathic-pain': {
    display: 'neuropathic pain',
    conditions: ['neuropathic-pain', 'trigeminal-neuralgia', 'radiculopathy'],
  },
  'migraine-prevention': { display: 'prevention of migraine', conditions: ['migraine'] },
  fibromyalgia: { display: 'fibromyalgia', conditions: ['fibromyalgia'] },
  ocd: { display: 'obsessive-compulsive disorder', conditions: ['ocd'] },
};

/**
 * Courses of drugs for depression and pain -> was each an adequate trial (at least the label's smallest usual dose for at
 * least four weeks), how did it go, and how many adequate trials failed. An observed response is a finding of its own, so
 * that the plan can put it above a genotype.
 */
export const treatmentHistory: Analysis = {
  id: 'clinical.treatment-history',
  version: '1.0.0',
  title: 'Treatment history',
  makes: ['treatment-trial', 'adequate-trials-failed'],
  takes: [...scoreMeasures, 'condition'],
  knowledge: [drugsPath, dosesPath],
  packs: [],
  peakMemoryMb: () => 4,
  method: 'treatment-history.md',
  select(dossier) {
    const facts = medicationFacts(dossier);
    const { rows } = parseDoses(loadKnowledge(dosesPath).data);
    const tried = treatmentCourses(facts, loadDrugs()).filter(({ drug }) => rowOf(drug.name, rows));
    if (tried.length === 0) return { selections: [], missing: [] };
    const scores = dossier.findings.filter(({ measure: { code } }) => scoreMeasures.includes(code));
    const conditions = dossier.findings.filter(
      ({ measure: { code }, site }) =>
        code === 'condition' && Object.values(counted).some((one) => one.conditions.includes(site?.code ?? '')),
    );
    const inputs = {
      facts: facts.map(({ id }) => id),
      scores: scores.map(({ id }) => id),
      conditions: conditions.map(({ id }) => id),
    };
    return { selections: [{ title: 'drugs for depression and pain', inputs }], missing: [] };
  },
  async run(inputs, _options, { dossier, knowledge, emit }) {
    const facts = among(medicationFacts(dossier), inputs['facts']);
    const findingsOf = (role: string) => among(dossier.findings, inputs[role]);
    const scores = findingsOf('scores');
    const doses = parseDoses(knowledge(dosesPath));
    const trials = treatmentCourses(facts, indexDrugs(knowledge(drugsPath))).flatMap((course) => {
      const row = rowOf(course.drug.name, doses.rows);
      return row ? [trialOf(course, row, doses, scores)] : [];
    });
    // Two courses that begin on one day, or without a day, are one slot: the one that says more stands.
    const slots = new Map<string, Trial>();
    for (const trial of trials) {
      const slot = `${trial.course.drug.name}|${beginOf(trial.course) ?? ''}`;
      if ((slots.get(slot)?.code ?? 'unknown') === 'unknown') slots.set(slot, trial);
    }
    for (const trial of slots.values()) emit.finding(trialFinding(trial));
    const present = new Set(findingsOf('conditions').map(({ site }) => site!.code));
    for (const id of Object.keys(counted)) {
      // A drug of several uses says nothing of an illness that the record does not have; depression is the chief use of most.
      const onlyUse = [...slots.values()].some(
        ({ row }) => row.indications.length === 1 && row.indications[0]!.id === id,
      );
      if (id !== 'depression' && !onlyUse && !counted[id]!.conditions.some((one) => present.has(one))) continue;
      const draft = failedFinding(id, [...slots.values()]);
      if (draft) emit.finding(draft);
    }
  },
};

function rowOf(name: string, rows: readonly DoseRow[]): DoseRow | undefined {
  return rows.find(({ drug, indications }) => drug === name && indications.length > 0);
}

type Adequacy = 'adequate' | 'not-adequate' | 'unknown';
type TrialCode =
  | 'adequate-response'
  | 'adequate-partial'
  | 'adequate-no-response'
  | 'response-below-range'
  | 'intolerance'
  | 'not-adequate'
  | 'unknown';

interface Trial {
  course: TreatmentCourse;
  row: DoseRow;
  code: TrialCode;
  /** By indication, for counting. */
  byIndication: Map<string, TrialCode>;
  words: string;
  issues: Issue[];
  scored?: ScoredOutcome;
}

function trialOf(course: TreatmentCourse, row: DoseRow, { minimumDays }: DoseFile, scores: readonly Finding[]): Trial {
  const stated = statedOutcome(course.entries);
  const all = row.indications.map(({ id, minimumMgPerDay }) => {
    const adequacy = adequacyOf(course, minimumMgPerDay, minimumDays);
    const kind =
      id === 'depression' ? 'depression' : id === 'neuropathic-pain' || id === 'fibromyalgia' ? 'pain' : undefined;
    const scored =
      stated || !kind || !course.start ? undefined : outcomeInScores(kind, course.start, course.end, scores);
    const outcome = stated?.outcome ?? scored?.outcome;
    return { id, adequacy, outcome, scored, code: codeOf(adequacy, outcome), minimumMgPerDay };
  });
  const main = all.find(({ outcome }) => outcome !== undefined) ?? all[0]!;
  const issues: Issue[] = [];
  if (!row.verified) {
    issues.push(
      issue(
        'info',
        'dose-unverified',
        `The smallest labelled dose of ${row.drug} was not held against a source that was read.`,
      ),
    );
  }
  if (course.entries.every(({ mgPerDay }) => mgPerDay === undefined)) {
    issues.push(
      issue('info', 'dose-unknown', `No daily dose of ${row.drug} is on record.`, {
        remedy: 'Ask for the highest dose and for how long.',
      }),
    );
  }
  if (course.start === undefined) {
    issues.push(
      issue('info', 'start-unknown', `When ${row.drug} was started is not on record.`, { remedy: 'Ask since when.' }),
    );
  }
  if (main.scored) {
    const message = 'The course of the score stands beside the drug; time and other treatment may have made it.';
    issues.push(issue('info', 'not-attributable', message));
  }
  const how = stated
    ? `"${stated.words.slice(0, 80)}"`
    : main.scored
      ? scoreWords(main.scored)
      : 'response not recorded';
  return {
    course,
    row,
    code: main.code,
    byIndication: new Map(all.map(({ id, code }) => [id, code])),
    words: `${how}; ${doseWords(course, main.minimumMgPerDay, main.adequacy)}`,
    issues,
    ...(main.scored ? { scored: main.scored } : {}),
  };
}

/** Days at the smallest usual dose or above: certainly enough, certainly not, or open. */
function adequacyOf({ entries }: TreatmentCourse, minimum: number, minimumDays: number): Adequacy {
  const enough = entries.filter(({ mgPerDay }) => mgPerDay !== undefined && mgPerDay >= minimum);
  const maybe = entries.filter(({ mgPerDay }) => mgPerDay === undefined || mgPerDay >= minimum);
  if (enough.reduce((sum, { leastDays }) => sum + leastDays, 0) >= minimumDays) return 'adequate';
  const most = maybe.reduce((sum, { mostDays }) => sum + (mostDays ?? Number.POSITIVE_INFINITY), 0);
  return most < minimumDays ? 'not-adequate' : 'unknown';
}

function codeOf(adequacy: Adequacy, outcome: Outcome | undefined): TrialCode {
  if (outcome === 'intolerance') return 'intolerance';
  if (adequacy === 'adequate') {
    return outcome === 'response'
      ? 'adequate-response'
      : outcome === 'partial'
        ? 'adequate-partial'
        : outcome === 'none'
          ? 'adequate-no-response'
          : 'unknown';
  }
  // Whoever got well on little has responded; the dose only says that more was not tried.
  if (outcome === 'response') return 'response-below-range';
  return adequacy === 'not-adequate' ? 'not-adequate' : 'unknown';
}

function doseWords(
  { entries, start, since, end, ongoing }: TreatmentCourse,
  minimum: number,
  adequacy: Adequacy,
): string {
  const doses = entries.flatMap(({ mgPerDay }) => mgPerDay ?? []);
  const most = doses.length > 0 ? `up to ${Math.max(...doses)} mg a day` : 'dose not known';
  const from = start ? dayOf(start) : since ? `before ${dayOf(since)}` : 'unknown day';
  const until = ongoing ? 'now' : end ? dayOf(end) : 'unknown day';
  const judged = {
    adequate: 'adequate dose and duration',
    'not-adequate': Math.max(0, ...doses) < minimum ? `below the usual ${minimum} mg` : 'shorter than four weeks',
    unknown: 'adequacy open',
  }[adequacy];
  return `${most}, ${from} to ${until}, ${judged}`;
}

function scoreWords({ before, after, fall }: ScoredOutcome): string {
  const value = ({ value }: Finding) => (value.type === 'quantity' ? value.value : '');
  const percent = Math.round(100 * Math.abs(fall));
  return `${before.measure.display} ${value(before)} to ${value(after)} (${fall >= 0 ? 'fell' : 'rose'} ${percent} %)`;
}

function trialFinding({ course, code, words, issues, scored }: Trial): FindingDraft {
  const { drug, entries } = course;
  const begin = beginOf(course);
  const codes = codesOfDrug(drug);
  return {
    measure: measure('treatment-trial', 'Trial of a drug'),
    ...(codes.length > 0 ? { codes } : {}),
    site: { system: 'drug', code: drug.name, display: drug.name },
    ...(begin ? { time: begin } : {}),
    value: { type: 'code', code: { system: 'idiograph', code, display: words } },
    issues,
    derivedFrom: [...entries.map(({ fact }) => fact.id), ...(scored ? [scored.before.id, scored.after.id] : [])],
    evidence: entries.map(({ fact, mgPerDay, response, stopReason }) => ({
      of: fact.id,
      place: fact.place,
      says: [mgPerDay === undefined ? undefined : `${mgPerDay} mg/d`, fact.status, response, stopReason]
        .filter(Boolean)
        .join(', '),
    })),
  };
}

/** Different drugs whose adequate trial failed: a number, or an interval where ended trials are open. */
function failedFinding(id: string, trials: readonly Trial[]): FindingDraft | undefined {
  const own = trials.filter(({ byIndication }) => byIndication.has(id));
  if (own.length === 0) return undefined;
  const drugs = (codes: readonly TrialCode[], all: readonly Trial[]) =>
    new Set(
      all.filter(({ byIndication }) => codes.includes(byIndication.get(id)!)).map(({ course }) => course.drug.name),
    );
  const failed = drugs(['adequate-no-response'], own);
  const open = drugs(
    ['unknown'],
    own.filter(({ course }) => !course.ongoing),
  );
  const low = failed.size;
  const high = new Set([...failed, ...open]).size;
  const several = own.some(({ row }) => row.indications.length > 1);
  const dates = own.flatMap(({ course }) => course.end ?? beginOf(course) ?? []).sort();
  const issues: Issue[] = [];
  if (high > low) {
    issues.push(
      issue(
        'warning',
        'trials-open',
        `Open whether dose, duration and response were enough: ${[...open].sort().join(', ')}.`,
        {
          remedy: 'Ask for dose, weeks and effect of each.',
        },
      ),
    );
  }
  if (several) {
    issues.push(
      issue('info', 'indication-not-stated', 'The record does not say what some of these drugs were given for.'),
    );
  }
  return {
    measure: measure('adequate-trials-failed', 'Adequate trials without response'),
    site: { system: 'indication', code: id, display: counted[id]!.display },
    ...(dates.length > 0 ? { time: dates.at(-1)! } : {}),
    value: high === low ? { type: 'quantity', value: low, unit: '1' } : { type: 'interval', low, high, unit: '1' },
    issues,
    derivedFrom: [...new Set(own.flatMap(({ course }) => course.entries.map(({ fact }) => fact.id)))],
    evidence: own.map(({ course, byIndication }) => ({
      of: course.entries[0]!.fact.id,
      place: course.drug.name,
      says: byIndication.get(id)!,
    })),
  };
}
