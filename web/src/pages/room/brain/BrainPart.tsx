import { Stack, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Chart } from '../../../../../src/report/brain/deviationPicture.ts';
import type { OwnPart } from '../Room.tsx';
import { DrawingView } from './DrawingView.tsx';
import './brain.css';

/** Deviations by region, centile curves with the person's course, and what groups show: apart, and as context only. */
export const BrainPart: OwnPart = ({ page }) => {
  const { t } = useTranslation();
  const { deviations } = page;
  if (deviations === undefined) return null;
  const { regions, curves, disorders } = deviations;
  return (
    <Stack gap="lg">
      <section aria-labelledby="brain-regions">
        <Title order={3} id="brain-regions">
          {regions.title}
        </Title>
        <ChartView chart={regions} />
      </section>
      {curves.length > 0 ? (
        <section aria-labelledby="brain-curves">
          <Title order={3} id="brain-curves">
            {t('brain.curves')}
          </Title>
          <ChartList charts={curves} />
        </section>
      ) : null}
      <details>
        <summary>{t('brain.disorders')}</summary>
        <Text>{disorders.says}</Text>
        <Text size="sm">{disorders.source}</Text>
        <ChartList charts={disorders.maps} />
      </details>
    </Stack>
  );
};

function ChartList({ charts }: { charts: readonly Chart[] }) {
  return (
    <div className="brain-charts">
      {charts.map((chart) => (
        <div key={chart.title}>
          <Text fw={600}>{chart.title}</Text>
          <ChartView chart={chart} />
        </div>
      ))}
    </div>
  );
}

function ChartView({ chart: { drawing, caption } }: { chart: Chart }) {
  return (
    <figure>
      <DrawingView drawing={drawing} />
      <figcaption>{caption}</figcaption>
    </figure>
  );
}
