/**
 * What a keeper of a store does to it beside reading and writing.
 * `backup`, `restore` and `doctor` know the engine; `exportSubject` needs nothing but the contract.
 */
export { type ExportReport, exportSubject } from './exportSubject.ts';
export { type BackupReport, backup, hashOfFile, type OtherFile, restore, takeSnapshot } from './sqlite/backup.ts';
export { type DoctorReport, doctor } from './sqlite/doctor.ts';
