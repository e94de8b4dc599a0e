"""Reads a DICOM segmentation or parametric map with pydicom and prints what it holds, so that it can be held against what was written."""
import json
import struct
import sys

import numpy
import pydicom

found = []
for path in sys.argv[1:]:
    d = pydicom.dcmread(path)
    shared = d.SharedFunctionalGroupsSequence[0]
    spacing = [float(v) for v in shared.PixelMeasuresSequence[0].PixelSpacing]
    cosines = [float(v) for v in shared.PlaneOrientationSequence[0].ImageOrientationPatient]
    if "FloatPixelData" in d:
        shape = (int(d.NumberOfFrames), d.Rows, d.Columns)
        frames = numpy.frombuffer(d.FloatPixelData, dtype="<f4").reshape(shape)
    else:
        frames = d.pixel_array.reshape((int(d.NumberOfFrames), d.Rows, d.Columns))
    out = []
    for frame, group in zip(frames, d.PerFrameFunctionalGroupsSequence):
        x, y, z = [float(v) for v in group.PlanePositionSequence[0].ImagePositionPatient]
        segment = int(group.SegmentIdentificationSequence[0].ReferencedSegmentNumber) if "SegmentIdentificationSequence" in group else 0
        good = numpy.where(numpy.isfinite(frame), frame, 0).astype(float)
        rows, columns = numpy.meshgrid(numpy.arange(d.Rows), numpy.arange(d.Columns), indexing="ij")
        total = float(good.sum())
        # Centre of the values in LPS mm: pixel data and geometry together.
        centre = [0.0, 0.0, 0.0]
        if total:
            c = float((columns * good).sum()) / total
            r = float((rows * good).sum()) / total
            centre = [p + cosines[a] * spacing[1] * c + cosines[3 + a] * spacing[0] * r for a, p in enumerate((x, y, z))]
        out.append({"segment": segment, "sum": total, "centre": centre})
    found.append({
        "patient": str(d.PatientID),
        "study": str(d.StudyInstanceUID),
        "frame": str(d.FrameOfReferenceUID),
        "references": sum(len(s.ReferencedInstanceSequence) for s in d.get("ReferencedSeriesSequence", [])),
        "segments": [str(s.SegmentLabel) for s in d.get("SegmentSequence", [])],
        "frames": out,
    })
print(json.dumps(found))
