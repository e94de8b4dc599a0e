import { Anchor, Group, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import type { BodyFigure } from '../../../../src/report/pain/bodyFigure.ts';
import { BodyFigureView } from '../../parts/body/BodyFigureView.tsx';
import { WhyLink } from '../../patient/Why.tsx';

/** More regions than these are counted; their names open. */
const namedAtOnce = 8;

/** The newest map of pain, as page one of the report shows it. */
export function PainFigure({ figure, subject }: { figure: BodyFigure; subject: string }) {
  const { t } = useTranslation();
  const map = figure.maps.at(-1);
  if (map === undefined) return null;
  const folded = map.painful.length > namedAtOnce && map.words.includes(':');
  return (
    <section aria-labelledby="pain-figure">
      <Group justify="space-between" align="baseline" mb="xs">
        <Title order={2} id="pain-figure">
          {t('pain.where')}
        </Title>
        <Anchor component={Link} href={`/patients/${subject}/rooms/pain`}>
          {t('overview.toPain')}
        </Anchor>
      </Group>
      <div className="pain-figure">
        <BodyFigureView
          frame={figure.frame}
          regions={figure.regions}
          painful={new Set(map.painful)}
          notAsked={new Set(map.notAsked)}
          described={map.words}
          small
        />
        <div>
          <Text size="sm">
            {map.time?.slice(0, 10) ?? t('pain.undated')}{' '}
            <WhyLink record={map.finding}>{folded ? map.words.slice(0, map.words.indexOf(':')) : map.words}</WhyLink>
          </Text>
          {folded ? (
            <details className="fold-rest">
              <summary>{t('overview.painRegions')}</summary>
              <Text size="sm">{map.words.slice(map.words.indexOf(':') + 1)}</Text>
            </details>
          ) : null}
          <ul className="plain-list">
            {map.counts.map(({ name, value, finding }) => (
              <li key={finding}>
                {name}: <WhyLink record={finding}>{value}</WhyLink>
              </li>
            ))}
          </ul>
        </div>
      </div>
    </section>
  );
}
