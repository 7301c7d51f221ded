"""Drafts that become one: nothing that was said is lost."""

from types import SimpleNamespace

from transforms.extract.folds import fold


def draft(*mentions):
    return SimpleNamespace(mentions=list(mentions))


def test_two_drafts_that_are_each_others_home_become_one():
    one, two = draft("a"), draft("b")
    other = {id(one): two, id(two): one}
    (left,) = fold([one, two], lambda d, _: other[id(d)])
    assert sorted(left.mentions) == ["a", "b"]


def test_a_draft_without_a_home_is_kept_and_one_with_a_home_given_to_it():
    first, second, third = draft("a"), draft("b"), draft("c")
    left = fold([first, second, third], lambda d, kept: kept[0] if d is third else None)
    assert [d.mentions for d in left] == [["a", "c"], ["b"]]
