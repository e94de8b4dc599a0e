import { Alert, List, Stack, Table, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { bytesText, numberText } from '../../parts/jobs/jobText.ts';
import styles from './Choose.module.css';
import type { Chosen, ChosenFile } from './chosen.ts';
import { notice } from './notice.ts';

const mostFolders = 100;

/** What will be sent, by folder: thousands of slices are one line. */
export function ChosenList({ chosen }: { chosen: Chosen }) {
  const { t } = useTranslation();
  const folders = byFolder(chosen.files);
  const bytes = chosen.files.reduce((sum, { file }) => sum + file.size, 0);
  return (
    <Stack gap="xs">
      <Text fw={600}>
        {t('import.chosen', {
          count: chosen.files.length,
          files: numberText(chosen.files.length),
          size: bytesText(bytes),
        })}
      </Text>
      {folders.length > 0 ? (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be within reach of the keyboard
        <section className={styles.scroll} aria-label={t('import.chosenList')} tabIndex={0}>
          <Table striped withRowBorders={false} verticalSpacing={4}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('import.folder')}</Table.Th>
                <Table.Th ta="right">{t('import.files')}</Table.Th>
                <Table.Th ta="right">{t('import.size')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {folders.slice(0, mostFolders).map(({ name, files, size }) => (
                <Table.Tr key={name}>
                  <Table.Td className={styles.path}>{name}</Table.Td>
                  <Table.Td ta="right">{numberText(files)}</Table.Td>
                  <Table.Td ta="right">{bytesText(size)}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </section>
      ) : null}
      {folders.length > mostFolders ? (
        <Text size="sm">{t('import.moreFolders', { count: folders.length - mostFolders })}</Text>
      ) : null}
      {chosen.hidden > 0 ? (
        <Text size="sm" c="var(--quiet)">
          {t('import.hidden', { count: chosen.hidden })}
        </Text>
      ) : null}
      {chosen.unreadable.length > 0 ? (
        <Alert
          color="yellow"
          variant="light"
          styles={notice}
          title={t('import.unreadable', { count: chosen.unreadable.length })}
        >
          <List size="sm">
            {chosen.unreadable.slice(0, 20).map((path) => (
              <List.Item key={path} className={styles.path}>
                {path}
              </List.Item>
            ))}
          </List>
        </Alert>
      ) : null}
    </Stack>
  );
}

/** Single files by name, folders with all that is in them. */
function byFolder(files: readonly ChosenFile[]): { name: string; files: number; size: number }[] {
  const folders = new Map<string, { name: string; files: number; size: number }>();
  for (const { path, file } of files) {
    const cut = path.lastIndexOf('/');
    const name = cut < 0 ? path : `${path.slice(0, cut)}/`;
    const folder = folders.get(name) ?? { name, files: 0, size: 0 };
    folder.files++;
    folder.size += file.size;
    folders.set(name, folder);
  }
  return [...folders.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}
