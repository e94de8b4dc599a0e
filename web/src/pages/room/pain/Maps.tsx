import { Button, Group, Slider, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import type { BodyFigure } from '../../../../../src/report/pain/bodyFigure.ts';
import { useMay } from '../../../app/session.tsx';
import { useSubject } from '../../../app/subject.ts';
import { BodyFigureView } from '../../../parts/body/BodyFigureView.tsx';
import { WhyLink } from '../../../patient/Why.tsx';

/** Where it hurts, map by map; the slider goes through the days. */
export function Maps({ figure }: { figure: BodyFigure | undefined }) {
  const { t } = useTranslation();
  const subject = useSubject();
  const mayFill = useMay('questionnaires:write');
  const last = (figure?.maps.length ?? 0) - 1;
  const [chosen, setChosen] = useState<number>();
  const at = Math.min(chosen ?? last, last);
  const map = figure?.maps[at];
  const dayOf = (index: number) => figure?.maps[index]?.time?.slice(0, 10) ?? t('pain.undated');
  return (
    <section aria-labelledby="pain-where">
      <Group justify="space-between" align="baseline">
        <Title order={3} id="pain-where">
          {t('pain.where')}
        </Title>
        {mayFill ? (
          <Button
            component={Link}
            href={`/patients/${subject}/questionnaires/body-map`}
            size="compact-sm"
            variant="default"
          >
            {t('pain.draw')}
          </Button>
        ) : null}
      </Group>
      {figure === undefined || map === undefined ? (
        <Text size="sm">{t('pain.noMap')}</Text>
      ) : (
        <Stack gap="xs">
          <BodyFigureView
            frame={figure.frame}
            regions={figure.regions}
            painful={new Set(map.painful)}
            notAsked={new Set(map.notAsked)}
            described={map.words}
          />
          {last > 0 ? (
            <div className="map-slider">
              <Slider
                min={0}
                max={last}
                step={1}
                value={at}
                onChange={setChosen}
                label={(index) => dayOf(index)}
                marks={figure.maps.map((_, value) => ({ value }))}
                thumbLabel={t('pain.slider')}
                aria-label={t('pain.slider')}
                thumbProps={{ 'aria-valuetext': `${dayOf(at)}: ${map.words}` }}
              />
            </div>
          ) : null}
          <Text size="sm" role="status">
            <strong>{dayOf(at)}</strong> {last > 0 ? t('pain.ofMaps', { at: at + 1, count: last + 1 }) : ''}{' '}
            <WhyLink record={map.finding}>{map.words}</WhyLink>
            {map.drawn ? '' : ` ${t('pain.areasOnly')}`}
          </Text>
          <ul className="plain-list">
            {map.counts.map(({ name, value, finding }) => (
              <li key={finding}>
                {name}: <WhyLink record={finding}>{value}</WhyLink>
              </li>
            ))}
          </ul>
          <Text size="xs" c="var(--quiet)">
            {t('pain.legend')}
          </Text>
        </Stack>
      )}
    </section>
  );
}
