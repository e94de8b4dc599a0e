import { contentId } from '../dossier/canonical.ts';
import type { Finding } from '../dossier/finding.ts';
import type { Argument, Recommendation } from '../dossier/recommendation.ts';
import { matches } from './bindings.ts';
import { checksIn } from './checkRules.ts';
import { holds, namesIn, type Scene } from './conditions.ts';
import type { Drafted } from './conflicts.ts';
import type { FindingIndex } from './findingIndex.ts';
import { guidanceState } from './guidanceState.ts';
import type { Condition, Guidance, Rule, Saying } from './rule.ts';
import { fill, namesInTemplate, sentence } from './template.ts';

interface OfFile {
  sha256: string;
  guidance: Readonly<Record<string, Guidance>>;
}

/** Lines that one rule yields for one subject: none, one, or one for each match of its `each` binding. */
export function applyRule(
  rule: Rule,
  file: OfFile,
  findings: FindingIndex,
  context: Omit<Scene, 'bound' | 'all'> & { subject: string; run: string },
): Drafted[] {
  const all = new Map<string, readonly Finding[]>();
  for (const [name, binding] of Object.entries(rule.bind)) {
    const found = matches(binding, findings);
    if (!binding.optional && found.length === 0) return [];
    all.set(name, found);
  }
  const eachName = Object.entries(rule.bind).find(([, binding]) => binding.each)?.[0];
  const turns = eachName === undefined ? [undefined] : latestOfEachSite(all.get(eachName) ?? []);
  const lines: Drafted[] = [];
  for (const turn of turns) {
    const bound = new Map<string, Finding>();
    for (const [name, found] of all) if (found[0]) bound.set(name, found[0]);
    if (eachName !== undefined && turn !== undefined) bound.set(eachName, turn);
    if (!bindSameSite(rule, all, bound)) continue;
    const line = lineFor(rule, file, { ...context, bound, all }, context);
    if (line) lines.push(line);
  }
  return lines;
}

/** Binds what must be about the same thing as another name. False when one that the rule needs is not there. */
function bindSameSite(rule: Rule, all: ReadonlyMap<string, readonly Finding[]>, bound: Map<string, Finding>): boolean {
  for (const [name, { sameSiteAs, optional }] of Object.entries(rule.bind)) {
    if (sameSiteAs === undefined) continue;
    const site = bound.get(sameSiteAs)?.site?.code;
    const found = site === undefined ? undefined : all.get(name)?.find((one) => one.site?.code === site);
    if (found) bound.set(name, found);
    else bound.delete(name);
    if (!found && !optional) return false;
  }
  return true;
}

function latestOfEachSite(found: readonly Finding[]): Finding[] {
  const seen = new Set<string>();
  return found.filter((finding) => {
    const key = `${finding.measure.code}|${finding.region ?? finding.site?.code ?? ''}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

function lineFor(
  rule: Rule,
  file: OfFile,
  scene: Scene,
  { subject, run }: { subject: string; run: string },
): Drafted | undefined {
  if (!holds(rule.when, scene)) return undefined;
  const chosen = rule.cases.find((one) => holds(one.when, scene));
  if (chosen === undefined) return undefined;
  const say = (template: string) => sentence(template, scene.bound, scene.all);
  const words = (template: string) => fill(template, scene.bound, scene.all);
  const idsOf = (names: readonly string[]) =>
    [...new Set(names.flatMap((name) => (scene.bound.has(name) ? [scene.bound.get(name)!.id] : [])))].sort();
  const asked = (condition: Condition | undefined) => {
    const checks = checksIn(condition);
    return scene.safety.flatMap(({ id, check }) => (checks.includes(check) ? [id] : []));
  };
  const argue = ({ say: template, of, when }: Saying): Argument => ({
    statement: say(template),
    basis: [...new Set([...idsOf([...of, ...namesInTemplate(template), ...namesIn(when)]), ...asked(when)])].sort(),
  });
  const that = <T extends Saying>(sayings: readonly T[]) => sayings.filter(({ when }) => holds(when, scene));

  const pro = that(rule.for).map(argue);
  const contra = that(rule.against).map(argue);
  const alternatives = that(rule.alternatives).map((one) => ({
    ...argue(one),
    equal: one.equal,
    ...(one.strength === undefined ? {} : { strength: one.strength }),
  }));
  const basis = [
    ...new Set([
      ...[...pro, ...contra, ...alternatives].flatMap((one) => one.basis),
      ...idsOf([
        ...namesIn(rule.when),
        ...namesIn(chosen.when),
        ...namesInTemplate(chosen.action),
        ...namesInTemplate(rule.about),
      ]),
      ...asked(rule.when),
      ...asked(chosen.when),
    ]),
  ].sort();
  const about = words(rule.about);
  const action = say(chosen.action);
  const precedence = chosen.precedence ?? rule.precedence;
  const line: Recommendation = {
    kind: 'recommendation',
    id: contentId('plan', {
      run,
      subject,
      rule: rule.id,
      version: rule.version,
      sha256: file.sha256,
      about,
      action,
      basis,
    }),
    subject,
    run,
    slot: `${subject}|${rule.id}|${about}`,
    rule: { id: rule.id, version: rule.version, sha256: file.sha256 },
    verb: chosen.verb,
    about,
    action,
    urgency: chosen.urgency,
    strength: { grade: words(chosen.strength.grade), body: words(chosen.strength.body) },
    certainty: chosen.strength.certainty ?? 'not stated by the body',
    precedence,
    ...(chosen.direction === undefined ? {} : { direction: chosen.direction }),
    service: rule.service,
    ...(rule.goal === undefined ? {} : { goal: say(rule.goal) }),
    guidance: rule.guidance.map((id) => cited(id, file.guidance[id]!, scene.asOf)),
    for: pro,
    against: contra,
    ...(alternatives.length > 0 ? { alternatives } : {}),
    conflicts: [],
    ...(rule.monitor.length > 0
      ? { monitor: that(rule.monitor).map(({ say: what, at }) => ({ what: say(what), at: words(at) })) }
      : {}),
    wouldChange: that(rule.wouldChange).map((saying) => say(saying.say)),
    lookAgain: rule.lookAgain,
    basis,
    issues: [],
  };
  const touched = rule.topicsOf.flatMap((name) => (scene.all.get(name) ?? []).flatMap(({ site }) => site?.code ?? []));
  return { line, rule, direction: chosen.direction, precedence, topics: new Set([about, ...touched]) };
}

function cited(id: string, guidance: Guidance, asOf: string): Recommendation['guidance'][number] {
  const { note, title, version, date, reference } = guidance;
  const state = guidanceState(guidance, asOf);
  return {
    id,
    title: note === undefined ? title : `${title} (${note})`,
    ...(version === undefined ? {} : { version }),
    ...(date === undefined ? {} : { date }),
    ...(reference === undefined ? {} : { reference }),
    ...(state === undefined ? {} : { state }),
  };
}
