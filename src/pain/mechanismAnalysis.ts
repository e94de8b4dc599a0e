import type { Analysis, RunContext } from '../dossier/analysis.ts';
import { measure } from '../dossier/code.ts';
import type { FindingDraft, Value } from '../dossier/finding.ts';
import { type Issue, issue } from '../dossier/issue.ts';
import type { Instrument } from '../forms/instrument.ts';
import { type NeuropathicGrade, neuropathicGrades, nociplasticGrades } from './grades.ts';
import { formPaths, formsIn, formsPath, instrumentsIn, type PainForms, shipped } from './knowledge.ts';
import { answersOf, anyOf, type Given, type Occasion, occasionsOf, yes } from './responses.ts';

const forms = ['neuropathic-grade', 'sensory-examination', 'nociplastic-criteria', 'chronic-pain-class'];

/** Steps of the grades, bedside findings and the chosen class, as clinicians entered them. Never a verdict of ours. */
export const mechanisms: Analysis = {
  id: 'pain.mechanisms',
  version: '1.0.0',
  title: 'Evidence on the mechanism of pain',
  makes: ['neuropathic-pain-grade', 'sensory-finding', 'nociplastic-grade', 'icd-11-chronic-pain'],
  takes: [],
  knowledge: [formsPath, ...formPaths(forms)],
  packs: [],
  peakMemoryMb: () => 1,
  method: 'pain-mechanisms.md',
  select(dossier) {
    const occasions = occasionsOf(dossier.facts, instrumentsIn(shipped, forms));
    const selections = occasions.map(({ form, at, facts }) => ({
      title: `${form} of ${at?.slice(0, 10) ?? 'an unknown day'}`,
      inputs: { answers: facts.map(({ id }) => id) },
    }));
    return { selections, missing: [] };
  },
  async run(inputs, _options, context) {
    const read = (path: string) => context.knowledge(path);
    const known = formsIn(read);
    const instruments = instrumentsIn(read, forms);
    const facts = context.dossier.facts.filter(({ id }) => inputs['answers']?.includes(id));
    for (const occasion of occasionsOf(facts, instruments)) emitOccasion(occasion, known, instruments, context);
  },
};

function emitOccasion(
  occasion: Occasion,
  known: PainForms,
  instruments: readonly Instrument[],
  { emit }: RunContext,
): void {
  const answers = answersOf(occasion, instruments);
  const instrument = instruments.find(({ id }) => id === occasion.form);
  const shared = {
    ...(occasion.at ? { time: occasion.at } : {}),
    derivedFrom: occasion.facts.map(({ id }) => id),
  };
  const ofFacts = occasion.facts.flatMap(({ issues }) => issues);
  const label = (item: number) => instrument?.items.find(({ number }) => number === item)?.label ?? `item ${item}`;
  const evidence = (items: readonly number[]) =>
    items.flatMap((item) => {
      const given = answers.get(item);
      if (given === undefined) return [];
      const words = instrument?.items.find(({ number }) => number === item)?.answers?.[given.value];
      return [{ of: given.fact, place: given.place, says: `${label(item)}: ${words ?? given.value}` }];
    });
  switch (occasion.form) {
    case known.neuropathic.form:
      emit.finding({
        ...shared,
        ...neuropathicDraft(known, answers, ofFacts),
        evidence: evidence([...answers.keys()]),
      });
      break;
    case known.nociplastic.form:
      emit.finding({
        ...shared,
        ...nociplasticDraft(known, answers, ofFacts),
        evidence: evidence([...answers.keys()]),
      });
      break;
    case known.sensory.form:
      for (const [index, modality] of known.sensory.modalities.entries()) {
        const given = answers.get(index + 1);
        const state = given && known.sensory.states[given.value];
        if (state === undefined) continue;
        emit.finding({
          ...shared,
          measure: measure('sensory-finding', 'Sensory finding in the painful area'),
          site: { system: 'sensory-modality', code: modality, display: label(index + 1) },
          value: { type: 'code', code: { system: 'idiograph', code: state, display: state } },
          issues: ofFacts,
          evidence: evidence([index + 1]),
        });
      }
      break;
    case known.classes.form:
      for (const { item, code, display } of known.classes.codes) {
        const chosen = yes(answers, item);
        if (chosen === undefined) continue;
        const state = chosen ? 'chosen' : 'not-chosen';
        emit.finding({
          ...shared,
          measure: measure('icd-11-chronic-pain', 'ICD-11 class of chronic pain'),
          codes: [{ system: 'ICD-11', code, display }],
          site: { system: 'ICD-11', code, display: `${code} ${display}` },
          value: {
            type: 'code',
            code: { system: 'idiograph', code: state, display: chosen ? 'chosen by a clinician' : 'not chosen' },
          },
          issues: ofFacts,
          evidence: evidence([item]),
          methodNote: known.classes.source,
        });
      }
      break;
  }
}

