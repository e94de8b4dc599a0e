import { Table, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import '../../parts/plots/trialPlot.css';

export interface PowerPoint {
  size: number;
  days: number;
  test: number;
  interval: number;
  minimumP: number;
}

const [width, height, left, right, top, bottom] = [460, 130, 30, 450, 10, 106];

/** Power over the size of the trial: the test as a line, the model dashed; every number in the table below. */
export function PowerPlot({ points, sizeName }: { points: readonly PowerPoint[]; sizeName: string }) {
  const { t } = useTranslation();
  const sizes = points.map(({ size }) => size);
  const [least, most] = [Math.min(...sizes), Math.max(...sizes)];
  const x = (size: number) => left + ((size - least) / (most - least || 1)) * (right - left);
  const y = (share: number) => bottom - share * (bottom - top);
  const line = (of: (point: PowerPoint) => number) =>
    points.map((point) => `${x(point.size)},${y(of(point))}`).join(' ');
  const percent = (share: number) => `${Math.round(100 * share)} %`;
  return (
    <div>
      <svg viewBox={`0 0 ${width} ${height}`} className="power-plot" aria-hidden="true">
        {[0, 0.5, 0.8, 1].map((share) => (
          <g key={share}>
            <line x1={left} x2={right} y1={y(share)} y2={y(share)} className="trial-axis" />
            <text x={left - 4} y={y(share) + 3} textAnchor="end">
              {percent(share)}
            </text>
          </g>
        ))}
        <polyline points={line(({ test }) => test)} className="power-line" />
        <polyline points={line(({ interval }) => interval)} className="power-line model" />
        {points.map(({ size }, index) => (
          <text
            key={size}
            x={x(size)}
            y={height - 8}
            textAnchor={index === 0 ? 'start' : size === most ? 'end' : 'middle'}
          >
            {size}
          </text>
        ))}
      </svg>
      <Text size="xs" c="var(--quiet)">
        {t('trials.powerLegend')}
      </Text>
      <Table verticalSpacing={2} aria-label={t('trials.power')}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{sizeName}</Table.Th>
            <Table.Th>{t('trials.powerDays')}</Table.Th>
            <Table.Th>{t('trials.powerTest')}</Table.Th>
            <Table.Th>{t('trials.powerModel')}</Table.Th>
            <Table.Th>{t('trials.powerMinimum')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {points.map(({ size, days, test, interval, minimumP }) => (
            <Table.Tr key={size}>
              <Table.Td>{size}</Table.Td>
              <Table.Td>{days}</Table.Td>
              <Table.Td>{percent(test)}</Table.Td>
              <Table.Td>{percent(interval)}</Table.Td>
              <Table.Td>{minimumP.toPrecision(2)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}
