import { contentId } from '../dossier/canonical.ts';
import type { Finding } from '../dossier/finding.ts';
import type { Argument, Recommendation } from '../dossier/recommendation.ts';
import { matches } from './bindings.ts';
import { holds, namesIn, type Scene } from './conditions.ts';
import type { Rule, RuleFile, Saying } from './rule.ts';
import { fill, namesInTemplate, sentence } from './template.ts';

/** Lines that one rule yields for one subject: none, one, or one for each match of its `each` binding. */
export function applyRule(
  rule: Rule,
  file: { sha256: string; guidance: RuleFile['guidance'] },
  findings: readonly Finding[],
  context: Pick<Scene, 'safety' | 'ageYears' | 'asOf'> & { subject: string; run: string },
): Recommendation[] {
  const all = new Map(Object.entries(rule.bind).map(([name, binding]) => [name, matches(binding, findings)] as const));
  for (const [name, binding] of Object.entries(rule.bind)) {
    if (!binding.optional && all.get(name)?.length === 0) return [];
  }
  const eachName = Object.entries(rule.bind).find(([, binding]) => binding.each)?.[0];
  const turns = eachName === undefined ? [undefined] : latestOfEachSite(all.get(eachName) ?? []);
  const lines: Recommendation[] = [];
  for (const turn of turns) {
    const bound = new Map<string, Finding>();
    for (const [name, found] of all) if (found[0]) bound.set(name, found[0]);
    if (eachName !== undefined && turn !== undefined) bound.set(eachName, turn);
    if (!bindSameSite(rule, all, bound)) continue;
    const { safety, ageYears, asOf } = context;
    const line = lineFor(rule, file, { bound, all, safety, ageYears, asOf }, context);
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
  file: { sha256: string; guidance: RuleFile['guidance'] },
  scene: Scene,
  { subject, run }: { subject: string; run: string },
): Recommendation | undefined {
  if (!holds(rule.when, scene)) return undefined;
  const chosen = rule.cases.find((one) => holds(one.when, scene));
  if (chosen === undefined) return undefined;
  const say = (template: string) => sentence(template, scene.bound, scene.all);
  const words = (template: string) => fill(template, scene.bound, scene.all);
  const idsOf = (names: readonly string[]) =>
    [...new Set(names.flatMap((name) => (scene.bound.has(name) ? [scene.bound.get(name)!.id] : [])))].sort();
  const argue = (sayings: readonly Saying[]): Argument[] =>
    sayings
      .filter((saying) => holds(saying.when, scene))
      .map((saying) => ({
        statement: say(saying.say),
        basis: idsOf([...saying.of, ...namesInTemplate(saying.say), ...namesIn(saying.when)]),
      }));

  const pro = argue(rule.for);
  const contra = argue(rule.against);
  const basis = [
    ...new Set([
      ...pro.flatMap((one) => one.basis),
      ...contra.flatMap((one) => one.basis),
      ...idsOf([
        ...namesIn(rule.when),
        ...namesIn(chosen.when),
        ...namesInTemplate(chosen.action),
        ...namesInTemplate(rule.about),
      ]),
    ]),
  ].sort();
  const about = words(rule.about);
  return {
    kind: 'recommendation',
    id: contentId('plan', {
      run,
      subject,
      rule: rule.id,
      version: rule.version,
      sha256: file.sha256,
      about,
      action: say(chosen.action),
      basis,
    }),
    subject,
    run,
    slot: `${subject}|${rule.id}|${about}`,
    rule: { id: rule.id, version: rule.version, sha256: file.sha256 },
    verb: chosen.verb,
    about,
    action: say(chosen.action),
    urgency: chosen.urgency,
    strength: { grade: words(chosen.strength.grade), body: words(chosen.strength.body) },
    guidance: rule.guidance.map((id) => ({ id, ...withoutNote(file.guidance[id]) })),
    for: pro,
    against: contra,
    conflicts: [],
    wouldChange: rule.wouldChange.filter((saying) => holds(saying.when, scene)).map((saying) => say(saying.say)),
    lookAgain: rule.lookAgain,
    basis,
    issues: [],
  };
}

function withoutNote(guidance: RuleFile['guidance'][string]) {
  const { note, ...rest } = guidance;
  return note === undefined ? rest : { ...rest, title: `${rest.title} (${note})` };
}
