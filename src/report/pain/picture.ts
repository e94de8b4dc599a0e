import type { ReportModel } from '../model.ts';
import { type SafetyLevel, type SafetyLine, safetyGroups } from '../safetyGroups.ts';
import { type BodyFigure, bodyFigure } from './bodyFigure.ts';
import { type PainCourse, painCourse } from './course.ts';
import { type Driver, drivers } from './drivers.ts';
import { type ClassEvidence, classEvidence, type MechanismEvidence, mechanismEvidence } from './evidence.ts';

/** Pain of one person on one page, fit for JSON: red flags first, then where, which mechanism, what drives it, its course. */
export interface PainPicture {
  redFlags: (SafetyLine & { level: SafetyLevel; form?: string })[];
  figure?: BodyFigure;
  mechanisms: MechanismEvidence[];
  classes: ClassEvidence[];
  drivers: Driver[];
  course?: PainCourse;
}

const forms: readonly [RegExp, string][] = [
  [/^red-flag-headache/, 'headache-red-flags'],
  [/^red-flag-facial/, 'facial-pain-red-flags'],
  [/^red-flag-/, 'pain-red-flags'],
];

export function painPicture(model: ReportModel): PainPicture {
  const { dossier, plan } = model.input;
  const current = model.rooms.flatMap(({ findings }) => findings.map(({ finding }) => finding));
  const figure = bodyFigure(dossier.findings);
  const course = painCourse(dossier, plan.asOf);
  return {
    redFlags: safetyGroups(model).flatMap(({ level, checks }) =>
      checks
        .filter(({ check }) => check.startsWith('red-flag-'))
        .map((line) => {
          const form = forms.find(([pattern]) => pattern.test(line.check))?.[1];
          return { ...line, level, ...(form ? { form } : {}) };
        }),
    ),
    ...(figure ? { figure } : {}),
    mechanisms: mechanismEvidence(current),
    classes: classEvidence(current),
    drivers: drivers(current, model),
    ...(course ? { course } : {}),
  };
}
