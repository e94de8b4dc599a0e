/**
 * The data elements that the header scan keeps, one a line: tag, value representation, keyword (DICOM PS3.6).
 * What is not listed here is walked over; the file itself stays byte for byte in the store.
 */
const publicElements = `
00020002 UI MediaStorageSOPClassUID
00020003 UI MediaStorageSOPInstanceUID
00020010 UI TransferSyntaxUID
00020012 UI ImplementationClassUID
00020013 SH ImplementationVersionName
00041130 CS FileSetID
00041220 SQ DirectoryRecordSequence
00041430 CS DirectoryRecordType
00041500 CS ReferencedFileID
00041511 UI ReferencedSOPInstanceUIDInFile
00041512 UI ReferencedTransferSyntaxUIDInFile
00080005 CS SpecificCharacterSet
00080008 CS ImageType
00080012 DA InstanceCreationDate
00080013 TM InstanceCreationTime
00080016 UI SOPClassUID
00080018 UI SOPInstanceUID
00080020 DA StudyDate
00080021 DA SeriesDate
00080022 DA AcquisitionDate
00080023 DA ContentDate
0008002A DT AcquisitionDateTime
00080030 TM StudyTime
00080031 TM SeriesTime
00080032 TM AcquisitionTime
00080033 TM ContentTime
00080050 SH AccessionNumber
00080060 CS Modality
00080061 CS ModalitiesInStudy
00080064 CS ConversionType
00080068 CS PresentationIntentType
00080070 LO Manufacturer
00080080 LO InstitutionName
00080100 SH CodeValue
00080102 SH CodingSchemeDesignator
00080103 SH CodingSchemeVersion
00080104 LO CodeMeaning
00080105 CS MappingResource
00080119 UC LongCodeValue
00080120 UR URNCodeValue
00080201 SH TimezoneOffsetFromUTC
00081010 SH StationName
00081030 LO StudyDescription
0008103E LO SeriesDescription
00081090 LO ManufacturerModelName
00081110 SQ ReferencedStudySequence
00081115 SQ ReferencedSeriesSequence
00081140 SQ ReferencedImageSequence
0008114A SQ ReferencedInstanceSequence
00081150 UI ReferencedSOPClassUID
00081155 UI ReferencedSOPInstanceUID
00081160 IS ReferencedFrameNumber
00081199 SQ ReferencedSOPSequence
00082111 ST DerivationDescription
00082112 SQ SourceImageSequence
00082218 SQ AnatomicRegionSequence
00089007 CS FrameType
00089124 SQ DerivationImageSequence
00089205 CS PixelPresentation
00089206 CS VolumetricProperties
00089207 CS VolumeBasedCalculationTechnique
00089208 CS ComplexImageComponent
00089209 CS AcquisitionContrast
00100010 PN PatientName
00100020 LO PatientID
00100021 LO IssuerOfPatientID
00100030 DA PatientBirthDate
00100040 CS PatientSex
00101000 LO OtherPatientIDs
00101010 AS PatientAge
00101020 DS PatientSize
00101030 DS PatientWeight
001021C0 US PregnancyStatus
00102201 LO PatientSpeciesDescription
00104000 LT PatientComments
00120062 CS PatientIdentityRemoved
00120063 LO DeidentificationMethod
00180010 LO ContrastBolusAgent
00180015 CS BodyPartExamined
00180020 CS ScanningSequence
00180021 CS SequenceVariant
00180022 CS ScanOptions
00180023 CS MRAcquisitionType
00180024 SH SequenceName
00180025 CS AngioFlag
00180031 LO Radiopharmaceutical
00180050 DS SliceThickness
00180060 DS KVP
00180080 DS RepetitionTime
00180081 DS EchoTime
00180082 DS InversionTime
00180083 DS NumberOfAverages
00180084 DS ImagingFrequency
00180085 SH ImagedNucleus
00180086 IS EchoNumbers
00180087 DS MagneticFieldStrength
00180088 DS SpacingBetweenSlices
00180089 IS NumberOfPhaseEncodingSteps
00180090 DS DataCollectionDiameter
00180091 IS EchoTrainLength
00180093 DS PercentSampling
00180094 DS PercentPhaseFieldOfView
00180095 DS PixelBandwidth
00181000 LO DeviceSerialNumber
00181020 LO SoftwareVersions
00181030 LO ProtocolName
00181041 DS ContrastBolusVolume
00181042 TM ContrastBolusStartTime
00181044 DS ContrastBolusTotalDose
00181060 DS TriggerTime
00181062 IS NominalInterval
00181063 DS FrameTime
00181065 DS FrameTimeVector
00181070 LO RadiopharmaceuticalRoute
00181071 DS RadiopharmaceuticalVolume
00181072 TM RadiopharmaceuticalStartTime
00181073 TM RadiopharmaceuticalStopTime
00181074 DS RadionuclideTotalDose
00181075 DS RadionuclideHalfLife
00181076 DS RadionuclidePositronFraction
00181077 DS RadiopharmaceuticalSpecificActivity
00181078 DT RadiopharmaceuticalStartDateTime
00181079 DT RadiopharmaceuticalStopDateTime
00181081 IS LowRRValue
00181082 IS HighRRValue
00181088 IS HeartRate
00181090 IS CardiacNumberOfImages
00181100 DS ReconstructionDiameter
00181110 DS DistanceSourceToDetector
00181111 DS DistanceSourceToPatient
00181114 DS EstimatedRadiographicMagnificationFactor
00181120 DS GantryDetectorTilt
00181130 DS TableHeight
00181140 CS RotationDirection
00181150 IS ExposureTime
00181151 IS XRayTubeCurrent
00181152 IS Exposure
00181160 SH FilterType
00181164 DS ImagerPixelSpacing
00181181 CS CollimatorType
00181190 DS FocalSpots
00181210 SH ConvolutionKernel
00181242 IS ActualFrameDuration
00181250 SH ReceiveCoilName
00181251 SH TransmitCoilName
00181310 US AcquisitionMatrix
00181312 CS InPlanePhaseEncodingDirection
00181314 DS FlipAngle
00181316 DS SAR
00181318 DS dBdt
00181320 FL B1rms
00182010 DS NominalScannedPixelSpacing
00185100 CS PatientPosition
00185101 CS ViewPosition
00189005 SH PulseSequenceName
00189008 CS EchoPulseSequence
00189009 CS InversionRecovery
00189014 CS PhaseContrast
00189015 CS TimeOfFlightContrast
00189017 CS SteadyStatePulseSequence
00189018 CS EchoPlanarPulseSequence
00189021 CS T2Preparation
00189024 CS SaturationRecovery
00189025 CS SpectrallySelectedSuppression
00189069 FD ParallelReductionFactorInPlane
00189073 FD AcquisitionDuration
00189074 DT FrameAcquisitionDateTime
00189075 CS DiffusionDirectionality
00189076 SQ DiffusionGradientDirectionSequence
00189077 CS ParallelAcquisition
00189079 FD InversionTimes
00189082 FD EffectiveEchoTime
00189087 FD DiffusionBValue
00189089 FD DiffusionGradientOrientation
00189112 SQ MRTimingAndRelatedParametersSequence
00189114 SQ MREchoSequence
00189115 SQ MRModifierSequence
00189117 SQ MRDiffusionSequence
00189118 SQ CardiacSynchronizationSequence
00189119 SQ MRAveragesSequence
00189151 DT FrameReferenceDateTime
00189220 FD FrameAcquisitionDuration
00189226 SQ MRImageFrameTypeSequence
00189240 US RFEchoTrainLength
00189241 US GradientEchoTrainLength
00189250 CS ArterialSpinLabelingContrast
00189251 SQ MRArterialSpinLabelingSequence
00189257 CS ASLContext
00189258 UL ASLPulseTrainDuration
00189260 SQ ASLSlabSequence
00189329 SQ CTImageFrameTypeSequence
00189601 SQ DiffusionBMatrixSequence
00189602 FD DiffusionBValueXX
00189603 FD DiffusionBValueXY
00189604 FD DiffusionBValueXZ
00189605 FD DiffusionBValueYY
00189606 FD DiffusionBValueYZ
00189607 FD DiffusionBValueZZ
00189701 DT DecayCorrectionDateTime
00189751 SQ PETFrameTypeSequence
00189758 CS DecayCorrected
00189759 CS AttenuationCorrected
00189760 CS ScatterCorrected
0020000D UI StudyInstanceUID
0020000E UI SeriesInstanceUID
00200010 SH StudyID
00200011 IS SeriesNumber
00200012 IS AcquisitionNumber
00200013 IS InstanceNumber
00200020 CS PatientOrientation
00200030 DS ImagePosition
00200032 DS ImagePositionPatient
00200035 DS ImageOrientation
00200037 DS ImageOrientationPatient
00200052 UI FrameOfReferenceUID
00200060 CS Laterality
00200062 CS ImageLaterality
00200100 IS TemporalPositionIdentifier
00200105 IS NumberOfTemporalPositions
00200110 DS TemporalResolution
00200242 UI SOPInstanceUIDOfConcatenationSource
00201002 IS ImagesInAcquisition
00201040 LO PositionReferenceIndicator
00201041 DS SliceLocation
00204000 LT ImageComments
00209056 SH StackID
00209057 UL InStackPositionNumber
00209071 SQ FrameAnatomySequence
00209072 CS FrameLaterality
00209111 SQ FrameContentSequence
00209113 SQ PlanePositionSequence
00209116 SQ PlaneOrientationSequence
00209128 UL TemporalPositionIndex
00209153 FD NominalCardiacTriggerDelayTime
00209156 US FrameAcquisitionNumber
00209157 UL DimensionIndexValues
00209161 UI ConcatenationUID
00209162 US InConcatenationNumber
00209165 AT DimensionIndexPointer
00209167 AT FunctionalGroupPointer
00209170 SQ UnassignedSharedConvertedAttributesSequence
00209171 SQ UnassignedPerFrameConvertedAttributesSequence
00209222 SQ DimensionIndexSequence
00209228 UL ConcatenationFrameOffsetNumber
0020930D FD TemporalPositionTimeOffset
00209310 SQ TemporalPositionSequence
00209311 CS DimensionOrganizationType
00209421 LO DimensionDescriptionLabel
00280002 US SamplesPerPixel
00280004 CS PhotometricInterpretation
00280006 US PlanarConfiguration
00280008 IS NumberOfFrames
00280009 AT FrameIncrementPointer
00280010 US Rows
00280011 US Columns
00280030 DS PixelSpacing
00280034 IS PixelAspectRatio
00280051 CS CorrectedImage
00280100 US BitsAllocated
00280101 US BitsStored
00280102 US HighBit
00280103 US PixelRepresentation
00280106 US SmallestImagePixelValue
00280107 US LargestImagePixelValue
00280120 US PixelPaddingValue
00280121 US PixelPaddingRangeLimit
00280300 CS QualityControlImage
00280301 CS BurnedInAnnotation
00280302 CS RecognizableVisualFeatures
00280303 CS LongitudinalTemporalInformationModified
00280A02 CS PixelSpacingCalibrationType
00281040 CS PixelIntensityRelationship
00281050 DS WindowCenter
00281051 DS WindowWidth
00281052 DS RescaleIntercept
00281053 DS RescaleSlope
00281054 LO RescaleType
00281055 LO WindowCenterWidthExplanation
00281056 CS VOILUTFunction
00282110 CS LossyImageCompression
00282112 DS LossyImageCompressionRatio
00282114 CS LossyImageCompressionMethod
00283000 SQ ModalityLUTSequence
00283002 US LUTDescriptor
00283003 LO LUTExplanation
00283004 LO ModalityLUTType
00283006 US LUTData
00283010 SQ VOILUTSequence
00287FE0 UR PixelDataProviderURL
00289110 SQ PixelMeasuresSequence
00289145 SQ PixelValueTransformationSequence
00321060 LO RequestedProcedureDescription
00400244 DA PerformedProcedureStepStartDate
00400245 TM PerformedProcedureStepStartTime
00400254 LO PerformedProcedureStepDescription
00400275 SQ RequestAttributesSequence
004008EA SQ MeasurementUnitsCodeSequence
00401002 LO ReasonForTheRequestedProcedure
00409096 SQ RealWorldValueMappingSequence
00409211 US RealWorldValueLastValueMapped
00409216 US RealWorldValueFirstValueMapped
00409220 SQ QuantityDefinitionSequence
00409224 FD RealWorldValueIntercept
00409225 FD RealWorldValueSlope
0040A040 CS ValueType
0040A043 SQ ConceptNameCodeSequence
0040A168 SQ ConceptCodeSequence
0040A170 SQ PurposeOfReferenceCodeSequence
0040A491 CS CompletionFlag
0040A493 CS VerificationFlag
00420010 ST DocumentTitle
00420012 LO MIMETypeOfEncapsulatedDocument
00480006 UL TotalPixelMatrixColumns
00480007 UL TotalPixelMatrixRows
00540010 US EnergyWindowVector
00540016 SQ RadiopharmaceuticalInformationSequence
00540020 US DetectorVector
00540022 SQ DetectorInformationSequence
00540030 US PhaseVector
00540051 US NumberOfRotations
00540060 US RRIntervalVector
00540070 US TimeSlotVector
00540080 US SliceVector
00540081 US NumberOfSlices
00540090 US AngularViewVector
00540100 US TimeSliceVector
00540101 US NumberOfTimeSlices
00540300 SQ RadionuclideCodeSequence
00540304 SQ RadiopharmaceuticalCodeSequence
00540414 SQ PatientGantryRelationshipCodeSequence
00541000 CS SeriesType
00541001 CS Units
00541002 CS CountsSource
00541004 CS ReprojectionMethod
00541006 CS SUVType
00541100 CS RandomsCorrectionMethod
00541101 LO AttenuationCorrectionMethod
00541102 CS DecayCorrection
00541103 LO ReconstructionMethod
00541105 LO ScatterCorrectionMethod
00541200 DS AxialAcceptance
00541300 DS FrameReferenceTime
00541310 IS PrimaryPromptsCountsAccumulated
00541321 DS DecayFactor
00541322 DS DoseCalibrationFactor
00541323 DS ScatterFractionFactor
00541324 DS DeadTimeFactor
00541330 US ImageIndex
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
0062000E US MaximumFractionalValue
0062000F SQ SegmentedPropertyTypeCodeSequence
00620010 CS SegmentationFractionalType
00620011 SQ SegmentedPropertyTypeModifierCodeSequence
00620013 CS SegmentsOverlap
00700080 CS ContentLabel
00700081 LO ContentDescription
30040002 CS DoseUnits
30040004 CS DoseType
30040006 LO DoseComment
3004000A CS DoseSummationType
3004000C DS GridFrameOffsetVector
3004000E DS DoseGridScaling
30060002 SH StructureSetLabel
30060004 LO StructureSetName
30060008 DA StructureSetDate
30060009 TM StructureSetTime
30060010 SQ ReferencedFrameOfReferenceSequence
30060012 SQ RTReferencedStudySequence
30060014 SQ RTReferencedSeriesSequence
30060016 SQ ContourImageSequence
30060020 SQ StructureSetROISequence
30060022 IS ROINumber
30060024 UI ReferencedFrameOfReferenceUID
30060026 LO ROIName
30060028 ST ROIDescription
30060036 CS ROIGenerationAlgorithm
30060039 SQ ROIContourSequence
30060040 SQ ContourSequence
30060042 CS ContourGeometricType
30060046 IS NumberOfContourPoints
30060050 DS ContourData
30060080 SQ RTROIObservationsSequence
30060084 IS ReferencedROINumber
30060085 SH ROIObservationLabel
30060086 SQ RTROIIdentificationCodeSequence
300600A4 CS RTROIInterpretedType
300C0002 SQ ReferencedRTPlanSequence
52009229 SQ SharedFunctionalGroupsSequence
52009230 SQ PerFrameFunctionalGroupsSequence
7FE00001 OV ExtendedOffsetTable
7FE00002 OV ExtendedOffsetTableLengths
`;

