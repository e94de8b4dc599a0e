import type { Finding } from '../dossier/finding.ts';
import type { Recommendation, SafetyCheck } from '../dossier/recommendation.ts';
import { numberForReader } from '../dossier/words.ts';
import type { ReportModel } from './model.ts';
import { fill, type PlainFile, plainLanguage, requireLanguage } from './plainLanguage.ts';
import { plainLine } from './plainLine.ts';
import { recordsOf } from './records.ts';

/** Something that a patient's page can say, in plain words. Nothing of it leaves before it was released. */
export interface TwinItem {
  /** Slot of the line, check or finding: the key under which it is released. It survives a newer value. */
  item: string;
  type: 'check' | 'line' | 'finding' | 'data';
  /** Records that it says something about. */
  ids: string[];
  title: string;
  text: string;
  /** Kinds for which it is released by itself; empty for none. */
  sensitive: string[];
}

/** Something for which there is no sentence: a person writes it, nothing is translated by itself. */
export interface Unsaid extends Omit<TwinItem, 'text' | 'sensitive'> {
  /** In the words of the clinician's page. */
  says: string;
  why: 'no plain sentence: ask';
}

export interface Twin {
  language: string;
  items: TwinItem[];
  unsaid: Unsaid[];
}

/**
 * What there is to say to the patient: checks that are open or were positive, plan lines, the findings that lines rest
 * on or that stand on page one, and what was looked at. Pure; `language` is one of the file's. Throws `usage`.
 */
export function twinOf(model: ReportModel, language: string, directory?: string): Twin {
  const file = plainLanguage(directory);
  requireLanguage(language, file.languages);
  const { safetyChecks, recommendations } = model.input.plan;
  const said = [
    ...safetyChecks.filter((check) => check.urgency !== 'none').map((check) => ofCheck(check, file, language)),
    ...recommendations.map((line) => ofLine(line, language, directory)),
    ...worthSaying(model).map((finding) => ofFinding(finding, file, language)),
  ];
  return {
    language,
    items: [...said.filter((one) => 'text' in one), ...ofData(model, file, language)],
    unsaid: said.filter((one) => 'why' in one),
  };
}

/** What a release says of an item, as far as a page needs it. */
export interface ReleasedItem {
  item: string;
  type: 'line' | 'check' | 'finding';
  /** What the clinician chose to write. */
  wording?: string | undefined;
  /** What was decided on the line: the sentence of a rule does not hold for a line that was changed or turned down. */
  decision?: string | undefined;
}

/**
 * Released items in the words of a page: those chosen by the clinician, else the plain sentence, else nothing but an
 * invitation to ask. Neither the words of the plan nor the names of its findings leave: what has no plain title is untitled.
 * Untitled things of one kind without words of their own are one.
 */
export function patientItems(
  released: readonly ReleasedItem[],
  twin: Twin,
  texts: { ask: string; untitled: string },
): { type: ReleasedItem['type']; title: string; says: string }[] {
  const plain = new Map(twin.items.map((one) => [one.item, one]));
  const said = released.map(({ item, type, wording, decision }) => {
    const known = plain.get(item);
    const holds = decision === undefined || decision === 'accept';
    return {
      type,
      title: known?.title ?? texts.untitled,
      says: wording ?? (holds ? known?.text : undefined) ?? texts.ask,
    };
  });
  const isBare = ({ title, says }: (typeof said)[number]) => title === texts.untitled && says === texts.ask;
  return said.filter(
    (one, at) => !isBare(one) || said.findIndex((other) => isBare(other) && other.type === one.type) === at,
  );
}

function ofCheck(check: SafetyCheck, file: PlainFile, language: string): TwinItem | Unsaid {
  const head = { item: `${check.subject}|safety-check|${check.check}`, type: 'check' as const, ids: [check.id] };
  const known = file.checks.find((one) => one.check === check.check && one.states.includes(check.state));
  return known
    ? { ...head, title: known.title[language], text: known.text[language], sensitive: known.sensitive }
    : { ...head, title: check.display, says: check.statement, why: 'no plain sentence: ask' };
}

/** A rule that was written anew has no sentence until somebody held the sentence against it. */
function ofLine(line: Recommendation, language: string, directory?: string): TwinItem | Unsaid {
  const head = { item: line.slot, type: 'line' as const, ids: [line.id] };
  const known = plainLine(line, language, directory);
  if (known === undefined) return { ...head, title: line.about, says: line.action, why: 'no plain sentence: ask' };
  return { ...head, ...known };
}

/** Findings that plan lines rest on, then those of page one; each once. */
function worthSaying(model: ReportModel): Finding[] {
  const records = recordsOf(model.input.dossier);
  const found = new Map<string, Finding>();
  const ids = [
    ...model.input.plan.recommendations.flatMap((line) => line.basis),
    ...model.key.map((view) => view.finding.id),
  ];
  for (const id of ids) {
    const one = records.get(id);
    if (one?.kind === 'finding') found.set(one.slot, one);
  }
  return [...found.values()];
}

function ofFinding(finding: Finding, file: PlainFile, language: string): TwinItem | Unsaid {
  const { slot, id, measure, site, value } = finding;
  const head = { item: slot, type: 'finding' as const, ids: [id] };
  const known = file.findings.find((one) => one.measures.includes(measure.code));
  const put: Record<string, string> = {
    ...(site ? { site: site.display } : {}),
    ...(value.type === 'quantity' ? { number: spoken(value.value, value.unit, language) } : {}),
  };
  const [title, text] = known ? [known.title, known.text].map((one) => fill(one[language], put)) : [];
  const isWhole = title !== undefined && text !== undefined && !/\{[a-z]+\}/.test(`${title}${text}`);
  if (known === undefined || !isWhole || value.type === 'refused') {
    const name = `${measure.display}${site ? `, ${site.display}` : ''}`;
    return { ...head, title: name, says: name, why: 'no plain sentence: ask' };
  }
  return { ...head, title: capital(title), text: capital(text), sensitive: known.sensitive };
}

function ofData(model: ReportModel, file: PlainFile, language: string): TwinItem[] {
  const { sources, subject } = model.input.dossier;
  return file.data.flatMap(({ modalities, text }): TwinItem[] => {
    const ids = sources.filter((one) => modalities.includes(one.modality)).map((one) => one.id);
    if (ids.length === 0) return [];
    const item = `${subject.id}|data|${modalities[0]}`;
    return [{ item, type: 'data', ids, title: text[language], text: text[language], sensitive: [] }];
  });
}

/** A number as the language writes it. */
function spoken(value: number, unit: string, language: string): string {
  const number = numberForReader(value, unit);
  const separator = new Intl.NumberFormat(language).formatToParts(1.5).find((part) => part.type === 'decimal')?.value;
  return number.replace('.', separator ?? '.');
}

function capital(text: string): string {
  return text.replace(/^./u, (first) => first.toUpperCase());
}
