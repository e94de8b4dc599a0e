import { daysBetween } from '../dossier/dateTime.ts';
import type { Finding } from '../dossier/finding.ts';
import type { SafetyCheck } from '../dossier/recommendation.ts';

import { members } from '../dossier/words.ts';
import type { Condition } from './rule.ts';

/** What a rule can see: its bound findings, the safety checks, the age on the day of the plan. */
export interface Scene {
  bound: ReadonlyMap<string, Finding>;
  /** All findings that a name matched. */
  all: ReadonlyMap<string, readonly Finding[]>;
  safety: readonly SafetyCheck[];
  ageYears: number | undefined;
  sex?: string | undefined;
  /** The day on which the plan holds. */
  asOf: string;
}

export function compare(value: number, operator: '<' | '<=' | '>' | '>=' | '=', than: number): boolean {
  switch (operator) {
    case '<':
      return value < than;
    case '<=':
      return value <= than;
    case '>':
      return value > than;
    case '>=':
      return value >= than;
    case '=':
      return value === than;
  }
}

/** What is unknown makes a condition false, never true: an unknown age is neither above nor below. */
export function holds(condition: Condition | undefined, scene: Scene): boolean {
  if (condition === undefined) return true;
  if ('all' in condition) return condition.all.every((one) => holds(one, scene));
  if ('any' in condition) return condition.any.some((one) => holds(one, scene));
  if ('not' in condition) return !holds(condition.not, scene);
  if ('has' in condition) {
    const finding = scene.bound.get(condition.has);
    return finding !== undefined && finding.value.type !== 'refused';
  }
  if ('lacks' in condition) return !holds({ has: condition.lacks }, scene);
  if ('refused' in condition) return scene.bound.get(condition.refused)?.value.type === 'refused';
  if ('number' in condition) {
    const finding = scene.bound.get(condition.number);
    if (finding?.value.type !== 'quantity') return false;
    const { value, unit } = finding.value;
    return (condition.unit ?? unit) === unit && compare(value, condition.is, condition.than);
  }
  if ('some' in condition) {
    const finding = scene.bound.get(condition.some);
    return (
      finding !== undefined && members(finding).some((one) => one.code !== undefined && condition.in.includes(one.code))
    );
  }
  if ('every' in condition) {
    const finding = scene.bound.get(condition.every);
    if (finding === undefined) return false;
    const all = members(finding);
    return all.length > 0 && all.every((one) => one.code !== undefined && condition.in.includes(one.code));
  }
  if ('site' in condition) {
    const site = scene.bound.get(condition.site)?.site?.code;
    return site !== undefined && condition.in.includes(site);
  }
  if ('issue' in condition)
    return (scene.all.get(condition.on) ?? []).some(({ issues }) =>
      issues.some(({ code }) => code === condition.issue),
    );
  if ('code' in condition) {
    const codes = scene.bound.get(condition.code)?.codes ?? [];
    return codes.some(({ system, code }) => system === condition.system && condition.in.includes(code));
  }
  if ('safety' in condition) {
    const asked = [condition.safety].flat();
    return scene.safety.some((check) => asked.includes(check.check) && condition.in.includes(check.state));
  }
  if ('someNumber' in condition) {
    const finding = scene.bound.get(condition.someNumber);
    return finding !== undefined && possible(finding).some((one) => compare(one, condition.is, condition.than));
  }
  if ('days' in condition) {
    const time = scene.bound.get(condition.days)?.time;
    return time !== undefined && compare(daysBetween(time, scene.asOf), condition.is, condition.than);
  }
  if ('occasions' in condition) {
    const days = (scene.all.get(condition.occasions) ?? []).flatMap(({ time }) => time?.slice(0, 10) ?? []);
    return compare(new Set(days).size, condition.is, condition.than);
  }
  if ('sites' in condition) {
    const sites = (scene.all.get(condition.sites) ?? []).flatMap(({ site }) => site?.code ?? []);
    return compare(new Set(sites).size, condition.is, condition.than);
  }
  if ('sex' in condition) return scene.sex === condition.sex;
  if ('count' in condition) return compare(scene.all.get(condition.count)?.length ?? 0, condition.is, condition.than);
  return scene.ageYears !== undefined && compare(scene.ageYears, condition.ageYears, condition.than);
}

/** Numbers that a finding could be: all of a set, both ends of an interval. */
function possible(finding: Finding): number[] {
  const { value } = finding;
  return value.type === 'interval' ? [value.low, value.high] : members(finding).flatMap(({ number }) => number ?? []);
}

/** Every name that a condition looks at. */
export function namesIn(condition: Condition | undefined): string[] {
  if (condition === undefined) return [];
  if ('all' in condition) return condition.all.flatMap(namesIn);
  if ('any' in condition) return condition.any.flatMap(namesIn);
  if ('not' in condition) return namesIn(condition.not);
  if ('safety' in condition || 'ageYears' in condition || 'sex' in condition) return [];
  if ('issue' in condition) return [condition.on];
  return [Object.values(condition)[0] as string];
}