type Draft = Pick<FindingDraft, 'measure' | 'value' | 'issues' | 'methodNote'>;

function neuropathicDraft({ neuropathic }: PainForms, answers: ReadonlyMap<number, Given>, ofFacts: Issue[]): Draft {
  const { history, distribution, signs, test, source } = neuropathic;
  const grades = neuropathicGrades(
    yes(answers, history),
    yes(answers, distribution),
    yes(answers, signs),
    yes(answers, test),
  );
  const why = issue('warning', 'history-not-asked', 'No grade: history and distribution are not both answered.', {
    remedy: 'Ask for a lesion or disease of the somatosensory system and where the pain is.',
  });
  const open = issue(
    'info',
    'steps-not-asked',
    'More than one grade is possible: sensory signs or a test are not asked.',
    {
      remedy: 'Examine the painful area; enter what a test showed.',
    },
  );
  const caution = issue(
    'info',
    'grade-is-no-diagnosis',
    'Even the highest grade does not show that the lesion causes the pain.',
  );
  return {
    measure: measure('neuropathic-pain-grade', 'Neuropathic pain, grade by NeuPSIG 2016'),
    value:
      grades === undefined ? { type: 'refused', reason: 'history-not-asked' } : gradeValue(grades, 'steps-not-asked'),
    issues: [...ofFacts, ...(grades === undefined ? [why] : grades.length > 1 ? [open] : []), caution],
    methodNote: source,
  };
}

function nociplasticDraft({ nociplastic }: PainForms, answers: ReadonlyMap<number, Given>, ofFacts: Issue[]): Draft {
  const ask = (item: number) => yes(answers, item);
  const grades = nociplasticGrades({
    duration: ask(nociplastic.duration),
    regional: ask(nociplastic.regional),
    nociceptiveExplains: ask(nociplastic.nociceptiveExplains),
    neuropathicExplains: ask(nociplastic.neuropathicExplains),
    evoked: anyOf(nociplastic.evoked.map(ask)),
    history: anyOf(nociplastic.history.map(ask)),
    comorbid: anyOf(nociplastic.comorbid.map(ask)),
  });
  const why = issue('warning', 'steps-not-asked', 'No grade: too few of the steps are answered to exclude any.', {
    remedy: 'Ask for duration and spread, examine for hypersensitivity.',
  });
  const open = issue('info', 'steps-not-asked', 'More than one grade is possible: some steps are not asked.');
  const caution = issue(
    'info',
    'criteria-not-validated',
    'The criteria come from experts; how well they tell people apart is hardly studied.',
  );
  return {
    measure: measure('nociplastic-grade', 'Nociplastic pain, grade by IASP 2021'),
    value:
      grades === undefined ? { type: 'refused', reason: 'steps-not-asked' } : gradeValue(grades, 'steps-not-asked'),
    issues: [...ofFacts, ...(grades === undefined ? [why] : grades.length > 1 ? [open] : []), caution],
    methodNote: nociplastic.source,
  };
}

const words: Record<NeuropathicGrade, string> = {
  'criteria-not-met': 'the criteria are not met',
  possible: 'possible',
  probable: 'probable',
  definite: 'definite',
};

function gradeValue(grades: readonly NeuropathicGrade[], reason: string): Value {
  const coded = grades.map((code) => ({
    value: { type: 'code' as const, code: { system: 'idiograph', code, display: words[code] } },
  }));
  return coded.length === 1 ? coded[0]!.value : { type: 'set', members: coded, reason };
}
