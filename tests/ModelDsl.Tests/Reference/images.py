#!/usr/bin/python3
"""Pictures moved, mirrored and cropped by numpy, and turned by scipy 1.10 (bilinear, zeros beyond the edges).

    /usr/bin/python3 images.py > images.json
"""
import json

import numpy as np
from scipy import ndimage

from metrics import plain

random = np.random.RandomState(5)


def window(x, top, left, height, width):
    """x[top : top + height, left : left + width], zeros beyond the edges."""
    margin = 20
    return np.pad(x, [(margin, margin), (margin, margin), (0, 0)])[margin + top : margin + top + height, margin + left : margin + left + width]


for i in range(30):
    h, w, c = random.randint(1, 7), random.randint(1, 7), random.randint(1, 4)
    x = np.round(random.randn(h, w, c), 2)
    down, right, degrees = random.randint(-7, 8), random.randint(-7, 8), [90, -90, 180, 0, 30, -12.5, 45, 200][i % 8]
    top, left, height, width = random.randint(-4, 5), random.randint(-4, 5), random.randint(1, 9), random.randint(1, 9)
    turned = ndimage.rotate(x, degrees, reshape=False, order=1, mode="grid-constant")
    case = {"kind": "image", "h": h, "w": w, "c": c, "x": x, "down": down, "right": right, "shifted": window(x, -down, -right, h, w), "horizontal": np.flip(x, 1), "vertical": np.flip(x, 0),
            "degrees": degrees, "turned": turned, "crop": [top, left, height, width], "cropped": window(x, top, left, height, width)}
    print(json.dumps(plain(case), separators=(",", ":")))
