"""Times of frames as formats have them: the whole takes as long as before."""

import pytest

from models.clips.timing import constant_rate, kept_times


def test_a_rate_fits_all_times():
    assert constant_rate([33, 34, 33]) == (pytest.approx(30), [1, 1, 1])
    assert constant_rate([30, 38, 33, 40, 26]) == (pytest.approx(1000 / 33.4), [1] * 5)  # a camera
    assert constant_rate([40, 100, 60]) == (50, [2, 5, 3])
    assert constant_rate([500, 70]) == (50, [25, 4])


@pytest.mark.parametrize(
    "durations",
    [
        [33.3] * 900 + [66.6] + [33.3] * 900,  # a camera that dropped one frame
        [16.7] * 50 + [40.0] + [16.6] * 50,
        [90, 35, 35, 35, 1200],
    ],
)
def test_no_frame_is_lost_and_the_sound_stays_in_step(durations):
    rate, repeats = constant_rate(durations)
    assert min(repeats) >= 1 and len(repeats) == len(durations)
    shown = until = 0.0
    for repeat, duration in zip(repeats, durations, strict=True):
        shown, until = shown + 1000 * repeat / rate, until + duration
        assert abs(shown - until) <= 1000 / rate + 1


def test_a_gif_of_a_video_takes_as_long_as_the_video():
    """It counts in hundredths of a second, and browsers show none of one or two of them."""
    assert kept_times([33.3] * 6, 10, 20) == [30, 40, 30, 30, 40, 30]
    fast = kept_times([1000 / 60] * 60, 10, 20)
    assert sum(fast) == 1000 and min(time for time in fast if time) >= 20
    assert kept_times([200, 100, 200], 10, 20) == [200, 100, 200]


def test_the_last_frames_time_is_never_lost():
    assert kept_times([5], 10, 20) == [20]
    assert kept_times([100] * 5, 1, 250) == [0, 0, 500, 0, 0]
