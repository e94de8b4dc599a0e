import type { ReportModel } from '../model.ts';
import { type DiaryView, diaryView } from './diary.ts';
import { type Panel, panelOf } from './panel.ts';
import { instrumentFacts } from './scales.ts';

/** The person's side on one page: where each domain stands, every score over time, the diary. Fit for JSON. */
export interface PsychosocialView {
  /** By domain, in the order of a conversation; domains without an answer are named by themselves. */
  profile: ProfileDomain[];
  unasked: string[];
  panels: Panel[];
  diary?: DiaryView;
}

export interface ProfileDomain {
  domain: string;
  title: string;
  /** Codes of the panels that speak of it. */
  panels: string[];
}

/** What is asked of everybody with pain or low mood; others are shown where they were answered. */
const domains: readonly { domain: string; title: string; expected: boolean }[] = [
  { domain: 'stress', title: 'Stress', expected: true },
  { domain: 'anxiety', title: 'Anxiety', expected: true },
  { domain: 'depression', title: 'Depression', expected: true },
  { domain: 'mania', title: 'Mania', expected: false },
  { domain: 'obsession', title: 'Obsession and compulsion', expected: false },
  { domain: 'trauma', title: 'Trauma', expected: true },
  { domain: 'coping', title: 'Coping', expected: true },
  { domain: 'sleep', title: 'Sleep', expected: true },
  { domain: 'fatigue', title: 'Fatigue', expected: false },
  { domain: 'pain', title: 'Pain', expected: false },
  { domain: 'pain-mechanism', title: 'Pain mechanism', expected: false },
  { domain: 'somatic-symptoms', title: 'Bodily symptoms', expected: false },
  { domain: 'function', title: 'Function', expected: true },
  { domain: 'quality-of-life', title: 'Quality of life', expected: false },
  { domain: 'substance', title: 'Substances', expected: true },
];

export function psychosocialView({ input: { dossier } }: Pick<ReportModel, 'input'>): PsychosocialView {
  const findings = Map.groupBy(dossier.findings, ({ measure }) => measure.code);
  const rank = (domain: string | undefined) => {
    const at = domains.findIndex((one) => one.domain === domain);
    return at < 0 ? domains.length : at;
  };
  const panels = instrumentFacts()
    .flatMap(({ followed }) => followed.map((scale) => panelOf(scale, findings)))
    .filter((panel) => panel !== undefined)
    .sort((a, b) => rank(a.domain) - rank(b.domain) || (a.code < b.code ? -1 : 1));
  const answered = domains.flatMap(({ domain, title }): ProfileDomain[] => {
    const own = panels.filter((panel) => panel.domain === domain).map(({ code }) => code);
    return own.length > 0 ? [{ domain, title, panels: own }] : [];
  });
  const diary = diaryView(dossier.facts, dossier.findings);
  return {
    profile: answered,
    unasked: domains
      .filter(({ domain, expected }) => expected && !answered.some((one) => one.domain === domain))
      .map(({ title }) => title),
    panels,
    ...(diary ? { diary } : {}),
  };
}
