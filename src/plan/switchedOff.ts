import { contentId } from '../dossier/canonical.ts';
import type { SafetyCheck } from '../dossier/recommendation.ts';
import { andList } from '../dossier/words.ts';
import type { SwitchedOff } from './loadRules.ts';

/** What a site has switched off that guards safety, said on every page: silence about it would read as safety. */
export function switchedOffCheck(
  off: readonly SwitchedOff[],
  { subject, run, asOf }: { subject: string; run: string; asOf: string },
): SafetyCheck[] {
  if (off.length === 0) return [];
  const named = off.map(({ title, reason, by, date, silent }) =>
    silent ? `${title} (${reason})` : `${title} (${reason}; ${by}, ${date})`,
  );
  const basis: string[] = [];
  return [
    {
      kind: 'safety-check',
      id: contentId('safe', { subject, check: 'rules-switched-off', state: 'not-assessed', off, asOf }),
      subject,
      run,
      check: 'rules-switched-off',
      display: 'Rules that this site switched off',
      state: 'not-assessed',
      stateLabel: 'not assessed',
      urgency: 'open',
      statement: `Not assessed here, because this site switched it off: ${andList(named)}.`,
      action: 'Look at these matters by hand, or have the rule switched on again.',
      basis,
    },
  ];
}
