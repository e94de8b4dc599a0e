import type { Recommendation, SafetyCheck } from '../dossier/recommendation.ts';
import { dayOf } from '../dossier/words.ts';
import { type Link, linksOf } from './links.ts';
import type { ReportModel } from './model.ts';

export type SafetyLevel = 'now' | 'open' | 'historic' | 'answered';

export interface SafetyLine {
  id: string;
  check: string;
  state: SafetyCheck['state'];
  /** `Thoughts of self-harm: positive (2026-03-10)`; no day where nothing was asked. */
  title: string;
  statement: string;
  action?: string;
  links: Link[];
}

/** A plan line that cannot wait, as it stands in the banner: it is still qualified where its ground is doubtful. */
export interface UrgentLine {
  id: string;
  title: string;
  action: string;
  doubt?: string;
}

export interface SafetyGroup {
  level: SafetyLevel;
  title: string;
  checks: SafetyLine[];
  lines: UrgentLine[];
}

const titles: readonly [SafetyLevel, SafetyCheck['urgency'], string][] = [
  ['now', 'now', 'Act now'],
  ['open', 'open', 'Open: not to be read as safe'],
  ['historic', 'historic', 'Historic: was positive, no action recorded'],
  ['answered', 'none', 'Asked and answered'],
];

/**
 * Safety checks in four groups that are never merged: what cannot wait (with plan lines that cannot wait), what is open
 * or was not assessed, what was positive and has no recorded action, and what was asked and answered.
 */
export function safetyGroups(model: ReportModel): SafetyGroup[] {
  const { safetyChecks, recommendations } = model.input.plan;
  return titles
    .map(([level, urgency, title]) => ({
      level,
      title,
      checks: safetyChecks.filter((check) => check.urgency === urgency).map((check) => lineOf(check, model)),
      lines: level === 'now' ? recommendations.filter((line) => line.urgency === 'now').map(urgentLine) : [],
    }))
    .filter(({ checks, lines }) => checks.length + lines.length > 0);
}

/** What stands below the groups: no banner, however empty, may be read as safe. */
export function safetyRemark(model: ReportModel): string {
  return model.input.plan.safetyChecks.length === 0
    ? 'No safety question was asked of this dossier: nothing here can be read as safe.'
    : 'Only these questions were asked. Silence about any other is not safety.';
}

function lineOf(check: SafetyCheck, model: ReportModel): SafetyLine {
  const day = check.state === 'not-assessed' ? '' : ` (${dayOf(check.at)})`;
  return {
    id: check.id,
    check: check.check,
    state: check.state,
    title: `${check.display}: ${check.stateLabel}${day}`,
    statement: check.statement,
    ...(check.action ? { action: check.action } : {}),
    links: linksOf(check.basis, model),
  };
}

function urgentLine({ id, about, action, issues }: Recommendation): UrgentLine {
  const doubt = issues.find((one) => one.code === 'medication-list-doubtful');
  return {
    id,
    title: about.replace(/^./, (c) => c.toUpperCase()),
    action,
    ...(doubt ? { doubt: doubt.message } : {}),
  };
}
