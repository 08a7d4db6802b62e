"""The report on how well the urgent phrases do."""

from __future__ import annotations

import pytest

from leadapp import cli
from leadapp.urgency_report import Columns, Score, WrongColumn, report, score
from leadapp.wordlists import word_list

ROWS = """who,text,label
North,Burst pipe,emergency
North,Dripping tap,routine
South,Burst pipe in the hall,emergency
South,Sewage in the tub,emergency
South,No leak at all,routine
"""


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "texts.csv"
    path.write_text(ROWS)
    return path


def lines(file, **columns):
    return [line.split() for line in report(file, Columns(**columns), word_list((), frozenset()))]


def figures(found, first_word):
    return next(line[-6:] for line in found if line[0] == first_word)


def test_it_gives_precision_recall_and_f1_beside_bare_keywords(file):
    found = lines(file, label="label")

    assert figures(found, "the") == ["1.000", "1.000", "1.000", "3", "0", "0"]
    assert figures(found, "bare") == ["0.750", "1.000", "0.857", "3", "1", "0"]


def test_it_gives_what_carries_over_from_one_group_to_another(file):
    assert figures(lines(file, label="label", across="who"), "phrases") == ["1.000", "0.667", "0.800", "2", "0", "1"]


def test_it_gives_the_figures_of_each_group(file):
    found = lines(file, label="label", by="who")

    assert figures(found, "North")[-3:] == ["1", "0", "0"]
    assert figures(found, "South")[-3:] == ["2", "0", "0"]


def test_without_labels_it_counts_what_would_be_found(file):
    assert lines(file)[1][-3:] == ["finds", "3", "(60.0%)"]


def test_a_column_that_is_not_there_is_named(file):
    with pytest.raises(WrongColumn, match="'labels'"):
        lines(file, label="labels")


@pytest.mark.parametrize("whose", [[], ["--own"]])
def test_the_command_prints_it_and_says_which_labels_mean_urgent(app, file, whose):
    arguments = [str(file), "--label", "label", "--urgent", "Routine", *whose]
    run = app.test_cli_runner().invoke(cli.program.commands["urgency-report"], arguments)

    assert run.exit_code == 0, run.output
    assert "5 texts, 2 labelled urgent" in run.output


def test_figures_of_nothing_are_nought():
    assert score(iter(())) == Score(0, 0, 0)
    assert (Score(0, 0, 0).precision, Score(0, 0, 0).f1) == (0.0, 0.0)
