"""People: what each role may do, passwords, waits after wrong tries, how long a session stands.

In: a role and an action, a password. Out: yes or no. Rules only; the accounts lie in ``store``.
"""

from geo_service.people.passwords import (
    MIN_LENGTH,
    hash_password,
    one_time_password,
    verify_password,
)
from geo_service.people.patience import delay_after
from geo_service.people.roles import ACTIONS, may
from geo_service.people.second_factor import link_of, secret_of, step_of
from geo_service.people.sessions import IDLE, LASTS, stands
from geo_service.terms import ROLES
