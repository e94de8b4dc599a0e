import { Group, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import type { BodyFigure } from '../../../../src/report/pain/bodyFigure.ts';
import { BodyFigureView } from '../../parts/body/BodyFigureView.tsx';
import { WhyLink } from '../../patient/Why.tsx';

/** The newest map of pain, as page one of the report shows it. */
export function PainFigure({ figure, subject }: { figure: BodyFigure; subject: string }) {
  const { t } = useTranslation();
  const map = figure.maps.at(-1);
  if (map === undefined) return null;
  return (
    <section aria-labelledby="pain-figure">
      <Group justify="space-between" align="baseline" mb="xs">
        <Title order={2} id="pain-figure">
          {t('pain.where')}
        </Title>
        <Link href={`/patients/${subject}/rooms/pain`}>{t('overview.toPain')}</Link>
      </Group>
      <BodyFigureView
        frame={figure.frame}
        regions={figure.regions}
        painful={new Set(map.painful)}
        notAsked={new Set(map.notAsked)}
        described={map.words}
        small
      />
      <Text size="sm">
        {map.time?.slice(0, 10) ?? t('pain.undated')} <WhyLink record={map.finding}>{map.words}</WhyLink>
      </Text>
    </section>
  );
}
