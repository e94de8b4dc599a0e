import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { z } from 'zod';
import { IdiographError } from '../dossier/errors.ts';
import { type KnowledgeFile, knowledgeDirectory, loadKnowledge } from '../knowledge/load.ts';
import { checkRules } from './checkRules.ts';
import { type DrugCheck, DrugCheckFile, withLabelDrugs } from './drugChecks.ts';
import { EvidenceFile } from './evidence.ts';
import { LabelFile } from './labelFacts.ts';
import { labelRules } from './labelRules.ts';
import {
  type Guidance,
  GuidanceFile,
  PrecedenceFile,
  type Rule,
  RuleFile,
  SafetyFile,
  type SafetyRule,
  SiteTextFile,
} from './rule.ts';
import { ScoreFile } from './scoreDoubt.ts';

/** A rule or a safety question that the site does not want, in the words of the site. */
export interface SwitchedOff {
  id: string;
  title: string;
  reason: string;
  by: string;
  date: string;
  /** Left out without a word: the site replaced the file in which it stood. */
  silent: boolean;
}

/** Everything that decides a plan besides the dossier and the day. */
export interface RuleSet {
  /** In the order of precedence, then of the files. */
  rules: readonly Rule[];
  guidance: Readonly<Record<string, Guidance>>;
  checks: readonly SafetyRule[];
  formWords: SafetyFile['formWords'];
  /** The site's own words for what is done on a positive answer, by question. */
  siteTexts: Readonly<Record<string, string>>;
  drugChecks: readonly DrugCheck[];
  precedence: PrecedenceFile['order'];
  /** Rules in the order in which their lines stand first among those of today. */
  firstOfNow: readonly string[];
  evidence: EvidenceFile;
  scores: ScoreFile;
  tapers: LabelFile['tapers'];
  /** Rules that guard safety and that this site does not have. */
  switchedOff: readonly SwitchedOff[];
  /** The files read, for the run key and for the hash that each line carries. */
  files: readonly KnowledgeFile[];
  sha256Of: ReadonlyMap<string, string>;
}

const loaded = new Map<string, RuleSet>();
const folder = 'plan/rules';

/**
 * All rules under plan/rules, those of a site before those that ship, with guidance, precedence, label facts and safety
 * questions. Throws `knowledge-invalid` that names file, rule and what is wrong with it.
 */
export function loadRules(directory: string = knowledgeDirectory): RuleSet {
  const known = loaded.get(directory);
  if (known) return known;
  const set = readRules(directory);
  loaded.set(directory, set);
  return set;
}

function readRules(directory: string): RuleSet {
  const files: KnowledgeFile[] = [];
  const read = <T>(path: string, schema: z.ZodType<T>): T => {
    const file = loadKnowledge(path, directory);
    files.push(file);
    const parsed = schema.safeParse(file.data);
    if (!parsed.success) throw invalid(path, describe(parsed.error, file.data));
    return parsed.data;
  };
  const { guidance } = read('plan/guidance.json', GuidanceFile);
  const { order, firstOfNow } = read('plan/precedence.json', PrecedenceFile);
  const evidence = read('plan/evidence.json', EvidenceFile);
  const scores = read('plan/scores.json', ScoreFile);
  const label = read('plan/label-facts.json', LabelFile);
  const safety = read('plan/safety-checks.json', SafetyFile);
  const { actions: siteTexts } = read('plan/site-texts.json', SiteTextFile);
  const drugChecks = withLabelDrugs(read('plan/drug-checks.json', DrugCheckFile).checks, label);
  const ofDomain = ruleFiles(directory).map((path) => ({ path, file: read(path, RuleFile) }));
  const all = {
    guidance: Object.assign({}, guidance, ...ofDomain.map(({ file }) => file.guidance)) as Record<string, Guidance>,
    precedence: order,
    checks: safety.checks,
    drugChecks,
  };
  const written = ofDomain.flatMap(({ path, file }) => file.rules.map((rule) => ({ path, rule })));
  const wrong = checkRules(written, all);
  if (wrong.length > 0) throw invalid(wrong[0]!.path, wrong.map(({ path, says }) => `${path}: ${says}`).join('\n'));

  const off = ofDomain.flatMap(({ path, file }) => file.switchedOff.map((one) => ({ ...one, path })));
  const questions = new Set([...all.checks, ...drugChecks].map(({ check }) => check));
  for (const check of Object.keys(siteTexts))
    if (!questions.has(check)) throw invalid('plan/site-texts.json', `"${check}" is no safety question`);
  const titles = titlesOf(written, [...all.checks, ...drugChecks]);
  for (const { id, path } of off) {
    if (!titles.has(id)) throw invalid(path, `switches off "${id}", which is no rule and no safety question`);
    if (/^suicidality/.test(id)) throw invalid(path, `"${id}" is about self-harm: it cannot be switched off`);
  }
  const isOff = new Set(off.map(({ id }) => id));
  const guarding = new Set(written.filter(({ rule }) => rule.safety).map(({ rule }) => rule.id));
  const checkIds = new Set([...all.checks, ...drugChecks].map(({ check }) => check));
  const sha256Of = new Map<string, string>();
  for (const { path, rule } of written) sha256Of.set(rule.id, files.find((one) => one.path === path)!.sha256);
  const made = labelRules(label);
  const labelSha = files.find(({ path }) => path === 'plan/label-facts.json')!.sha256;
  for (const rule of made) sha256Of.set(rule.id, labelSha);
  const rank = new Map(order.map(({ id }, i) => [id, i]));
  return {
    rules: [...written.map(({ rule }) => rule), ...made]
      .filter(({ id }) => !isOff.has(id))
      .sort((a, b) => rank.get(a.precedence)! - rank.get(b.precedence)!),
    guidance: all.guidance,
    checks: all.checks.filter(({ check }) => !isOff.has(check)),
    formWords: safety.formWords,
    siteTexts,
    drugChecks: drugChecks.filter(({ check }) => !isOff.has(check)),
    precedence: order,
    firstOfNow: firstOfNow.map(({ rule }) => rule),
    evidence,
    scores,
    tapers: label.tapers,
    switchedOff: [
      ...off
        .filter(({ id }) => guarding.has(id) || checkIds.has(id) || made.some((rule) => rule.id === id))
        .map(({ id, reason, by, date }) => ({ id, title: titles.get(id)!, reason, by, date, silent: false })),
      ...(directory === knowledgeDirectory ? [] : leftOut(written, [...all.checks, ...drugChecks])),
    ],
    files,
    sha256Of,
  };
}

