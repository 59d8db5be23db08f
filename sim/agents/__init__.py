"""Mesa's face of the model: people, services and transport links as agents over the engine's rows.

model = TransitionModel("scenarios/baseline.yaml", people=500)
model.step()
model.agents_by_type[PersonLeavingPrison].select(lambda person: person.housing == "rough")
"""

from sim.agents.agents import PersonLeavingPrison, Service, TransportLink
from sim.agents.model import TransitionModel

__all__ = ["PersonLeavingPrison", "Service", "TransitionModel", "TransportLink"]
