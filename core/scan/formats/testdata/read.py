"""Prints, as JSON, what nibabel or pydicom find in each file named on the command line."""

import base64
import json
import sys

import nibabel
import numpy
import pydicom


def packed(values):
    return base64.b64encode(values.astype("<f8").tobytes()).decode()


def nifti(path):
    image = nibabel.load(path)
    return {
        "shape": list(image.shape),
        "affine": image.affine.tolist(),
        "dtype": image.get_data_dtype().newbyteorder("=").name,
        "values": packed(numpy.asanyarray(image.dataobj).ravel(order="F")),
    }


def dicom(path):
    data = pydicom.dcmread(path)
    return {
        "shape": [data.Columns, data.Rows],
        "syntax": str(data.file_meta.TransferSyntaxUID),
        "instance": str(data.SOPInstanceUID),
        "metaInstance": str(data.file_meta.MediaStorageSOPInstanceUID),
        "series": str(data.SeriesInstanceUID),
        "study": str(data.get("StudyInstanceUID", "")),
        "imageType": list(data.ImageType),
        "patient": str(data.get("PatientName", "")),
        "removed": str(data.get("PatientIdentityRemoved", "")),
        "position": [float(v) for v in data.get("ImagePositionPatient") or []],
        "orientation": [float(v) for v in data.get("ImageOrientationPatient") or []],
        "spacing": [float(v) for v in data.get("PixelSpacing") or []],
        "values": packed(data.pixel_array.ravel()),
    }


print(json.dumps([dicom(p) if p.endswith(".dcm") else nifti(p) for p in sys.argv[1:]]))
