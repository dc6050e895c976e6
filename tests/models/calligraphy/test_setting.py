"""Text in columns and rows: where characters and punctuation stand."""

from models.calligraphy.setting import HANGING, lines_of, set_text

FONT = set("永和九年，。「」﹁")


def places(text, columns=True, **options):
    return set_text(text, columns, FONT.__contains__, lambda one: 1.0, **options)


def test_columns_run_from_top_to_bottom_and_from_right_to_left():
    found = places("永和\n九年").places
    assert [one.character for one in found] == list("永和九年")
    assert found[0].x == found[1].x > found[2].x == found[3].x
    assert found[0].y == found[2].y < found[1].y == found[3].y
    assert [one.index for one in found] == [0, 1, 3, 4]  # of the text with its line break


def test_rows_run_from_left_to_right_and_from_top_to_bottom():
    found = places("永和\n九年", columns=False).places
    assert found[0].y == found[1].y < found[2].y == found[3].y
    assert found[0].x == found[2].x < found[1].x == found[3].x


def test_everything_stands_on_the_sheet():
    for columns in (True, False):
        setting = places("永和九年，" * 9, columns)
        for one in setting.places:
            assert 0.5 < one.x < setting.width - 0.5
            assert 0.5 < one.y < setting.height - 0.5


def test_punctuation_of_columns_has_its_vertical_form_or_is_turned_or_moved():
    opened, closed, stop, mark = places("「」。！").places
    assert opened.character == "﹁" and not opened.turned  # the font has it
    assert closed.character == "」" and closed.turned
    assert stop.corner and not stop.turned
    assert not mark.corner and not mark.turned
    assert [one.character for one in places("「」。", columns=False).places] == list("「」。")


def test_a_long_line_is_broken_into_about_equal_ones_and_none_begins_with_a_stop():
    lines = lines_of("永和九年" * 4 + "，" + "永和九年" * 3, 8)
    assert "".join(one for line in lines for _, one in line).count("永") == 7
    assert max(map(len, lines)) <= 9 and min(map(len, lines)) >= 6
    assert not any(line[0][1] in HANGING for line in lines)


def test_empty_lines_are_kept():
    assert [len(line) for line in lines_of("永\n\n和", 8)] == [1, 0, 1]
