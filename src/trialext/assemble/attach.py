"""Who a statistic belongs to: endpoint, groups, time point, population.

Values come in printed lists (``6.2, 8.2 and 10.3 months``); a list runs over the groups, the
endpoints or the time points that the sentence enumerates, or over the two sides of its
comparison. What no reading settles stays empty, with the reason.
"""

from __future__ import annotations

from .arm_model import ArmTable
from .binding import Binding, Focus
from .endpoint_rules import EndpointRules
from .group_rules import GroupRules
from .scene import Scene
from .side_rules import SideRules
from .statistic import Statistic

__all__ = ["attach"]


class _Attacher(EndpointRules, GroupRules, SideRules):
    """All rules over one sentence."""


def attach(scene: Scene, statistics: list[Statistic], focus: Focus, table: ArmTable, zh: bool) -> list[Binding]:
    """Bind the statistics of one sentence.

    Parameters
    ----------
    scene : Scene
    statistics : list of Statistic
        In order of the text.
    focus : Focus
        What the text was talking about before; it is not changed.
    table : ArmTable
    zh : bool
        Whether the sentence is Chinese.

    Returns
    -------
    list of Binding
        One per statistic, in the same order.
    """
    worker = _Attacher(scene, statistics, focus, table, zh)
    worker.endpoints()
    worker.times()
    worker.groups()
    worker.sides()
    worker.expansion()
    worker.directions()
    return worker.bindings