/** Private elements by creator: group, the low byte of the element, value representation. Kept under `(gggg,10ee)`. */
const privateElements = `
0009 0D DT GEMS_PETD_01
0019 0A US SIEMENS MR HEADER
0019 0C IS SIEMENS MR HEADER
0019 0E FD SIEMENS MR HEADER
0019 29 FD SIEMENS MR HEADER
0019 BB DS GEMS_ACQU_01
0019 BC DS GEMS_ACQU_01
0019 BD DS GEMS_ACQU_01
0021 5F DS SIEMENS MR SDI 02
0029 10 OB SIEMENS CSA HEADER
0043 2F SS GEMS_PARM_01
0043 39 IS GEMS_PARM_01
0065 09 FD Image Private Header
0065 37 FD Image Private Header
0065 50 DS Image Private Header
2001 03 FL Philips Imaging DD 001
2001 04 CS Philips Imaging DD 001
2001 08 IS Philips Imaging DD 001
2001 0A IS Philips Imaging DD 001
2001 18 SL Philips Imaging DD 001
2001 81 IS Philips Imaging DD 001
2005 0D FL Philips MR Imaging DD 001
2005 0E FL Philips MR Imaging DD 001
2005 29 CS Philips MR Imaging DD 001
2005 B0 FL Philips MR Imaging DD 001
2005 B1 FL Philips MR Imaging DD 001
2005 B2 FL Philips MR Imaging DD 001
7053 00 DS Philips PET Private Group
7053 09 DS Philips PET Private Group
`;

