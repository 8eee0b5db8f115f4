"""Trains a U-Net of any width on a GPU, or slowly without one, within a given time. PyTorch is a tool for training only: what this writes is published by the project.

    go run ./build train -simulate 480 -out out/simulated            # slices of known truth, a few in every batch
    python3 build/train/train_gpu.py --data ../shared/data/brain --simulated out/simulated --out out/w4.safetensors --divide 4 --seconds 375
    go run ./build train -weights out/w4.safetensors -size 224 -out weights/brain-unet-vgg13-w4.safetensors -title "..."

AdamW, a cosine over the time, averaged weights, bfloat16. The loss is Dice over the batch + Dice of the channels' union in each image + BCE.
Weights are validated as the time goes on; the file holds the best so far, whole at any moment, so that a GPU that goes away costs only
what came after. Needs PyTorch and Pillow; EfficientNets need segmentation_models_pytorch, too.
"""
import argparse, copy, json, math, os, struct, time
from concurrent.futures import ThreadPoolExecutor

import numpy
import torch
from PIL import Image
from torch import nn
from torch.nn import functional as F

SIDE = 256  # of the stored slices


def options():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument('--data', required=True, help='folder with train/ and val/, each with images/ and masks/')
    p.add_argument('--simulated', help='folder with images/ and masks/ of simulated slices')
    p.add_argument('--share', type=float, default=0.06, help='of simulated slices in a batch')
    p.add_argument('--out', required=True, help='the file of weights')
    p.add_argument('--arch', default='vgg13', choices=['vgg13', 'unet-efficientnet-b0', 'unetplusplus-efficientnet-b0'])
    p.add_argument('--divide', type=int, default=4, help='divides every width of the full-size network')
    p.add_argument('--size', type=int, default=224)
    p.add_argument('--seconds', type=float, default=375)
    p.add_argument('--batch', type=int, default=32)
    p.add_argument('--rate', type=float, default=1.5e-3)
    p.add_argument('--seed', type=int, default=1)
    p.add_argument('--marks', default='gl,me,pi', help='in file names, of the channels; of one channel it is in no name')
    p.add_argument('--start', help='a file that this script wrote, to go on from with a new cosine')
    p.add_argument('--strength', type=float, default=1., help='of what is changed at random in a slice')
    p.add_argument('--averaged', type=float, default=1000, help='about how many steps the averaged weights are a mean of')
    return p.parse_args()


# The U-Net with a VGG-13 encoder, under segmentation_models_pytorch's names.

def conv_norm(inner, outer):
    return nn.Sequential(nn.Conv2d(inner, outer, 3, padding=1, bias=False), nn.BatchNorm2d(outer), nn.ReLU(inplace=True))


class Encoder(nn.Module):
    def __init__(self, widths):
        super().__init__()
        layers, channels = [], 3
        for width in widths:
            for _ in range(2):
                layers += [nn.Conv2d(channels, width, 3, padding=1), nn.BatchNorm2d(width), nn.ReLU(inplace=True)]
                channels = width
            layers.append(nn.MaxPool2d(2, 2))
        self.features = nn.Sequential(*layers)

    def forward(self, x):
        found = []
        for layer in self.features:
            if isinstance(layer, nn.MaxPool2d):
                found.append(x)
            x = layer(x)
        return found + [x]


class Block(nn.Module):
    def __init__(self, inner, skip, outer):
        super().__init__()
        self.conv1, self.conv2 = conv_norm(inner + skip, outer), conv_norm(outer, outer)

    def forward(self, x, skip=None):
        x = F.interpolate(x, scale_factor=2, mode='nearest')
        return self.conv2(self.conv1(x if skip is None else torch.cat([x, skip], 1)))


class Decoder(nn.Module):
    def __init__(self, encoder, widths):
        super().__init__()
        self.center = nn.Sequential(conv_norm(encoder[4], encoder[4]), conv_norm(encoder[4], encoder[4]))
        skips = [encoder[4], encoder[3], encoder[2], encoder[1], 0]
        self.blocks = nn.ModuleList(Block(i, s, o) for i, s, o in zip([encoder[4]] + widths[:4], skips, widths))

    def forward(self, features):
        x = self.center(features[5])
        for i, block in enumerate(self.blocks):
            x = block(x, features[4 - i] if i < 4 else None)
        return x


