import { type Issue, issue } from '../../dossier/issue.ts';
import type { judgeChange } from '../repeatability.ts';

/** What is to be said of a change that is not called real. */
export function verdictIssues(verdict: ReturnType<typeof judgeChange>['verdict']): Issue[] {
  if (verdict === 'real') return [];
  return verdict === 'unknown'
    ? [
        issue(
          'info',
          'repeatability-unknown',
          'No repeatability is known for this value: a change cannot be told from noise.',
        ),
      ]
    : [
        issue(
          'info',
          'change-not-distinguishable',
          'The change is no larger than measuring the same thing twice explains.',
        ),
      ];
}
