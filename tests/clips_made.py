"""Clips made on the spot."""

from pathlib import Path

import cv2
import numpy as np
from PIL import Image


def photograph(width: int, height: int, seed: int = 0) -> np.ndarray:
    """Something to see at every scale, uint8 (height, width, 3)."""
    stream = np.random.default_rng(seed)
    found = np.zeros((height, width, 3), np.float32)
    for cell in (4, 8, 16, 32):
        spots = stream.random((2 + height // cell, 2 + width // cell, 3), np.float32)
        found += cell * cv2.resize(spots, (width, height), interpolation=cv2.INTER_CUBIC)
    low, high = found.min(), found.max()
    return ((found - low) / (high - low) * 255).astype(np.uint8)


def pan(count: int, width: int = 64, height: int = 48, step: int = 2, seed: int = 0) -> list:
    """Frames of a camera that moves to the right, so many pixels in each."""
    wide = photograph(width + step * count, height, seed)
    return [Image.fromarray(wide[:, step * i : step * i + width]) for i in range(count)]


def save_clip(path: Path, frames: list, durations: list[int]) -> Path:
    """Frames as a clip of the format of its ending."""
    if path.suffix == ".gif":
        frames = [frame.quantize(256) for frame in frames]
    if path.suffix in (".gif", ".webp", ".png"):
        how = {"lossless": True} if path.suffix == ".webp" else {}
        frames[0].save(
            path, save_all=True, append_images=frames[1:], duration=durations, loop=0, **how
        )
        return path
    kind = cv2.VideoWriter.fourcc(*("VP80" if path.suffix == ".webm" else "mp4v"))
    rate, size = 1000 / durations[0], frames[0].size
    file = cv2.VideoWriter(str(path), cv2.CAP_FFMPEG, kind, rate, size)
    for frame in frames:
        file.write(np.asarray(frame)[:, :, ::-1].copy())
    file.release()
    return path
