import { describe, expect, it } from 'vitest';
import { quantity, testFinding } from '../plan/testFindings.ts';
import { reportModel } from './model.ts';
import { roomPage } from './roomPage.ts';
import { phqTotal, testAsOf, testReportInput } from './testModel.ts';

const pages = (more: Parameters<typeof testReportInput>[0] = {}) => {
  const model = reportModel(testReportInput(more));
  return model.rooms.map((room) => roomPage(model, room));
};
const page = (room: string, more: Parameters<typeof testReportInput>[0] = {}) =>
  pages(more).find((one) => one.room === room)!;

describe('page of a room', () => {
  it('loses nothing in JSON, and holds no bytes of a picture', () => {
    for (const one of pages()) {
      const text = JSON.stringify(one);
      expect(JSON.parse(text)).toEqual(one);
      expect(text).not.toContain('iVBOR');
    }
  });

  it('shows every current finding of the room in some row', () => {
    const model = reportModel(testReportInput());
    for (const room of model.rooms) {
      const one = roomPage(model, room);
      const rows = [...one.tables, ...(one.rest ? [one.rest] : [])].flatMap((table) => table.rows);
      const shown = new Set(rows.flatMap((row) => row.findings));
      expect([...shown].sort()).toEqual(room.findings.map((view) => view.finding.id).sort());
    }
  });

  it('has as many cells in a row as there are columns, counted with those that reach down and across', () => {
    for (const table of pages().flatMap((one) => one.tables)) {
      const reaching = new Map<number, number>();
      table.rows.forEach((row, r) => {
        const width = row.cells.reduce((sum, one) => sum + (one.columns ?? 1), 0);
        for (const one of row.cells)
          for (let down = 1; down < (one.rows ?? 1); down++) reaching.set(r + down, (reaching.get(r + down) ?? 0) + 1);
        expect(width + (reaching.get(r) ?? 0), `${table.id} row ${r}`).toBe(table.columns.length);
      });
    }
  });

  it('a score: bands with the dot, course, reliability and the day', () => {
    const table = page('psychosocial').tables.find((one) => one.kind === 'scores')!;
    const [name, value, bands, course] = table.rows.find((row) => row.cells[0].text === 'phq-9.total')!.cells;
    expect([name.sub, value.text, bands.reference?.band]).toEqual([[testAsOf], '7 points', 'mild']);
    expect(bands.plot).toMatchObject({ type: 'band', dots: [{ words: '7 points' }] });
    expect(course.trend?.points.map((point) => point.value)).toEqual([12, 7]);
  });

  it('a form without a readable answer is not said to be answered', () => {
    const findings = [{ ...phqTotal(3, testAsOf), value: { type: 'refused' as const, reason: 'incomplete' } }];
    const cells = page('psychosocial', { findings }).tables[0].rows[0].cells;
    expect([cells[1].text, cells[3].text]).toEqual(['not assessed', '']);
  });

  it('notes are numbered as the cells refer to them, those of the runs among them', () => {
    const input = testReportInput();
    const runs = input.runs.map((run) =>
      run.id === 'run-genes'
        ? { ...run, issues: [{ code: 'r', severity: 'info' as const, message: 'Of a run.' }] }
        : run,
    );
    const genes = page('genomics', { runs });
    const refs = genes.tables
      .flatMap((table) => table.rows)
      .flatMap((row) => row.cells.flatMap((one) => one.issues ?? []));
    expect(refs.length).toBeGreaterThan(0);
    for (const ref of refs) expect(genes.notes[ref.note - 1].message).toBe(ref.text);
    expect(genes.notes.at(-1)?.message).toBe('Of a run.');
  });

  it('names pictures by artifact and method pages where they are known', () => {
    const model = reportModel(testReportInput({ pictures: [] }));
    const brain = model.rooms.find((room) => room.room === 'brain')!;
    const about = new Map([['brain.test', { method: 'brain-test.md', limits: ['Sees nothing.'] }]]);
    const one = roomPage(model, brain, about);
    expect(one.pictures.map((picture) => picture.artifact)).toEqual(['art-picture']);
    expect(one.runs[0]).toMatchObject({
      analysis: 'brain.test',
      methodPage: 'brain-test.md',
      limits: ['Sees nothing.'],
    });
    expect(roomPage(model, brain).runs[0]).not.toHaveProperty('methodPage');
  });

  it('makes a page of 10,000 findings in well under a second', () => {
    const findings = Array.from({ length: 10_000 }, (_, i) =>
      testFinding('brain-volume', quantity(i + 1, 'mL'), {
        site: `s${i}`,
        run: 'run-brain',
        derivedFrom: ['src-record'],
      }),
    );
    const model = reportModel(testReportInput({ findings }));
    const start = performance.now();
    const one = roomPage(model, model.rooms.find((room) => room.room === 'brain')!);
    expect(performance.now() - start).toBeLessThan(800);
    expect(one.tables[0].rows).toHaveLength(10_000);
  });
});
