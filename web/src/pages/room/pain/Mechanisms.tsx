import { Table, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { EvidenceLine, MechanismEvidence } from '../../../../../src/report/pain/evidence.ts';
import { WhyLink } from '../../../patient/Why.tsx';
import { Missing } from './PainPart.tsx';

/** For and against each mechanism; nothing is added up. */
export function Mechanisms({ mechanisms }: { mechanisms: readonly MechanismEvidence[] }) {
  const { t } = useTranslation();
  return (
    <section aria-labelledby="pain-mechanism">
      <Title order={3} id="pain-mechanism">
        {t('pain.mechanism')}
      </Title>
      <Text size="sm" c="var(--quiet)">
        {t('pain.noVerdict')}
      </Text>
      <Table className="pain-cards" verticalSpacing="xs" layout="fixed">
        <Table.Thead>
          <Table.Tr>
            {(['mechanismColumn', 'for', 'against', 'neither', 'notKnown'] as const).map((key) => (
              <Table.Th key={key} scope="col">
                {t(`pain.column.${key}`)}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {mechanisms.map(({ mechanism, lines, missing }) => (
            <Table.Tr key={mechanism}>
              <Table.Th scope="row">{t(`pain.mechanisms.${mechanism}`)}</Table.Th>
              <Table.Td data-label={t('pain.column.for')}>
                <Evidence lines={lines} says={['for']} />
              </Table.Td>
              <Table.Td data-label={t('pain.column.against')}>
                <Evidence lines={lines} says={['against']} />
              </Table.Td>
              <Table.Td data-label={t('pain.column.neither')}>
                <Evidence lines={lines} says={['question', 'unclear']} />
              </Table.Td>
              <Table.Td data-label={t('pain.column.notKnown')}>
                <Missing all={missing} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </section>
  );
}

export function Evidence({ lines, says }: { lines: readonly EvidenceLine[]; says: readonly EvidenceLine['says'][] }) {
  const { t } = useTranslation();
  const own = lines.filter((line) => says.includes(line.says));
  if (own.length === 0) return <Text size="sm">–</Text>;
  return (
    <>
      {own.map(({ says, statement, accuracy, source, verified, finding, time }) => (
        <Text key={`${finding} ${statement}`} size="sm" mb={4}>
          {says === 'question' || says === 'unclear' ? <em>{t(`pain.says.${says}`)} </em> : null}
          <WhyLink record={finding}>{statement}</WhyLink>{' '}
          <Text component="span" size="xs" c="var(--quiet)">
            {[time?.slice(0, 10), accuracy, verified ? source : `${source} (${t('pain.notVerified')})`]
              .filter(Boolean)
              .join('. ')}
          </Text>
        </Text>
      ))}
    </>
  );
}
