"""Routes: which bindings a control of a controller leads to, found quickly, made when the control first moves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from liveart.core.binding import Binding
from liveart.core.layout import Layout
from liveart.core.route import Place, Route
from liveart.core.target import Target


class Routes:
    """The routes of one list of bindings; what hands have caught is taken over from the list `before`.

    Not thread-safe: the mapper's lock guards it.
    """

    def __init__(self, bindings: Sequence[Binding], layout: Layout, motors: frozenset[str],
                 before: Routes | None = None) -> None:
        self.layout = layout
        self.bindings = tuple(bindings)
        self.targets = {binding.address: Target(binding.address, layout) for binding in bindings}
        self._motors = motors
        self._by_control: dict[str, list[tuple[int, Binding]]] = {}
        for index, binding in enumerate(bindings):
            self._by_control.setdefault(binding.control, []).append((index, binding))
        self._known = frozenset((binding.device, binding.control) for binding in bindings)
        self._found: dict[Place, tuple[Route, ...]] = {}
        self._newest: dict[int, Route] = {}
        for place, routes in before._found.items() if before is not None else ():
            for fresh in self.find(place):
                old = next((route for route in routes if route.binding == fresh.binding), None)
                if old is not None:
                    fresh.take_over(old)
                    self.moved(fresh)

    def meet(self, layout: Layout) -> None:
        """Look all addresses up in a new layout."""
        self.layout = layout
        for target in self.targets.values():
            target.meet(layout)

    def knows(self, device: str, control: str) -> bool:
        """Say whether a control is bound, on any channel."""
        return (device, control) in self._known or ("", control) in self._known

    def places(self) -> Iterator[Place]:
        """Yield the places of all controls that have moved and lead anywhere."""
        yield from self._found

    def find(self, place: Place) -> tuple[Route, ...]:
        """Return the routes of a control, in the order of the bindings."""
        routes = self._found.get(place)
        if routes is None:
            device, control, channel = place
            routes = tuple(self._make(index, binding, device)
                           for index, binding in self._by_control.get(control, ())
                           if binding.device in ("", device) and binding.channel in (0, channel))
            if routes:  # others are not kept: a network can send any number of addresses
                self._found[place] = routes
        return routes

    def leads(self, place: Place) -> bool:
        """Say whether a control on one channel is bound; unlike `find` it leaves the control unmoved."""
        device, control, channel = place
        return any(binding.device in ("", device) and binding.channel in (0, channel)
                   for _, binding in self._by_control.get(control, ()))

    def is_first(self, place: Place) -> bool:
        """Say whether this control has not moved before."""
        return place not in self._found

    def _make(self, index: int, binding: Binding, device: str) -> Route:
        return Route(index, binding, self.targets[binding.address], device, device in self._motors)

    def moved(self, route: Route) -> None:
        """Note which of a binding's controls moved last."""
        self._newest[route.index] = route

    def newest(self, index: int, binding: Binding) -> Route:
        """Return the route of a binding's control that moved last, or one that has not moved."""
        return self._newest.get(index) or self._make(index, binding, binding.device)

    def forget(self, device: str) -> None:
        """Know no more where the hands are on a device."""
        for place, routes in self._found.items():
            if place[0] == device:
                for route in routes:
                    route.forget()