/** What ships and guards safety, and is missing because the site replaced the file that held it. */
function leftOut(written: readonly { rule: Rule }[], checks: readonly { check: string }[]): SwitchedOff[] {
  const shipped = loadRules();
  const here = new Set([...written.map(({ rule }) => rule.id), ...checks.map(({ check }) => check)]);
  const missing = [
    ...shipped.rules.filter(({ safety, id }) => safety && !id.startsWith('label-')),
    ...[...shipped.checks, ...shipped.drugChecks].map(({ check, display }) => ({ id: check, title: display })),
  ];
  return missing
    .filter(({ id }) => !here.has(id))
    .map(({ id, title }) => ({ id, title, reason: 'not in the file of the site', by: '', date: '', silent: true }));
}

/** Names of rule files, each once, in alphabetical order. */
function ruleFiles(directory: string): string[] {
  const names = [knowledgeDirectory, directory].flatMap((one) => {
    try {
      return readdirSync(join(one, folder));
    } catch {
      return [];
    }
  });
  return [...new Set(names.map((name) => basename(name)).filter((name) => name.endsWith('.json')))]
    .sort()
    .map((name) => `${folder}/${name}`);
}

function titlesOf(
  written: readonly { rule: Rule }[],
  checks: readonly { check: string; display: string }[],
): Map<string, string> {
  return new Map([
    ...['renal-dose', 'pregnancy', 'condition', 'qt', 'duplicate'].map(
      (kind) => [`label-${kind}`, `label facts: ${kind.replace('-', ' ')}`] as const,
    ),
    ...written.map(({ rule }) => [rule.id, rule.title] as const),
    ...checks.map(({ check, display }) => [check, display] as const),
  ]);
}

function invalid(path: string, says: string): IdiographError {
  return new IdiographError('knowledge-invalid', `knowledge/${path}: ${says}`, {
    path,
    remedy: 'Mend the file as it says; docs/methods/plan.md describes the form of a rule.',
  });
}

/** Each fault with the id of the rule in which it stands: `rule "x": cases[0].verb: ...`. */
function describe(error: z.ZodError, data: unknown): string {
  return error.issues
    .slice(0, 10)
    .map(({ path, message }) => {
      const [list, at, ...rest] = path;
      const items = (data as Record<string, unknown>)[String(list)];
      const one =
        Array.isArray(items) && typeof at === 'number' ? (items[at] as { id?: unknown; check?: unknown }) : {};
      const id = one?.id ?? one?.check;
      const place = id === undefined ? path.join('.') : `"${String(id)}": ${rest.join('.')}`;
      return `${place}: ${message}`;
    })
    .join('; ');
}