class UNet(nn.Module):
    def __init__(self, divide, classes):
        super().__init__()
        encoder, decoder = narrower(divide, 64, 128, 256, 512, 512), narrower(divide, 256, 128, 64, 32, 16)
        self.encoder, self.decoder = Encoder(encoder), Decoder(encoder, decoder)
        self.segmentation_head = nn.Sequential(nn.Conv2d(decoder[4], classes, 3, padding=1))
        for layer in self.modules():
            if isinstance(layer, nn.Conv2d):
                nn.init.kaiming_normal_(layer.weight, mode='fan_in', nonlinearity='relu')
                if layer.bias is not None:
                    nn.init.zeros_(layer.bias)
        nn.init.xavier_uniform_(self.segmentation_head[0].weight)

    def forward(self, x):
        return self.segmentation_head(self.decoder(self.encoder(x)))


def narrower(divide, *widths):
    return [max(8, w // divide) for w in widths]


def build(arch, divide, classes):
    if arch == 'vgg13':
        return UNet(divide, classes)
    import segmentation_models_pytorch as smp
    from segmentation_models_pytorch.encoders import efficientnet
    whole = efficientnet.get_model_params
    efficientnet.get_model_params = lambda name, override_params=None: whole(name, {'width_coefficient': 1 / divide})
    skips = {1: [3, 32, 24, 40, 112, 320], 2: [3, 16, 16, 24, 56, 160], 4: [3, 8, 8, 16, 32, 80]}  # widths in eights
    smp.encoders.encoders['efficientnet-b0']['params']['out_channels'] = skips[divide]
    kind = smp.UnetPlusPlus if arch.startswith('unetplusplus') else smp.Unet
    return kind('efficientnet-b0', encoder_weights=None, in_channels=3, classes=classes, decoder_channels=narrower(divide, 256, 128, 64, 32, 16))


# Slices, and how they are changed at random.

class Slices:
    """All slices of a folder, their masks and channels, on the device."""

    def __init__(self, folders, marks, device):
        names = [(folder, name) for folder in folders for name in sorted(os.listdir(f'{folder}/images'))]
        with ThreadPoolExecutor(4) as pool:
            images = list(pool.map(lambda n: grey(f'{n[0]}/images/{n[1]}'), names))
            masks = list(pool.map(lambda n: grey(f'{n[0]}/masks/{os.path.splitext(n[1])[0]}.png') > 127, names))
        self.images = torch.from_numpy(numpy.stack(images)).to(device)
        self.masks = torch.from_numpy(numpy.stack(masks)).to(device)
        self.classes = len(marks)
        self.channels = torch.tensor([next(c for c, m in enumerate(marks) if len(marks) == 1 or f'_{m}_' in name) for _, name in names], device=device)


def grey(path):
    image = numpy.array(Image.open(path).convert('L'))
    if image.shape != (SIDE, SIDE):
        raise SystemExit(f'{path} is {image.shape[1]}×{image.shape[0]}; expected {SIDE}×{SIDE}')
    return image


def moved(n, size, strength, device):
    """Where the pixels of n random variants come from: flipped, turned by up to 30°, scaled, shifted, half of them warped."""
    uniform = lambda *shape: (torch.rand(*shape, device=device) * 2 - 1) * strength
    angle, scale = uniform(n) * math.radians(30), torch.exp(uniform(n) * 0.25)
    flip = torch.where(torch.rand(n, device=device) < 0.5, -1., 1.)
    a = torch.zeros(n, 2, 3, device=device)
    a[:, 0, 0], a[:, 0, 1] = angle.cos() * scale * flip, -angle.sin() * scale
    a[:, 1, 0], a[:, 1, 1] = angle.sin() * scale * flip, angle.cos() * scale
    a[:, :, 2] = uniform(n, 2) * 0.16
    warp = F.interpolate(torch.randn(n, 2, 6, 6, device=device), size=(size, size), mode='bicubic').permute(0, 2, 3, 1)
    amount = torch.rand(n, 1, 1, 1, device=device) * 0.03 * strength * (torch.rand(n, 1, 1, 1, device=device) < 0.5)
    return F.affine_grid(a, (n, 1, size, size), align_corners=False) + warp * amount


def draw(data, real, o, device):
    """A batch: images of three equal channels, and targets."""
    n, size = o.batch, o.size
    at = torch.randint(0, real, (n,), device=device)
    if len(data.images) > real:
        simulated = torch.randint(real, len(data.images), (n,), device=device)
        at = torch.where(torch.rand(n, device=device) < o.share, simulated, at)
    grid = moved(n, size, o.strength, device)
    take = lambda planes: F.grid_sample(planes[at].float()[:, None], grid, mode='bilinear', padding_mode='zeros', align_corners=False)
    image, mask = take(data.images) / 255, take(data.masks)
    some = lambda p: (torch.rand(n, 1, 1, 1, device=device) < p * o.strength).float()
    normal = lambda: torch.randn(n, 1, 1, 1, device=device)
    blurred = F.interpolate(F.interpolate(image, scale_factor=0.5, mode='bilinear'), size=(size, size), mode='bilinear')
    image = torch.lerp(image, blurred, some(0.15))
    image = image.clamp(1e-4, 1) ** torch.exp(normal() * 0.25 * some(0.7))
    bias = F.interpolate(torch.randn(n, 1, 3, 3, device=device) * 0.15, size=(size, size), mode='bicubic')
    image = image * torch.exp(bias * some(0.6))
    mean = image.mean((1, 2, 3), keepdim=True)
    image = ((image - mean) * torch.exp(normal() * 0.15 * some(0.6)) + mean + normal() * 0.04 * some(0.5)).clamp(0)
    image = (image + torch.randn_like(image) * torch.rand(n, 1, 1, 1, device=device) * 0.05 * some(0.5)).clamp(0)
    target = torch.zeros(n, data.classes, size, size, device=device)
    target[torch.arange(n, device=device), data.channels[at]] = (mask[:, 0] > 0.5).float()
    return network_input(image), target


def network_input(image):
    image = image / image.amax((1, 2, 3), keepdim=True).clamp(1e-3)
    return image.expand(-1, 3, -1, -1).contiguous(memory_format=torch.channels_last)


def loss_of(logits, target):
    logits = logits.float()
    p = logits.sigmoid()
    union, truth = 1 - (1 - p).prod(1), target.amax(1)
    return 1 - dice(p, target, (0, 2, 3)) + 1 - dice(union, truth, (1, 2)) + F.binary_cross_entropy_with_logits(logits, target)


def dice(p, t, over):
    return ((2 * (p * t).sum(over) + 1) / (p.sum(over) + t.sum(over) + 1)).mean()


@torch.no_grad()
def score(net, data, size):
    """Dice of the union on the slices' own grid, in the mean over slices."""
    net.eval()
    each = []
    for k in range(0, len(data.images), 10):
        small = F.interpolate(data.images[k:k + 10].float()[:, None] / 255, size=(size, size), mode='bilinear', antialias=True)
        with torch.autocast(small.device.type, torch.bfloat16):
            logits = net(network_input(small))
        logits = F.interpolate(logits.float(), size=(SIDE, SIDE), mode='bilinear')
        found, truth = (logits > 0).any(1), data.masks[k:k + 10]
        each.append((2 * (found & truth).sum((1, 2)) + 1e-5) / (found.sum((1, 2)) + truth.sum((1, 2)) + 1e-5))
    return float(torch.cat(each).mean())


def load(path):
    """Reads what save wrote: tensors, and what it said of them."""
    with open(path, 'rb') as file:
        data = file.read()
    end = 8 + struct.unpack('<Q', data[:8])[0]
    tensors, header = {}, json.loads(data[8:end])
    about = header.pop('__metadata__')
    for name, at in header.items():
        first, last = at['data_offsets']
        values = numpy.frombuffer(data[end + first:end + last], numpy.float16 if at['dtype'] == 'F16' else numpy.float32)
        tensors[name] = torch.from_numpy(values.astype(numpy.float32).reshape(at['shape']))
    return tensors, about


def save(path, tensors, about):
    """Writes safetensors, whole or not at all: convolutions in float16, the rest in float32."""
    header, parts, at = {'__metadata__': {k: str(v) for k, v in about.items()}}, [], 0
    for name, tensor in tensors.items():
        if name.endswith('num_batches_tracked'):
            continue
        values = tensor.detach().cpu().float().contiguous().numpy()
        if values.ndim == 4:
            values = values.astype(numpy.float16)
        kind = 'F16' if values.dtype == numpy.float16 else 'F32'
        header[name] = {'dtype': kind, 'shape': list(values.shape), 'data_offsets': [at, at + values.nbytes]}
        at += values.nbytes
        parts.append(values.tobytes())
    text = json.dumps(header).encode()
    text += b' ' * (-len(text) % 8)
    with open(path + '.part', 'wb') as file:
        file.write(struct.pack('<Q', len(text)) + text + b''.join(parts))
    os.replace(path + '.part', path)


@torch.no_grad()
def follow(mean, net, step, averaged):
    """Moves the averaged weights and statistics after the trained ones."""
    keep = min(1 - 1 / averaged, step / (step + 30))
    for a, b in zip(list(mean.parameters()) + list(mean.buffers()), list(net.parameters()) + list(net.buffers())):
        if a.is_floating_point():
            a.mul_(keep).add_(b, alpha=1 - keep)


def main():
    o = options()
    torch.manual_seed(o.seed)
    device = 'cuda' if torch.cuda.is_available() else 'cpu'
    torch.backends.cudnn.benchmark = True
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = True
    marks = o.marks.split(',')
    real = len(os.listdir(f'{o.data}/train/images'))
    data = Slices([f'{o.data}/train'] + ([o.simulated] if o.simulated else []), marks, device)
    val = Slices([f'{o.data}/val'], marks, device)
    net = build(o.arch, o.divide, len(marks)).to(device).to(memory_format=torch.channels_last)
    begun = ''
    if o.start:
        tensors, before = load(o.start)
        own = {n: t.shape for n, t in net.state_dict().items() if not n.endswith('num_batches_tracked')}  # which are not written
        fits = {n: t for n, t in tensors.items() if own.get(n) == t.shape}
        if lacks := [n for n in own if n not in fits and not n.startswith('segmentation_head')]:  # of other classes all but the head fits
            raise SystemExit(f'{o.start} is of another network than --arch {o.arch} --divide {o.divide}: it has no {lacks[0]} of {tuple(own[lacks[0]])}')
        net.load_state_dict(fits, strict=False)
        begun = '{start}{steps} steps of {batch} images at {size}×{size} on {device}, then '.format(**{'start': '', **before})
    mean = copy.deepcopy(net).eval()
    shrinking = [p for p in net.parameters() if p.ndim > 1]
    others = [p for p in net.parameters() if p.ndim <= 1]
    optimiser = torch.optim.AdamW([{'params': shrinking, 'weight_decay': 0.05}, {'params': others, 'weight_decay': 0.}], lr=o.rate)
    about = {'arch': o.arch, 'divide': o.divide, 'size': o.size, 'seconds': o.seconds, 'batch': o.batch, 'lr': o.rate, 'seed': o.seed,
             'strength': o.strength, 'share': o.share if o.simulated else 0, 'start': begun,
             'device': torch.cuda.get_device_name() if device == 'cuda' else 'CPU'}
    warming = 50 if o.start else 300
    began, step, best, due = time.time(), 0, 0., 0.5
    while True:
        done = (time.time() - began) / o.seconds
        if done >= min(due, 1):
            now = score(mean, val, o.size)
            print(f'{done:4.0%} step {step} val {now:.4f}', flush=True)
            if now > best:
                best = now
                save(o.out, mean.state_dict(), {**about, 'val_dice': best, 'steps': step})
            due += 0.125 if done < 0.85 else 0.05
        if done >= 1:
            break
        for group in optimiser.param_groups:
            group['lr'] = o.rate * min(1, (step + 1) / warming) * (0.5 + 0.5 * math.cos(math.pi * done))
        net.train()
        images, targets = draw(data, real, o, device)
        with torch.autocast(device, torch.bfloat16):
            logits = net(images)
        loss = loss_of(logits, targets)
        if not torch.isfinite(loss):
            raise SystemExit(f'the loss is no number any more at step {step + 1}; {o.out} holds the best weights before it, if there were any')
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 5.)
        optimiser.step()
        step += 1
        follow(mean, net, step, o.averaged)


if __name__ == '__main__':
    main()
