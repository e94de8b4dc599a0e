import { Alert, Button, Checkbox, Group, Paper, Stack, Text, Textarea } from '@mantine/core';
import { type DragEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import styles from './Choose.module.css';
import { ChosenList } from './ChosenList.tsx';
import { type Chosen, fromDrop, fromPicker, joined } from './chosen.ts';
import { notice } from './notice.ts';
import { useImporting } from './useImporting.ts';

/** A place to drop files and folders on, with pickers for the keyboard; then the list of what is to be sent. */
export function Choose() {
  const { t } = useTranslation();
  const [chosen, setChosen] = useState<Chosen>();
  const [reading, setReading] = useState(false);
  const [over, setOver] = useState(false);
  const [asOnePatient, setAsOnePatient] = useState(false);
  const [question, setQuestion] = useState('');
  const { begin } = useImporting();
  const add = (more: Chosen) => setChosen((before) => (before ? joined(before, more) : more));
  const drop = async (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    setReading(true);
    try {
      add(await fromDrop(event.dataTransfer));
    } finally {
      setReading(false);
    }
  };
  return (
    <Stack gap="md">
      <Paper
        withBorder
        p="lg"
        className={styles.zone}
        data-over={over || undefined}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => void drop(event)}
      >
        <Stack align="center" gap="sm" ta="center">
          <Text fw={600}>{reading ? t('import.reading') : t('import.drop')}</Text>
          <Text size="sm" c="var(--quiet)">
            {t('import.formats')}
          </Text>
          <Group justify="center">
            <Picker label={t('import.chooseFolder')} folder onChosen={add} />
            <Picker label={t('import.chooseFiles')} onChosen={add} />
          </Group>
        </Stack>
      </Paper>
      {chosen ? (
        <Paper withBorder p="md">
          <Stack gap="md">
            <ChosenList chosen={chosen} />
            <Checkbox
              checked={asOnePatient}
              onChange={(event) => setAsOnePatient(event.currentTarget.checked)}
              label={t('import.asOnePatient')}
              description={t('import.asOnePatientHint')}
              styles={{ description: { color: 'var(--quiet)' } }}
            />
            {asOnePatient ? (
              <Alert color="yellow" variant="light" styles={notice} title={t('import.compositeTitle')}>
                {t('import.compositeWarning')}
              </Alert>
            ) : null}
            <Textarea
              label={t('import.question')}
              description={t('import.questionHint')}
              value={question}
              onChange={(event) => setQuestion(event.currentTarget.value)}
              maxLength={500}
              autosize
              minRows={1}
              maxRows={4}
              styles={{ description: { color: 'var(--quiet)' } }}
            />
            <Group>
              <Button
                disabled={chosen.files.length === 0}
                onClick={() => begin(chosen.files, { asOnePatient, question: question.trim() })}
              >
                {t('import.send', { count: chosen.files.length })}
              </Button>
              <Button variant="default" onClick={() => setChosen(undefined)}>
                {t('import.clear')}
              </Button>
            </Group>
          </Stack>
        </Paper>
      ) : null}
    </Stack>
  );
}

/** A button that opens the browser's own dialogue. */
export function Picker({
  label,
  folder = false,
  onChosen,
  size,
}: {
  label: string;
  folder?: boolean;
  onChosen(chosen: Chosen): void;
  size?: string;
}) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <Button variant="default" onClick={() => input.current?.click()} {...(size ? { size } : {})}>
        {label}
      </Button>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        aria-label={label}
        tabIndex={-1}
        {...(folder ? { webkitdirectory: '' } : {})}
        onChange={(event) => {
          const { files } = event.currentTarget;
          if (files && files.length > 0) onChosen(fromPicker(files));
          event.currentTarget.value = '';
        }}
      />
    </>
  );
}
