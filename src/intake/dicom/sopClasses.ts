import type { DicomHeader } from './header.ts';

/** What becomes of an instance; an `object` is kept, not opened. */
export type SopKind = 'image' | 'structure-set' | 'segmentation' | 'dose' | 'parametric-map' | 'object' | 'directory';

/** Suffix behind 1.2.840.10008.5.1.4.1.1., kind, name. */
const storage = `
1 image Computed Radiography
1.1 image Digital X-Ray
1.1.1 image Digital X-Ray (for processing)
1.2 image Digital Mammography
1.2.1 image Digital Mammography (for processing)
1.3 image Digital Intra-oral X-Ray
1.3.1 image Digital Intra-oral X-Ray (for processing)
2 image CT
2.1 image Enhanced CT
2.2 image Legacy Converted Enhanced CT
3 image Ultrasound Multi-frame (retired)
3.1 image Ultrasound Multi-frame
4 image MR
4.1 image Enhanced MR
4.2 object MR Spectroscopy
4.3 image Enhanced MR Colour
4.4 image Legacy Converted Enhanced MR
5 image Nuclear Medicine (retired)
6 image Ultrasound (retired)
6.1 image Ultrasound
6.2 image Enhanced Ultrasound Volume
7 image Secondary Capture
7.1 image Multi-frame Single Bit Secondary Capture
7.2 image Multi-frame Grayscale Byte Secondary Capture
7.3 image Multi-frame Grayscale Word Secondary Capture
7.4 image Multi-frame True Colour Secondary Capture
8 object Overlay (retired)
9 object Curve (retired)
9.1.1 object 12-lead ECG Waveform
9.1.2 object General ECG Waveform
9.1.3 object Ambulatory ECG Waveform
9.2.1 object Hemodynamic Waveform
9.3.1 object Cardiac Electrophysiology Waveform
9.4.1 object Basic Voice Audio Waveform
9.4.2 object General Audio Waveform
9.5.1 object Arterial Pulse Waveform
9.6.1 object Respiratory Waveform
9.7.1 object Routine Scalp EEG Waveform
10 object Modality LUT (retired)
11 object VOI LUT (retired)
11.1 object Grayscale Softcopy Presentation State
11.2 object Colour Softcopy Presentation State
11.3 object Pseudo-colour Softcopy Presentation State
11.4 object Blending Softcopy Presentation State
11.5 object XA/XRF Grayscale Softcopy Presentation State
11.6 object Grayscale Planar MPR Volumetric Presentation State
11.8 object Advanced Blending Presentation State
12.1 image X-Ray Angiographic
12.1.1 image Enhanced XA
12.2 image X-Ray Radiofluoroscopic
12.2.1 image Enhanced XRF
13.1.1 image X-Ray 3D Angiographic
13.1.2 image X-Ray 3D Craniofacial
13.1.3 image Breast Tomosynthesis
20 image Nuclear Medicine
30 parametric-map Parametric Map
66 object Raw Data
66.1 object Spatial Registration
66.2 object Spatial Fiducials
66.3 object Deformable Spatial Registration
66.4 segmentation Segmentation
66.5 object Surface Segmentation
66.6 object Tractography Results
66.7 segmentation Label Map Segmentation
67 object Real World Value Mapping
77.1.1 image VL Endoscopic
77.1.1.1 object Video Endoscopic
77.1.2 image VL Microscopic
77.1.2.1 object Video Microscopic
77.1.3 image VL Slide-Coordinates Microscopic
77.1.4 image VL Photographic
77.1.4.1 object Video Photographic
77.1.5.1 image Ophthalmic Photography 8 Bit
77.1.5.2 image Ophthalmic Photography 16 Bit
77.1.5.4 image Ophthalmic Tomography
77.1.6 object VL Whole Slide Microscopy
88.1 object Text SR (trial)
88.11 object Basic Text SR
88.22 object Enhanced SR
88.33 object Comprehensive SR
88.34 object Comprehensive 3D SR
88.35 object Extensible SR
88.40 object Procedure Log
88.50 object Mammography CAD SR
88.59 object Key Object Selection
88.65 object Chest CAD SR
88.67 object X-Ray Radiation Dose SR
88.68 object Radiopharmaceutical Radiation Dose SR
88.69 object Colon CAD SR
88.70 object Implantation Plan SR
88.71 object Acquisition Context SR
88.74 object Planned Imaging Agent Administration SR
88.75 object Performed Imaging Agent Administration SR
91.1 object Microscopy Bulk Simple Annotations
104.1 object Encapsulated PDF
104.2 object Encapsulated CDA
104.3 object Encapsulated STL
104.4 object Encapsulated OBJ
104.5 object Encapsulated MTL
128 image PET
128.1 image Legacy Converted Enhanced PET
129 object Standalone PET Curve (retired)
130 image Enhanced PET
131 object Basic Structured Display
481.1 image RT Image
481.2 dose RT Dose
481.3 structure-set RT Structure Set
481.4 object RT Beams Treatment Record
481.5 object RT Plan
481.6 object RT Brachy Treatment Record
481.7 object RT Treatment Summary Record
481.8 object RT Ion Plan
481.9 object RT Ion Beams Treatment Record
`;

const byUid = new Map<string, { kind: SopKind; name: string }>(
  storage
    .trim()
    .split('\n')
    .map((line) => {
      const [suffix, kind, ...name] = line.split(' ');
      return [`1.2.840.10008.5.1.4.1.1.${suffix}`, { kind: kind as SopKind, name: name.join(' ') }];
    }),
);
byUid.set('1.2.840.10008.1.3.10', { kind: 'directory', name: 'Media Storage Directory' });
byUid.set('1.2.840.10008.5.1.4.38.1', { kind: 'object', name: 'Hanging Protocol' });
byUid.set('1.2.840.10008.5.1.4.39.1', { kind: 'object', name: 'Colour Palette' });
byUid.set('1.2.840.10008.5.1.4.43.1', { kind: 'object', name: 'Generic Implant Template' });

/** Kind and name of a SOP class; unknown ones are images when they have pixels, objects otherwise. */
function sopClass(uid: string, hasPixels: boolean): { kind: SopKind; name: string } {
  return (
    byUid.get(uid) ?? { kind: hasPixels ? 'image' : 'object', name: uid === '' ? 'no SOP class' : `SOP class ${uid}` }
  );
}

/** The same for one instance: a directory is known by its records, whatever SOP class it claims. */
export function instanceKind(header: DicomHeader): { kind: SopKind; name: string } {
  if (header.record['DirectoryRecordSequence'] !== undefined)
    return { kind: 'directory', name: 'Media Storage Directory' };
  return sopClass(header.sopClass, header.pixel !== undefined);
}
