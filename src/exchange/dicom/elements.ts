/** The data elements that derived objects are made of, one a line: tag, value representation, keyword (DICOM PS3.6). */
const written = `
00020001 OB FileMetaInformationVersion
00020002 UI MediaStorageSOPClassUID
00020003 UI MediaStorageSOPInstanceUID
00020010 UI TransferSyntaxUID
00020012 UI ImplementationClassUID
00020013 SH ImplementationVersionName
00080005 CS SpecificCharacterSet
00080008 CS ImageType
00080012 DA InstanceCreationDate
00080013 TM InstanceCreationTime
00080016 UI SOPClassUID
00080018 UI SOPInstanceUID
00080020 DA StudyDate
00080021 DA SeriesDate
00080023 DA ContentDate
00080030 TM StudyTime
00080031 TM SeriesTime
00080033 TM ContentTime
00080050 SH AccessionNumber
00080060 CS Modality
00080070 LO Manufacturer
00080090 PN ReferringPhysicianName
00080100 SH CodeValue
00080102 SH CodingSchemeDesignator
00080104 LO CodeMeaning
00080119 UC LongCodeValue
00081030 LO StudyDescription
0008103E LO SeriesDescription
00081090 LO ManufacturerModelName
00081115 SQ ReferencedSeriesSequence
00081140 SQ ReferencedImageSequence
0008114A SQ ReferencedInstanceSequence
00081150 UI ReferencedSOPClassUID
00081155 UI ReferencedSOPInstanceUID
00082111 ST DerivationDescription
00082112 SQ SourceImageSequence
00082218 SQ AnatomicRegionSequence
00089007 CS FrameType
00089124 SQ DerivationImageSequence
00089215 SQ DerivationCodeSequence
00100010 PN PatientName
00100020 LO PatientID
00100021 LO IssuerOfPatientID
00100030 DA PatientBirthDate
00100040 CS PatientSex
00180050 DS SliceThickness
00180088 DS SpacingBetweenSlices
00181000 LO DeviceSerialNumber
00181020 LO SoftwareVersions
00189004 CS ContentQualification
0020000D UI StudyInstanceUID
0020000E UI SeriesInstanceUID
00200010 SH StudyID
00200011 IS SeriesNumber
00200013 IS InstanceNumber
00200032 DS ImagePositionPatient
00200037 DS ImageOrientationPatient
00200052 UI FrameOfReferenceUID
00201040 LO PositionReferenceIndicator
00209071 SQ FrameAnatomySequence
00209072 CS FrameLaterality
00209111 SQ FrameContentSequence
00209113 SQ PlanePositionSequence
00209116 SQ PlaneOrientationSequence
00209157 UL DimensionIndexValues
00209164 UI DimensionOrganizationUID
00209165 AT DimensionIndexPointer
00209167 AT FunctionalGroupPointer
00209221 SQ DimensionOrganizationSequence
00209222 SQ DimensionIndexSequence
00209421 LO DimensionDescriptionLabel
00280002 US SamplesPerPixel
00280004 CS PhotometricInterpretation
00280008 IS NumberOfFrames
00280010 US Rows
00280011 US Columns
00280030 DS PixelSpacing
00280100 US BitsAllocated
00280101 US BitsStored
00280102 US HighBit
00280103 US PixelRepresentation
00280301 CS BurnedInAnnotation
00280302 CS RecognizableVisualFeatures
00281050 DS WindowCenter
00281051 DS WindowWidth
00281052 DS RescaleIntercept
00281053 DS RescaleSlope
00281054 LO RescaleType
00281056 CS VOILUTFunction
00282110 CS LossyImageCompression
00283003 LO LUTExplanation
00289110 SQ PixelMeasuresSequence
00289132 SQ FrameVOILUTSequence
00289145 SQ PixelValueTransformationSequence
00400555 SQ AcquisitionContextSequence
004008EA SQ MeasurementUnitsCodeSequence
00409092 SQ ParametricMapFrameTypeSequence
00409096 SQ RealWorldValueMappingSequence
00409210 SH LUTLabel
00409213 FD DoubleFloatRealWorldValueLastValueMapped
00409214 FD DoubleFloatRealWorldValueFirstValueMapped
00409224 FD RealWorldValueIntercept
00409225 FD RealWorldValueSlope
0040A170 SQ PurposeOfReferenceCodeSequence
00620001 CS SegmentationType
00620002 SQ SegmentSequence
00620003 SQ SegmentedPropertyCategoryCodeSequence
00620004 US SegmentNumber
00620005 LO SegmentLabel
00620006 ST SegmentDescription
00620008 CS SegmentAlgorithmType
00620009 LO SegmentAlgorithmName
0062000A SQ SegmentIdentificationSequence
0062000B US ReferencedSegmentNumber
0062000D US RecommendedDisplayCIELabValue
0062000F SQ SegmentedPropertyTypeCodeSequence
00620013 CS SegmentsOverlap
00620020 UT TrackingID
00620021 UI TrackingUID
00700080 CS ContentLabel
00700081 LO ContentDescription
00700084 PN ContentCreatorName
20500020 CS PresentationLUTShape
52009229 SQ SharedFunctionalGroupsSequence
52009230 SQ PerFrameFunctionalGroupsSequence
7FE00008 OF FloatPixelData
7FE00010 OB PixelData
`;

export interface Element {
  tag: number;
  vr: string;
}

/** Keyword -> tag and value representation. */
export const elements: ReadonlyMap<string, Element> = new Map(
  written
    .trim()
    .split('\n')
    .map((line) => {
      const [tag, vr, keyword] = line.split(' ') as [string, string, string];
      return [keyword, { tag: Number.parseInt(tag, 16), vr }];
    }),
);
