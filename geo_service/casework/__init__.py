"""Step 4: what may be done with a case, by whom, until when, and what an event must say.

In: how a case stands, who asks, what is said. Out: which kinds of events are allowed, or why one is
refused; until when cases are to be solved; who answers for them. What an event then makes of its
case is the link rule's to say: no state is set here.
"""

from geo_service.casework.deadlines import DAYS, NO_LIMIT, Limits, clock_code, deadlines, postponed
from geo_service.casework.duties import DISPUTED_AFTER, PASSES, Answer, Duties, Hands, hands
from geo_service.casework.escalation import step_of, told_to
from geo_service.casework.moves import (
    CORRECTIONS,
    MOVES,
    REASONS,
    SHOWN,
    Actor,
    Move,
    Situation,
    allowed,
    check,
    moment_of,
)
