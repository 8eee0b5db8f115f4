"""Prints, as JSON, what pydicom finds in each DICOM segmentation named on the command line."""

import base64
import json
import sys

import pydicom


def segmentation(path):
    data = pydicom.dcmread(path)
    size = (data.Rows, data.Columns)
    pixels = data.pixel_array.reshape(data.NumberOfFrames, *size)
    shared = data.SharedFunctionalGroupsSequence[0]
    source = data.get("ReferencedSeriesSequence")
    return {
        "class": data.SOPClassUID.name,
        "study": data.StudyInstanceUID,
        "frameOfReference": data.FrameOfReferenceUID,
        "series": source[0].SeriesInstanceUID if source else "",
        "instances": [item.ReferencedSOPInstanceUID for item in source[0].ReferencedInstanceSequence] if source else [],
        "segments": [[item.SegmentNumber, item.SegmentLabel] for item in data.SegmentSequence],
        "orientation": [float(v) for v in shared.PlaneOrientationSequence[0].ImageOrientationPatient],
        "spacing": [float(v) for v in shared.PixelMeasuresSequence[0].PixelSpacing],
        "patient": str(data.PatientName) + str(data.PatientID),
        "frames": [
            {
                "segment": group.SegmentIdentificationSequence[0].ReferencedSegmentNumber,
                "position": [float(v) for v in group.PlanePositionSequence[0].ImagePositionPatient],
                "instance": group.DerivationImageSequence[0].SourceImageSequence[0].ReferencedSOPInstanceUID,
                "pixels": base64.b64encode(pixels[i].astype("u1").tobytes()).decode(),
            }
            for i, group in enumerate(data.PerFrameFunctionalGroupsSequence)
        ],
    }


print(json.dumps([segmentation(path) for path in sys.argv[1:]]))
