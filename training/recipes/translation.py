"""The recipes of the translators as defaults: of `training.pix2pix`, which learns from pairs, and
of `training.cyclegan` and `training.cut`, which learn without."""

from typing import Any

SMALL: dict[str, Any] = {
    "ngf": 32,
    "ndf": 32,
    "levels": 7,
    "upsample": "resize",
    "dropout": 0.0,
    "batch_size": 4,
    "critic_norm": "instance",
    "lambda_feature": 10.0,
    "load_size": 0,
    "zoom": 0.25,
    "rotate": 10.0,
}
# Outlines to flat art, told of words (--words), dabs and z. L1 is small: of colours that are as
# likely it takes the middle one, which is grey; the balanced cross-entropy of the palette, most of
# all that of whole regions, decides in its place. Where lines are kept and regions are flat no
# texture is left for a critic, which about doubles a step.
COLOURING: dict[str, Any] = {
    **SMALL,
    "size": 128,
    "batch_size": 8,
    "lr": 6e-4,
    "lambda_gan": 0.0,
    "lambda_feature": 0.0,
    "palette": 24,
    "lambda_palette": 20.0,
    "lambda_region": 30.0,
    "rebalance": 0.5,
    "close_gaps": 0.045,
    "keep_lines": True,
    "lambda_l1": 10.0,
    "lambda_gradient": 20.0,
    "hand_drawn": 0.6,
    "hints": True,
    "z_dim": 8,
}
GLYPHS: dict[str, Any] = {  # characters of fonts; mirrored they are none
    "size": 128,
    "load_size": 0,
    "in_channels": 1,
    "channels": 1,
    "flip": False,
    "zoom": 0.05,
    "rotate": 2.0,
    "levels": 6,
    "ngf": 32,
    "ndf": 32,
    "dropout": 0.0,
    "upsample": "resize",
    "critic_norm": "instance",
    "batch_size": 16,
    "gan_mode": "lsgan",
    "lr": 0.0005,
    "lambda_gan": 2.0,
    "lambda_l1": 20.0,
    "lambda_feature": 10.0,
    "lambda_gradient": 10.0,
    "align": 0.05,
    "small_first": 0.5,
}
PAIRED: dict[str, dict[str, Any]] = {
    "reference": {},
    "cpu": SMALL,
    "colouring": COLOURING,
    "glyphs": GLYPHS,
}

SMALL_UNPAIRED: dict[str, Any] = {
    "size": 128,
    "load_size": 512,
    "zoom": 0.5,
    "blocks": 6,
    "ngf": 32,
    "ndf": 32,
    "upsample": "resize",
}
# Paint from nothing in minutes: strokes from luminance, told by what knows pictures already
# (EfficientNet-Lite0), and colours that are the picture's brought to the paintings'. Where the look
# and the critics chose the colours, dark places became blots of pure blue or red.
STROKES: dict[str, Any] = {
    **SMALL_UNPAIRED,
    "batch_size": 4,
    "zoom": 0.25,
    "bottleneck": True,
    "skip": True,
    "global_skip": True,
    "input_noise": 0.03,
    "stroke_length": 16.0,
    "light": 1.0,
    "luminance_only": True,
    "lambda_features": 2.0,
    "lambda_style": 4.0,
    "lambda_gan": 1.0,
    "recolour": True,
    "lambda_colour": 15.0,
}
# One way, for which what a place shows has to stay the same in those features.
PAINT: dict[str, Any] = {
    **STROKES,
    "cut_mode": "fastcut",
    "nce_features": "frozen",
    "lambda_nce": 1.5,
}
# The look of one painting or a handful, from a model that paints already.
STYLE: dict[str, Any] = {
    **PAINT,
    "zoom": 0.5,
    "init_from": "photo-vangogh",
    "warm_up": 200,  # its critic would take a third of the time
    "minutes": 10.0,
    "input_noise": 0.06,
    "lambda_features": 1.0,
}
UNPAIRED: dict[str, dict[str, Any]] = {
    "reference": {},
    "cpu": SMALL_UNPAIRED,
    "paint": {**STROKES, "identity_every": 4},
}
ONE_WAY: dict[str, dict[str, Any]] = {**UNPAIRED, "paint": PAINT, "style": STYLE}  # training.cut
