import { Alert, Anchor, Badge, Card, Group, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import type { KeyLine, PageOne } from '../../../../src/report/pageOne.ts';
import { call } from '../../api/client.ts';
import { useSubject } from '../../app/subject.ts';
import { IssueList } from '../../parts/IssueList.tsx';
import { Links } from '../../parts/Links.tsx';
import { PlanLineView } from '../../parts/PlanLineView.tsx';
import { PlotView } from '../../parts/plots/PlotView.tsx';
import { TrendPlotView } from '../../parts/plots/TrendPlotView.tsx';
import { Empty, Loading, Trouble } from '../../parts/states.tsx';
import { WhyLink } from '../../patient/Why.tsx';
import { PainFigure } from './PainFigure.tsx';
import { SafetyList } from './SafetyList.tsx';

/** Cards that are open at once; the others are named with their values, and open. */
const cardsShown = 6;
/** A value of more letters is a sentence, and stands as one. */
const longValue = 48;
/** A longer plan shows so many lines of each urgency; the others are named, and open. */
const shortPlan = 8;
const linesShown = { now: 3, soon: 3, routine: 2 } as const;

/** Page one, live: question, data, safety, three sentences, key findings, plan. */
export default function Overview() {
  const { t } = useTranslation();
  const subject = useSubject();
  const { data, error, refetch, isPending } = useQuery({
    queryKey: ['patient', subject, 'page'],
    queryFn: ({ signal }) => call('patient.page', { params: { subject } }, { signal }),
  });
  if (isPending) return <Loading />;
  if (error) return <Trouble error={error} retry={() => void refetch()} />;
  return (
    <Stack gap="md">
      {data.subject.question ? (
        <Text size="lg" className="question">
          <Text component="span" c="var(--quiet)">
            {t('overview.question')}{' '}
          </Text>
          {data.subject.question}
        </Text>
      ) : (
        <Text c="var(--quiet)">{t('overview.noQuestion')}</Text>
      )}
      <SafetyList safety={data.safety} />
      <Sentences page={data} />
      <KeyFindings page={data} />
      <Plan page={data} subject={subject} />
      {data.painFigure ? (
        <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg">
          <PainFigure figure={data.painFigure} subject={subject} />
          <Data page={data} stacked />
        </SimpleGrid>
      ) : (
        <Data page={data} />
      )}
      <Quality page={data} />
    </Stack>
  );
}

function Sentences({ page }: { page: PageOne }) {
  const { t } = useTranslation();
  return (
    <section aria-labelledby="impression">
      <Title order={2} id="impression">
        {t('overview.impression')}
      </Title>
      <ol className="impression">
        {page.sentences.map(({ text, links }) => (
          <li key={text}>
            {text} <Links links={links} />
          </li>
        ))}
      </ol>
    </section>
  );
}

function KeyFindings({ page }: { page: PageOne }) {
  const { t } = useTranslation();
  if (page.key.length === 0) return <Empty title={t('overview.noKey')} />;
  const rest = [...page.key.slice(cardsShown), ...page.keyFolded];
  return (
    <section aria-labelledby="key">
      <Title order={2} id="key" mb="xs">
        {t('overview.key')}
      </Title>
      <Cards lines={page.key.slice(0, cardsShown)} />
      {rest.length > 0 ? (
        <details className="fold-rest">
          <summary>
            {t('overview.moreKey', { count: rest.length })}{' '}
            <Text component="span" size="sm" c="var(--quiet)">
              {rest.map(inShort).join(' · ')}
            </Text>
          </summary>
          <Cards lines={rest} />
        </details>
      ) : null}
    </section>
  );
}

function Cards({ lines }: { lines: readonly KeyLine[] }) {
  return (
    <SimpleGrid cols={{ base: 1, md: 2, lg: 3 }} spacing="sm">
      {lines.map((line) => (
        <KeyCard key={line.id} line={line} />
      ))}
    </SimpleGrid>
  );
}

/** The place unless the name ends with it already, as names of regions and genes do. */
function placeBeside({ name, place }: KeyLine): string | undefined {
  return place === undefined || name.endsWith(`, ${place}`) ? undefined : place;
}

function inShort(line: KeyLine): string {
  const place = placeBeside(line);
  return `${line.name}${place ? `, ${place}` : ''}: ${line.value}`;
}

function KeyCard({ line }: { line: KeyLine }) {
  const { t } = useTranslation();
  const place = placeBeside(line);
  return (
    <Card withBorder padding="sm" component="article" aria-label={`${line.name} ${place ?? ''}`}>
      <Stack gap={4}>
        <Text fw={600} size="sm">
          {line.name}
          {place ? <Text component="span" fw={400}>{` · ${place}`}</Text> : null}
          {line.among ? (
            <Text component="span" fw={400} c="var(--quiet)">{` · ${t('overview.among', { count: line.among })}`}</Text>
          ) : null}
        </Text>
        <Group gap="xs" align="baseline">
          <WhyLink record={line.id} label={`${line.name} ${place ?? ''}`}>
            <Text component="span" size={line.value.length > longValue ? 'sm' : 'xl'} fw={700}>
              {line.number ? line.number.text : line.value}
            </Text>
            {line.number ? <Text component="span" size="sm">{` ${line.number.unit}`}</Text> : null}
            {line.range ? <Text component="span" size="sm">{` (${line.range})`}</Text> : null}
          </WhyLink>
          <Text size="xs" c="var(--quiet)">
            {line.time?.slice(0, 10) ?? t('overview.undated')}
          </Text>
        </Group>
        {line.reason ? <Text size="xs">{line.reason}</Text> : null}
        {line.plot ? <PlotView plot={line.plot} /> : null}
        {line.trend ? <TrendPlotView plot={line.trend} /> : null}
        <Text size="xs" c="var(--quiet)">
          {line.reference.text === '' ? t('overview.noReference') : line.reference.text}
        </Text>
        {line.reliability ? (
          <Text size="xs" c="var(--quiet)">
            {line.reliability}
          </Text>
        ) : null}
        {line.caution ? (
          <Text size="xs" className={`issue ${line.caution.severity}`}>
            {line.caution.message}
            {line.moreCautions > 0 ? ` ${t('room.more', { count: line.moreCautions })}` : ''}
          </Text>
        ) : null}
        {line.doubt ? (
          <Text size="xs" c="var(--open)">
            {line.doubt}
          </Text>
        ) : null}
      </Stack>
    </Card>
  );
}

function Plan({ page, subject }: { page: PageOne; subject: string }) {
  const { t } = useTranslation();
  return (
    <section aria-labelledby="plan">
      <Group justify="space-between" align="baseline" mb="xs">
        <Title order={2} id="plan">
          {t('overview.plan')}
        </Title>
        <Anchor component={Link} href={`/patients/${subject}/plan`}>
          {t('overview.toPlan')}
        </Anchor>
      </Group>
      <Text size="sm" c="var(--quiet)" mb="xs">
        {t('overview.proposes', { day: page.asOf })} {page.signed.words}
      </Text>
      {page.medicationDoubt ? (
        <Alert color="yellow" variant="light" mb="xs">
          {page.medicationDoubt.words}
        </Alert>
      ) : null}
      {page.plan.length === 0 ? <Text>{t('overview.noPlan')}</Text> : null}
      {page.plan.length <= shortPlan ? (
        <Lines lines={page.plan} />
      ) : (
        urgencies.map((urgency) => (
          <OfUrgency key={urgency} urgency={urgency} lines={page.plan.filter((one) => one.urgency === urgency)} />
        ))
      )}
    </section>
  );
}

type Line = PageOne['plan'][number];
const urgencies = ['now', 'soon', 'routine'] as const;

function Lines({ lines }: { lines: readonly Line[] }) {
  return (
    <Stack gap={6}>
      {lines.map((line) => (
        <FoldedLine key={line.id} line={line} />
      ))}
    </Stack>
  );
}

function OfUrgency({ urgency, lines }: { urgency: (typeof urgencies)[number]; lines: readonly Line[] }) {
  const { t } = useTranslation();
  const rest = lines.slice(linesShown[urgency]);
  if (lines.length === 0) return null;
  return (
    <Stack gap={6} mb="sm">
      <Lines lines={lines.slice(0, linesShown[urgency])} />
      {rest.length === 0 ? null : (
        <details className="fold-rest">
          <summary>
            {t('overview.moreLines', { count: rest.length, urgency: t(`line.urgency.${urgency}`) })}{' '}
            <Text component="span" size="sm" c="var(--quiet)">
              {[...new Set(rest.map((one) => one.about))].join(' · ')}
            </Text>
          </summary>
          <Lines lines={rest} />
        </details>
      )}
    </Stack>
  );
}

/** A line is one row of page one; all that is said of it opens below. */
function FoldedLine({ line }: { line: Line }) {
  const { t } = useTranslation();
  return (
    <details className={`folded-line ${line.urgency}`}>
      <summary>
        <strong className="verb">{t(`line.verb.${line.verb}`, { defaultValue: line.verbWords })}</strong>{' '}
        <Text component="span" size="sm" c="var(--quiet)">
          {t(`line.urgency.${line.urgency}`)}
        </Text>{' '}
        {line.action}{' '}
        <Text component="span" size="xs" c="var(--quiet)">
          {line.strength.grade} ({line.strength.body})
          {line.held ? ` · ${t('line.held', { because: line.held.because })}` : ''}
        </Text>
      </summary>
      <PlanLineView line={line} brief />
    </details>
  );
}

function Data({ page, stacked = false }: { page: PageOne; stacked?: boolean }) {
  const { t } = useTranslation();
  return (
    <SimpleGrid cols={stacked ? 1 : { base: 1, md: 2 }}>
      <section aria-labelledby="present">
        <Title order={2} id="present">
          {t('overview.present')}
        </Title>
        <Group gap={6} mt={4}>
          {page.present.map(({ what, words }) => (
            <Badge key={what} variant="light" tt="none" size="lg">
              {words}
            </Badge>
          ))}
        </Group>
      </section>
      <section aria-labelledby="absent">
        <Title order={2} id="absent">
          {t('overview.absent')}
        </Title>
        {page.absent.length === 0 ? (
          <Text size="sm">{t('overview.nothingAbsent')}</Text>
        ) : (
          <FoldedIssues issues={page.absent} />
        )}
      </section>
    </SimpleGrid>
  );
}

const issuesShown = 3;

/** What is worse comes first in the list; a long one opens. */
function FoldedIssues({ issues }: { issues: PageOne['absent'] }) {
  const { t } = useTranslation();
  const rest = issues.slice(issuesShown);
  return (
    <>
      <IssueList issues={issues.slice(0, issuesShown)} />
      {rest.length === 0 ? null : (
        <details className="fold-rest">
          <summary>{t('app.andMore', { count: rest.length })}</summary>
          <IssueList issues={rest} />
        </details>
      )}
    </>
  );
}

function Quality({ page }: { page: PageOne }) {
  const { t } = useTranslation();
  return (
    <section aria-labelledby="quality">
      <Title order={2} id="quality">
        {t('overview.quality')}
      </Title>
      {page.quality.length > 0 ? (
        <FoldedIssues issues={page.quality} />
      ) : (
        <Text size="sm">{t('overview.noQuality')}</Text>
      )}
      <details>
        <summary>{t('overview.consulted', { count: page.consulted.length })}</summary>
        <ul className="plain-list">
          {page.consulted.map((one) => (
            <li key={`${one.type} ${one.id}`}>
              K{one.number} {one.id} {one.version}
              {one.date ? ` · ${one.date}` : ''} · {one.licence}
            </li>
          ))}
        </ul>
      </details>
      <Text size="xs" c="var(--quiet)" mt="xs">
        {page.program.name} {page.program.version} · {t('app.research')}
      </Text>
    </section>
  );
}
