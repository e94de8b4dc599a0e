import { List, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Issue } from '../../../src/dossier/issue.ts';

/** Trouble in data with its place and remedy. */
export function IssueList({
  issues,
  numbered = false,
  from = 1,
}: {
  issues: readonly Issue[];
  numbered?: boolean;
  from?: number;
}) {
  const { t } = useTranslation();
  return (
    <List
      type={numbered ? 'ordered' : 'unordered'}
      size="sm"
      spacing={4}
      className="issues"
      {...(numbered ? { start: from } : {})}
    >
      {issues.map((issue, i) => (
        <List.Item key={i} {...(numbered ? { id: `note-${i + from}` } : {})}>
          <Text component="span" size="sm" fw={600} className={`issue ${issue.severity}`}>
            {t(`app.severity.${issue.severity}`)}:{' '}
          </Text>
          {issue.message}
          {issue.place ? <Text component="span" size="xs" c="var(--quiet)">{` (${issue.place})`}</Text> : null}
          {issue.remedy ? <Text size="xs">{issue.remedy}</Text> : null}
        </List.Item>
      ))}
    </List>
  );
}
