import type { Finding, Value } from '../src/dossier/finding.ts';
import type { Recommendation, SafetyCheck } from '../src/dossier/recommendation.ts';
import type { Region } from '../src/dossier/region.ts';
import type { ExampleTruth, TruthFinding } from './truth.ts';

/** What a work-up came to. */
export interface Outcome {
  findings: readonly Finding[];
  regions: readonly Region[];
  safetyChecks: readonly SafetyCheck[];
  recommendations: readonly Recommendation[];
}

/** Every way in which an outcome misses the truth of an example, one sentence each. Empty when the truth came back. */
export function missesOf(truth: ExampleTruth, outcome: Outcome): string[] {
  return [
    ...truth.findings.flatMap((wanted) => findingMisses(wanted, outcome)),
    ...truth.safety
      .filter(
        ({ check, state, urgency }) =>
          !outcome.safetyChecks.some(
            (one) => one.check === check && one.state === state && (urgency === undefined || one.urgency === urgency),
          ),
      )
      .map(({ check, state, urgency }) => `safety ${check} is not ${[state, urgency].filter(Boolean).join(' ')}`),
    ...truth.planLines.flatMap((wanted) => planMisses(wanted, outcome.recommendations)),
    ...truth.neverMentioned.flatMap((words) =>
      [...outcome.recommendations, ...outcome.safetyChecks]
        .filter((one) => mentions(one, words))
        .map(({ id }) => `${id} mentions "${words}"`),
    ),
  ];
}

function findingMisses(wanted: TruthFinding, { findings, regions }: Outcome): string[] {
  const labels = new Map(regions.map(({ id, label }) => [id, label]));
  const name = [wanted.measure, wanted.site, wanted.region, wanted.time].filter(Boolean).join(' ');
  const found = findings.filter(
    (finding) =>
      finding.measure.code === wanted.measure &&
      (wanted.site === undefined || finding.site?.code === wanted.site) &&
      (wanted.region === undefined || labels.get(finding.region ?? '') === wanted.region) &&
      (wanted.time === undefined || finding.time?.startsWith(wanted.time)),
  );
  if (found.length === 0) return [`${name} was not found`];
  return found.some((finding) => isValue(wanted, finding.value))
    ? []
    : [
        `${name} is ${found.map(({ value }) => JSON.stringify(value)).join(' or ')}, not ${JSON.stringify(wanted.value)}`,
      ];
}

function isValue({ value: wanted, tolerance = 0, unit }: TruthFinding, value: Value): boolean {
  if (typeof wanted === 'object' && 'refused' in wanted)
    return value.type === 'refused' && value.reason === wanted.refused;
  if (unit !== undefined && (value.type !== 'quantity' || value.unit !== unit)) return false;
  const members = membersOf(value);
  const has = (one: string | number): boolean =>
    members.some((member) =>
      typeof one === 'number' && typeof member === 'number' ? Math.abs(member - one) <= tolerance : member === one,
    );
  if (typeof wanted === 'object') return wanted.contains.every(has);
  return members.length === 1 && has(wanted);
}

function membersOf(value: Value): (string | number)[] {
  if (value.type === 'quantity') return [value.value];
  if (value.type === 'code') return [value.code.code];
  if (value.type === 'set') return value.members.flatMap((member) => membersOf(member.value));
  return [];
}

function planMisses(wanted: ExampleTruth['planLines'][number], recommendations: readonly Recommendation[]): string[] {
  const lines = recommendations.filter(({ about }) => about === wanted.about);
  if (lines.length === 0) return [`no plan line about ${wanted.about}`];
  const misses: string[] = [];
  if (wanted.verb !== undefined && !lines.some(({ verb }) => verb === wanted.verb))
    misses.push(`the line about ${wanted.about} does not say ${wanted.verb}`);
  for (const words of wanted.mustMention)
    if (!lines.some((line) => mentions(line, words)))
      misses.push(`the line about ${wanted.about} does not mention "${words}"`);
  for (const words of wanted.mustNotMention)
    if (lines.some((line) => mentions(line, words))) misses.push(`the line about ${wanted.about} mentions "${words}"`);
  return misses;
}

/** In what a line or check says itself; the titles of guidelines are other people's words. */
function mentions(record: object, words: string): boolean {
  const { guidance: _titles, ...own } = record as { guidance?: unknown };
  return JSON.stringify(own).toLowerCase().includes(words.toLowerCase());
}
