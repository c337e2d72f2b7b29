"""What an experiment is likely to cost: a mean of what is known, or nothing."""

from panel.preview import SeatPreview
from panel.workbench.estimate import Estimate, likely
from tests.judgement.samples import verdict


def seat(model, do="call"):
    return SeatPreview(tool="t", persona="p", model=model, do=do, usd_at_most=1.0)


def said(model, cost):
    return verdict("builder").model_copy(update={"model": model, "cost_usd": cost})


def test_each_call_costs_what_its_own_model_costs_on_average():
    verdicts = [said("a:m", 0.01), said("a:m", 0.03), said("b:m", 0.2), said("c:m", 9.0)]
    found = likely([seat("a:m"), seat("a:m"), seat("b:m"), seat("c:m", "use")], verdicts)
    assert found == Estimate(usd=0.02 + 0.02 + 0.2, verdicts=3)


def test_where_of_a_model_nothing_is_known_there_is_no_estimate():
    assert likely([seat("a:m"), seat("b:m")], [said("a:m", 0.01), said("b:m", None)]) is None
    assert likely([seat("a:m", "use")], [said("a:m", 0.01)]) is None
    assert likely([], []) is None