export interface Known {
  keyword: string;
  vr: string;
}

/** Public elements by tag (group * 65536 + element). */
export const knownElements: ReadonlyMap<number, Known> = new Map(
  publicElements
    .trim()
    .split('\n')
    .map((line) => {
      const [tag, vr, keyword] = line.split(' ');
      return [Number.parseInt(tag!, 16), { keyword: keyword!, vr: vr! }];
    }),
);

/** Private elements by low byte, under `group:creator`. */
export const knownPrivateElements: ReadonlyMap<string, ReadonlyMap<number, Known>> = readPrivate();

function readPrivate(): Map<string, Map<number, Known>> {
  const byCreator = new Map<string, Map<number, Known>>();
  for (const line of privateElements.trim().split('\n')) {
    const [group, low, vr, ...creator] = line.split(' ');
    const key = `${Number.parseInt(group!, 16)}:${creator.join(' ')}`;
    const elements = byCreator.get(key) ?? new Map<number, Known>();
    elements.set(Number.parseInt(low!, 16), { keyword: `(${group!.toLowerCase()},10${low!.toLowerCase()})`, vr: vr! });
    byCreator.set(key, elements);
  }
  return byCreator;
}

/** Private groups in which something may be wanted: elsewhere creators need not be read. */
export const knownPrivateGroups: ReadonlySet<number> = new Set(
  [...knownPrivateElements.keys()].map((key) => Number(key.slice(0, key.indexOf(':')))),
);

/** `(gggg,eeee)` */
export function tagName(tag: number): string {
  const hex = tag.toString(16).padStart(8, '0');
  return `(${hex.slice(0, 4)},${hex.slice(4)})`;
}
