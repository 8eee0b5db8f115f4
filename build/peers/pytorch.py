"""PyTorch as a contender, natively, on a GPU that it finds: it reads tasks from standard input, a line each, and answers with a line of JSON.

pytorch.py FOLDER [THREADS], where FOLDER holds the job (build/bench/files.go); all cores without THREADS.
"""
import json
import os
import sys
import time

try:
    import numpy
    import torch
    from torch.nn import functional
except ImportError as missing:
    for _ in sys.stdin:
        print(json.dumps({"error": f"{sys.executable} has no {missing.name}, so PyTorch is left out; name a Python that has it in PYTHON"}), flush=True)
    sys.exit()


class Job:
    def __init__(self, folder):
        with open(os.path.join(folder, "job.json")) as file:
            self.__dict__.update(json.load(file))
        for name in "weights", "image", "target", "logits", "gradient":
            setattr(self, name, torch.from_numpy(numpy.fromfile(os.path.join(folder, name + ".f32"), "<f4")).to(device))
        self.image = self.image.reshape(1, self.__dict__["in"], self.size, self.size)
        self.target = self.target.reshape(1, self.out, self.size, self.size)

    def parameter(self, shape, offset):
        return self.weights[offset:offset + numpy.prod(shape)].reshape(shape)


def moves(fields, stride, pad):
    """Whether windows move by this stride and padding in both directions, without dilation."""
    return ({fields["StrideH"], fields["StrideW"]} == {stride} and {fields["DilationH"], fields["DilationW"]} == {1}
            and {fields[side] for side in ("Top", "Left", "Bottom", "Right")} == {pad})


def network(job, image):
    """The forward pass, step by step."""
    values = [image]
    for step in job.steps:
        fields, x = step["fields"], values[step["inputs"][0]]
        if step["kernel"] == "conv2d" and fields["Groups"] == 1 and moves(fields, 1, fields["Top"]):
            if fields["Up"] > 1:
                x = functional.interpolate(x, scale_factor=fields["Up"], mode="nearest")
            if fields["Cb"]:
                x = torch.cat([x, values[step["inputs"][1]]], 1)
            weight, bias = (job.parameter(**p) for p in step["parameters"])
            y = functional.conv2d(x, weight, bias if fields["Bias"] else None, padding=fields["Top"])
            values.append(y.relu() if fields["Act"] else y)
        elif step["kernel"] == "max_pool2d" and (fields["KH"], fields["KW"]) == (2, 2) and moves(fields, 2, 0):
            values.append(functional.max_pool2d(x, 2))
        else:
            raise ValueError(f"the peers cannot compute {step['kernel']} with {fields}; take a model with a VGG encoder")
    return values[-1]


def forward(job):
    with torch.no_grad():
        return network(job, job.image).cpu()


def gradient(job):
    image = job.image.clone().requires_grad_()
    functional.binary_cross_entropy_with_logits(network(job, image), job.target).backward()
    return image.grad.cpu()


def difference(got, want):
    return ((got - want).double().norm() / want.double().norm()).item()


def perform(job, task):
    began = time.perf_counter()
    if task == "forward":
        forward(job)
    elif task == "gradient":
        gradient(job)
    elif task == "check":
        logits, slope = forward(job).flatten(), gradient(job).flatten()
        return {"check": {"logits": difference(logits, job.logits.cpu()), "gradient": difference(slope, job.gradient.cpu()),
                          "signs": (slope.sign() == job.gradient.cpu().sign()).double().mean().item()}}
    elif task == "device":
        where = f"{torch.get_num_threads()} threads" if device == "cpu" else torch.cuda.get_device_name()
        return {"device": f"PyTorch {torch.__version__}, {where}"}
    elif task not in ("probe", "cost"):  # our own engine measures the machine; nothing is downloaded
        raise ValueError(f"unknown task {task}")
    return {"ms": 1000 * (time.perf_counter() - began)}


device = "cuda" if torch.cuda.is_available() else "cpu"
torch.backends.cudnn.benchmark, torch.backends.cudnn.allow_tf32 = True, False  # float32, as everybody else
torch.set_num_threads(int(sys.argv[2]) if len(sys.argv) > 2 else os.cpu_count())
opened = Job(sys.argv[1])
for line in sys.stdin:
    try:
        reply = perform(opened, line.strip())
    except Exception as error:
        reply = {"error": str(error)}
    print(json.dumps(reply), flush=True)
