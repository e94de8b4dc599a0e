import { Group, Table, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { ClassEvidence } from '../../../../../src/report/pain/evidence.ts';
import { useMay } from '../../../app/session.tsx';
import { WhyLink } from '../../../patient/Why.tsx';
import { Evidence } from './Mechanisms.tsx';
import { FormLink } from './PainPart.tsx';

/** ICD-11 classes of chronic pain: what speaks for and against each, and what a clinician chose. */
export function Classes({ classes }: { classes: readonly ClassEvidence[] }) {
  const { t } = useTranslation();
  const mayFill = useMay('questionnaires:write');
  return (
    <section aria-labelledby="pain-classes">
      <Group justify="space-between" align="baseline">
        <Title order={3} id="pain-classes">
          {t('pain.classes')}
        </Title>
        {mayFill ? (
          <Text size="sm">
            {t('pain.choose')}: <FormLink form="chronic-pain-class" />
          </Text>
        ) : null}
      </Group>
      <Table className="pain-cards" verticalSpacing="xs" layout="fixed">
        <Table.Thead>
          <Table.Tr>
            {(['classColumn', 'chosen', 'for', 'against'] as const).map((key) => (
              <Table.Th key={key} scope="col">
                {t(`pain.column.${key}`)}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {classes.map(({ code, display, chosen, lines }) => (
            <Table.Tr key={code}>
              <Table.Th scope="row">
                {code} {display}
              </Table.Th>
              <Table.Td data-label={t('pain.column.chosen')}>
                {chosen ? (
                  <WhyLink record={chosen.finding}>
                    {t(chosen.is ? 'pain.chosen' : 'pain.notChosen', {
                      day: chosen.time?.slice(0, 10) ?? t('pain.undated'),
                    })}
                  </WhyLink>
                ) : (
                  t('pain.notStated')
                )}
              </Table.Td>
              <Table.Td data-label={t('pain.column.for')}>
                <Evidence lines={lines} says={['for']} />
              </Table.Td>
              <Table.Td data-label={t('pain.column.against')}>
                <Evidence lines={lines} says={['against', 'question', 'unclear']} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </section>
  );
}
