import { Anchor, Button, Group, Stack, Table, Text } from '@mantine/core';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import type { FileOutcome } from '../../../../src/server/jobs/job.ts';
import { call } from '../../api/client.ts';
import { numberText } from '../../parts/jobs/jobText.ts';
import { Loading, Trouble } from '../../parts/states.tsx';
import styles from './Choose.module.css';

/** Files of an import with one fate, a hundred more at a time. */
export function FileTable({ job, outcome }: { job: string; outcome: FileOutcome }) {
  const { t } = useTranslation();
  const { data, error, refetch, fetchNextPage, hasNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: ['jobs', job, 'files', outcome],
    queryFn: ({ pageParam, signal }) =>
      call('jobs.files', { params: { job }, query: { outcome, from: pageParam, count: 100 } }, { signal }),
    initialPageParam: 0,
    getNextPageParam: (last, all) => {
      const shown = all.reduce((sum, { files }) => sum + files.length, 0);
      return last.files.length > 0 && shown < last.total ? shown : undefined;
    },
    placeholderData: keepPreviousData,
  });
  if (error) return <Trouble error={error} retry={() => void refetch()} />;
  if (data === undefined) return <Loading />;
  const files = data.pages.flatMap((page) => page.files);
  const total = data.pages[0]?.total ?? 0;
  if (files.length === 0) return <Text size="sm">{t('import.noFiles')}</Text>;
  return (
    <Stack gap="xs">
      <Table verticalSpacing={4} striped>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('import.file')}</Table.Th>
            <Table.Th>{outcome === 'recognised' ? t('import.as') : t('import.why')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {files.map(({ number, path, format, subjects, issue }) => (
            <Table.Tr key={number}>
              <Table.Td className={styles.path} style={{ verticalAlign: 'top' }}>
                {path}
              </Table.Td>
              <Table.Td style={{ verticalAlign: 'top' }}>
                {issue ? (
                  <>
                    <Text size="sm">{issue.message}</Text>
                    {issue.remedy ? (
                      <Text size="xs" c="var(--quiet)">
                        {issue.remedy}
                      </Text>
                    ) : null}
                  </>
                ) : (
                  <Text size="sm">
                    {format}
                    {(subjects ?? []).map((subject) => (
                      <span key={subject}>
                        {' · '}
                        <Anchor component={Link} href={`/patients/${subject}`} size="sm" underline="always">
                          {subject}
                        </Anchor>
                      </span>
                    ))}
                  </Text>
                )}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {hasNextPage ? (
        <Group>
          <Button size="xs" variant="default" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {t('import.more', { shown: numberText(files.length), total: numberText(total) })}
          </Button>
        </Group>
      ) : null}
    </Stack>
  );
}
