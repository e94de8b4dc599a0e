import { Anchor, Badge, Group, Stack, Table, Tabs, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import type { JobDetail } from '../../../../src/server/api/jobs.ts';
import type { Imported, ImportedSubject, WorkedSubject } from '../../../../src/server/jobs/job.ts';
import { useMay } from '../../app/session.tsx';
import { IssueList } from '../../parts/IssueList.tsx';
import { numberText } from '../../parts/jobs/jobText.ts';
import styles from './Choose.module.css';
import { FileTable } from './FileTable.tsx';
import { JoinPeople } from './JoinPeople.tsx';
import { StateQuestion } from './StateQuestion.tsx';

/** What an import found: people, what is theirs, and what became of each file. */
export function ImportResult({ job, imported }: { job: JobDetail; imported: Imported }) {
  const { t } = useTranslation();
  const { files, subjects } = imported;
  const mayAsk = useMay('identity:change');
  return (
    <Stack gap="md" className={styles.path}>
      {subjects.length > 1 ? <JoinPeople subjects={subjects} over={job.state === 'done'} /> : null}
      <Title order={3}>{t('import.people', { count: subjects.length })}</Title>
      {subjects.length === 0 ? <Text size="sm">{t('import.nobody')}</Text> : null}
      {subjects.map((one) => (
        <Person
          key={one.subject}
          one={one}
          mayAsk={mayAsk && job.state === 'done'}
          worked={job.worked?.find(({ subject }) => subject === one.subject)}
        />
      ))}
      {imported.issues.length > 0 ? <IssueList issues={imported.issues} /> : null}
      <Tabs defaultValue={files.refused > 0 ? 'refused' : 'recognised'} keepMounted={false}>
        <Tabs.List>
          {(['recognised', 'refused', 'ignored'] as const).map((outcome) => (
            <Tabs.Tab key={outcome} value={outcome}>
              {t(`import.outcome.${outcome}`)} ({numberText(files[outcome])})
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {(['recognised', 'refused', 'ignored'] as const).map((outcome) => (
          <Tabs.Panel key={outcome} value={outcome} pt="sm">
            <FileTable job={job.id} outcome={outcome} />
          </Tabs.Panel>
        ))}
      </Tabs>
    </Stack>
  );
}

function Person({ one, worked, mayAsk }: { one: ImportedSubject; worked: WorkedSubject | undefined; mayAsk: boolean }) {
  const { t } = useTranslation();
  const numbers = [...new Set(one.claims.map(({ value }) => value))].join(', ');
  const issues = [...one.issues.filter(({ code }) => code !== 'several-identities'), ...(worked?.issues ?? [])];
  return (
    <Stack gap={4}>
      <Group gap="sm">
        <Anchor component={Link} href={`/patients/${one.subject}`} fw={600} className={styles.path}>
          {one.label}
        </Anchor>
        <Text size="sm" c="var(--quiet)">
          {one.subject}
          {numbers === '' ? '' : ` · ${numbers}`}
        </Text>
        <Mark text={t(one.created ? 'import.new' : 'import.known')} />
        {one.composite ? <Mark text={t('import.composite')} urgent /> : null}
        {one.synthetic ? <Mark text={t('import.synthetic')} /> : null}
      </Group>
      <Table.ScrollContainer minWidth={300}>
        <Table verticalSpacing={2} withRowBorders={false} w="auto">
          <Table.Tbody>
            <Row name={t('import.sources')}>
              {t('import.sourcesText', {
                added: numberText(one.added),
                duplicates: numberText(one.duplicates),
                superseded: numberText(one.superseded),
              })}
            </Row>
            <Row name={t('import.byFormat')}>
              {one.formats.map(({ format, files }) => `${format} ${numberText(files)}`).join(' · ') || '–'}
            </Row>
            <Row name={t('import.workup')}>
              {worked
                ? t('import.workupText', {
                    computed: numberText(worked.computed),
                    cached: numberText(worked.cached),
                    failed: numberText(worked.failed),
                    lines: numberText(worked.planLines),
                  })
                : '–'}
            </Row>
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {worked && worked.actNow > 0 ? (
        <Text fw={600} c="var(--urgent)">
          {t('import.actNow', { count: worked.actNow })}
        </Text>
      ) : null}
      {issues.length > 0 ? <IssueList issues={issues} /> : null}
      {mayAsk ? <StateQuestion subject={one.subject} /> : null}
    </Stack>
  );
}

function Row({ name, children }: { name: string; children: string }) {
  return (
    <Table.Tr>
      <Table.Th scope="row" fw={400} c="var(--quiet)" style={{ verticalAlign: 'top' }}>
        {name}
      </Table.Th>
      <Table.Td>{children}</Table.Td>
    </Table.Tr>
  );
}

function Mark({ text, urgent = false }: { text: string; urgent?: boolean }) {
  return (
    <Badge variant="outline" color={urgent ? 'orange' : 'gray'} tt="none" c={urgent ? 'var(--open)' : 'inherit'}>
      {text}
    </Badge>
  );
}
